//! Two replicas in a cluster.

use std::net::{Ipv4Addr, TcpListener};

use llmd_api::{Dialect, names};
use llmd_proto::health::health_check_response::ServingStatus::{NotServing, Serving};
use serde_json::{Value, json};
use test_support::{ControlPlane, Options};

use crate::clients::health;
use crate::patience::until;
use crate::place::{Place, Process};

/// A namespace with a pool, and those who may and may not read metrics.
struct Site {
    cluster: ControlPlane,
    namespace: String,
}

impl Site {
    fn new(cluster: ControlPlane) -> Self {
        let namespace = cluster.create_namespace("program");
        let site = Self { cluster, namespace };
        let api = "rbac.authorization.k8s.io";
        site.apply(&[
            json!({
                "apiVersion": "inference.networking.k8s.io/v1",
                "kind": "InferencePool",
                "metadata": {"name": "pool"},
                "spec": {
                    "selector": {"matchLabels": {"app": "model"}},
                    "targetPorts": [{"number": 8000}],
                    "endpointPickerRef": {"name": "epp", "port": {"number": 9002}},
                },
            }),
            json!({
                "apiVersion": format!("{api}/v1"),
                "kind": "ClusterRole",
                "metadata": {"name": "program-metrics"},
                "rules": [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}],
            }),
            json!({
                "apiVersion": format!("{api}/v1"),
                "kind": "ClusterRoleBinding",
                "metadata": {"name": "program-metrics"},
                "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": "program-metrics"},
                "subjects": [{"kind": "ServiceAccount", "name": "scraper", "namespace": site.namespace}],
            }),
        ]);
        site
    }

    fn apply(&self, objects: &[Value]) {
        self.cluster.apply(&self.namespace, objects);
    }

    /// Creates a pod of the pool; kwok makes it ready.
    fn add_server(&self, name: &str) {
        self.apply(&[json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name, "labels": {"app": "model"}, "annotations": {"testbed.llmd/mode": "run"},
            },
            "spec": {"containers": [{"name": "main", "image": "server:1"}]},
        })]);
    }

    /// A token of a new service account.
    fn token(&self, account: &str) -> String {
        let kubectl = |line: &str| {
            let words = ["-n", &self.namespace].into_iter().chain(line.split_whitespace());
            self.cluster.kubectl(&words.collect::<Vec<_>>()).success()
        };
        kubectl(&format!("create serviceaccount {account}"));
        kubectl(&format!("create token {account}")).trim().to_owned()
    }

    fn replica(&self) -> Process {
        self.start(Place::new(&[]))
    }

    fn start(&self, place: Place) -> Process {
        place.start_bare(&[
            "--pool-name=pool".to_owned(),
            format!("--pool-namespace={}", self.namespace),
            format!("--kubeconfig={}", self.cluster.kubeconfig().display()),
            "--ha-enable-leader-election".to_owned(),
            "--secure-serving=false".to_owned(),
            "--drain-timeout=1ms".to_owned(),
        ])
    }
}

/// Waits until the replica knows exactly so many endpoints.
async fn until_endpoints(replica: &Process, token: &str, count: usize) {
    until("the endpoints", async || {
        let (_, page) = replica.page_as("/debug/endpoints", Some(token)).await;
        let page: Value = serde_json::from_str(&page).unwrap_or_default();
        page["endpoints"].as_array().is_some_and(|endpoints| endpoints.len() == count)
    })
    .await;
}

#[tokio::test]
async fn one_of_two_replicas_is_ready_and_the_other_takes_over() {
    let Some(cluster) = ControlPlane::start(&Options::default()) else { return };
    let site = Site::new(cluster);
    site.add_server("a");
    let (scraper, stranger) = (site.token("scraper"), site.token("stranger"));

    let place = Place::new(&[]);
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, place.proxy)).unwrap();
    site.start(place).ends(1, &["in use"]);
    drop(taken);
    let lease = names::lease(Dialect::Router, &site.namespace, "pool");
    let leases = format!("/apis/coordination.k8s.io/v1/namespaces/{}/leases", site.namespace);
    assert_eq!(site.cluster.object(&format!("{leases}/{lease}")), None, "who failed to start stood for it");

    let first = site.replica();
    first.until_health(Serving).await;
    let second = site.replica();
    second.until_health(NotServing).await;
    until_endpoints(&first, &scraper, 1).await;
    until_endpoints(&second, &scraper, 1).await;
    assert!(first.destination().await.ends_with(":8000"));
    assert_eq!(health(second.place.health, "").await, Some(NotServing));
    assert_eq!(health(second.place.health, "liveness").await, Some(Serving));

    for (token, wanted) in
        [(None, 401), (Some("unknown"), 401), (Some(&*stranger), 403), (Some(&*scraper), 200)]
    {
        assert_eq!(first.page_as("/metrics", token).await.0, wanted, "{token:?}");
    }

    site.cluster.restart_api_server();
    site.add_server("b");
    until_endpoints(&first, &scraper, 2).await;
    until_endpoints(&second, &scraper, 2).await;
    // Who leads may have changed, if the restart took long.
    let leads = async |replica: &Process| health(replica.place.health, "").await == Some(Serving);
    until("one leader", async || leads(&first).await != leads(&second).await).await;
    let (leader, follower) = if leads(&first).await { (first, second) } else { (second, first) };

    leader.signal("TERM");
    leader.ends(0, &["drained=true"]);
    follower.until_health(Serving).await;
    assert!(follower.destination().await.ends_with(":8000"));
}
