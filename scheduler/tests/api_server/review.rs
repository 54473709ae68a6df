//! Who may read metrics.

use scheduler::kubernetes::review::{Reviewer, Verdict};
use serde_json::json;
use test_support::ControlPlane;

use crate::harness::{Site, client, runtime};

/// A header with a token of a new service account, and what binds it to a role.
fn account(site: &Site<'_>, name: &str) -> String {
    site.kubectl(&format!("create serviceaccount {name}"));
    let token = site.cluster.kubectl(&["-n", &site.namespace, "create", "token", name]).success();
    format!("Bearer {}", token.trim())
}

#[test]
fn a_token_is_known_and_its_owner_may_or_may_not() {
    let Some(cluster) = ControlPlane::shared() else { return };
    let site = Site::new(cluster, "review");
    let (scraper, other) = (account(&site, "scraper"), account(&site, "other"));
    let api = "rbac.authorization.k8s.io";
    let role = format!("{}-metrics", site.namespace);
    site.apply(&[
        json!({
            "apiVersion": format!("{api}/v1"),
            "kind": "ClusterRole",
            "metadata": {"name": role},
            "rules": [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}],
        }),
        json!({
            "apiVersion": format!("{api}/v1"),
            "kind": "ClusterRoleBinding",
            "metadata": {"name": role},
            "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": "scraper", "namespace": site.namespace}],
        }),
    ]);
    let runtime = runtime();
    let reviewer = Reviewer::new(runtime.block_on(client(cluster.kubeconfig())), "/metrics");
    let verdict = |authorization: Option<&str>| runtime.block_on(reviewer.review(authorization));
    let mark = cluster.audit_mark();
    for _ in 0..2 {
        assert_eq!(verdict(Some(&scraper)), Verdict::Allowed);
        assert_eq!(verdict(Some(&other)), Verdict::Forbidden);
        assert_eq!(verdict(Some("Bearer garbage")), Verdict::Unauthenticated);
        assert_eq!(verdict(Some(&scraper.replace("Bearer", "Basic"))), Verdict::Unauthenticated);
        assert_eq!(verdict(None), Verdict::Unauthenticated);
    }
    // No other program of this suite makes reviews.
    let reviews = cluster.audit_since(mark, "").into_iter().filter(|event| event.stage == "ResponseComplete");
    let reviews = reviews.filter_map(|event| event.object_ref).map(|object| object.resource);
    let reviews: Vec<_> = reviews.filter(|resource| resource.ends_with("reviews")).collect();
    assert_eq!(reviews.iter().filter(|one| *one == "tokenreviews").count(), 3, "asked once of each token");
    assert_eq!(reviews.iter().filter(|one| *one == "subjectaccessreviews").count(), 2, "and of each owner");

    let powerless = Reviewer::new(runtime.block_on(client(cluster.kubeconfig_for_jane())), "/metrics");
    assert_eq!(runtime.block_on(powerless.review(Some(&scraper))), Verdict::Unavailable);
}
