//! Names: what is checked before anything is touched.

use crate::harness::Sandbox;

#[test]
fn the_table_names_pods_and_proxies() {
    insta::assert_snapshot!(Sandbox::new().run("names -e istio"));
}

#[test]
fn a_short_postfix_keeps_every_pod_name_whole() {
    let shown = Sandbox::new().run("names -e istio --postfix sixteen-letters-");
    assert!(shown.starts_with("exit 2"), "a dash may not end it: {shown}");
    let shown = Sandbox::new().run("names -e istio --postfix sixteen-letters1");
    assert!(shown.starts_with("exit 0") && !shown.contains("warning: "), "{shown}");
}

#[test]
fn the_longest_postfix_that_fits_does_fit() {
    let sandbox = Sandbox::new();
    let postfix = "p".repeat(34);
    let shown = sandbox.run(&format!("render -e istio --postfix {postfix}"));
    assert!(shown.starts_with("exit 2") && shown.contains("33"), "{shown}");
    let shown = sandbox.run(&format!("render -e istio --postfix {}", "p".repeat(33)));
    assert!(shown.starts_with("exit 0"), "{shown}");
}
