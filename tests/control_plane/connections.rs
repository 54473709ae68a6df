//! How llmd comes to the API server: with one connection for all requests where that speaks HTTP/2, as kubectl does.

use test_support::{Fate, Proxy};

use crate::harness::{Site, cluster};

const STACK: &str =
    "-e standalone --replicas 1 --set gaie.inferenceExtension.monitoring.prometheus.enabled=false";
const DESTROY: &str = "destroy --yes -e standalone";

#[test]
fn requests_share_a_connection() {
    let Some(cluster) = cluster() else { return };
    let proxy = Proxy::start(cluster, |_| Fate::Pass);
    let site = Site::new(cluster, "shared-way").with_kubeconfig(proxy.kubeconfig());
    site.llmd(&format!("apply --yes {STACK}")).success();
    let before = proxy.connections();
    site.llmd(DESTROY).success();
    // Two requests are under way before a connection stands.
    let opened = proxy.connections() - before;
    assert!((1..=2).contains(&opened), "{opened}");
}

#[test]
fn a_server_that_only_speaks_http_1_is_enough() {
    let Some(cluster) = cluster() else { return };
    let proxy = Proxy::speaking(&["http/1.1"], cluster, |_| Fate::Pass);
    let site = Site::new(cluster, "separate-ways").with_kubeconfig(proxy.kubeconfig());
    site.llmd(&format!("apply --yes {STACK}")).success();
    let before = proxy.connections();
    site.llmd(DESTROY).success();
    let opened = proxy.connections() - before;
    assert!(opened > 2, "{opened}");
}
