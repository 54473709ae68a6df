//! What gRPC health says, when.

use llmd_proto::health::health_check_response::ServingStatus::{NotServing, Serving};
use test_support::free_port;

use crate::clients::health;
use crate::place::Place;

#[tokio::test]
async fn it_serves_once_the_endpoints_are_known() {
    let process =
        Place::new(&[]).start(&["--health-checking", "--secure-serving=false"]).until_serving().await;
    for service in ["", "readiness", "inference-extension"] {
        assert_eq!(health(process.place.health, service).await, Some(Serving), "{service}");
    }
    assert_eq!(health(process.place.grpc, "").await, Some(Serving), "the ext_proc port answers too");
}

/// With Kubernetes, it serves nothing before the pool is known; the pages are for those whom the API server knows.
#[tokio::test]
async fn it_does_not_serve_while_the_api_server_is_away() {
    let place = Place::new(&[]);
    let server = format!("http://127.0.0.1:{}", free_port());
    place.write(
        "kubeconfig",
        &format!(
            "{{apiVersion: v1, kind: Config, current-context: c, clusters: [{{name: c, cluster: {{server: '{server}'}}}}],
            contexts: [{{name: c, context: {{cluster: c, user: u}}}}], users: [{{name: u, user: {{}}}}]}}"
        ),
    );
    let flags = [
        "--pool-name=pool".to_owned(),
        format!("--kubeconfig={}", place.path("kubeconfig").display()),
        "--drain-timeout=1ms".to_owned(),
    ];
    let process = place.start_bare(&flags);
    process.until_health(NotServing).await;
    assert_eq!(process.page("/healthz").await, (200, "ok".to_owned()));
    assert_eq!(process.page("/readyz").await, (503, "not ready".to_owned()));
    assert_eq!(process.page("/metrics").await.0, 401);
    assert_eq!(process.page("/debug/endpoints").await.0, 401);
    process.signal("TERM");
    process.ends(0, &[]);
}
