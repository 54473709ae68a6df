//! Envoy as the front door.

use test_support::tools::{ENVOY, Tool, Tools};

use crate::harness::{Site, actions, complete};

#[test]
fn envoy_passes_requests_on() {
    let Some(tools) = Tools::for_suite(&ENVOY) else { return };
    let site = Site::with_programs(tools.path(Tool::Envoy).parent().unwrap());
    let builtin = site.apply("--replicas 2");
    let envoy = site.apply("--replicas 2 --set local.proxy=envoy");
    // The front door stays where it is; who stands there changes.
    assert_eq!(envoy["frontDoor"], builtin["frontDoor"]);
    let done = actions(&envoy);
    assert_eq!((done["envoy"].as_str(), done["server-0"].as_str()), ("started", "unchanged"));
    let front_door = envoy["frontDoor"].as_str().unwrap();
    assert!(complete(front_door, "Hello").starts_with("server-"));
    let metrics = site.llmd("status -e local -o json").exits(0).json();
    assert_eq!(metrics["processes"][3]["message"], "passes requests");
    let back = site.apply("--replicas 2");
    assert_eq!(actions(&back)["envoy"], "ended");
    complete(front_door, "Hello");
    site.llmd("destroy -e local --yes").exits(0);
    assert!(!site.state().join("llmd").exists());
}

#[test]
fn envoy_that_is_not_installed_is_said() {
    let site = Site::new();
    let mut command = site.command("apply -e local --set local.proxy=envoy");
    let output = command.env("PATH", "/nowhere").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(
        said.contains("local.proxy=envoy needs the program `envoy`") && said.contains("hint: "),
        "{said}"
    );
}
