use super::*;

fn target(text: &str) -> Target {
    text.parse().unwrap()
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    let local = ["localhost:5000/a:1", "127.0.0.1:5000/a:1", "localhost/a:1", "127.0.0.9/a/b:1"];
    assert!(local.iter().all(|text| target(text).is_local()));
    let remote = ["ghcr.io/a/b:1", "localhost.example.com/a:1", "10.0.0.1:5000/a:1", "a:1"];
    assert!(remote.iter().all(|text| !target(text).is_local()));
}

#[test]
fn a_target_is_a_tag() {
    assert_eq!(target("ghcr.io/team/llmd-scheduler:v1").name(), "llmd-scheduler");
    assert_eq!(target("localhost:5000/x").to_string(), "localhost:5000/x:latest");
    let digest = format!("ghcr.io/a@sha256:{}", "0".repeat(64));
    assert!(matches!(digest.parse::<Target>(), Err(target::Unusable::Digest)));
    assert!("A B".parse::<Target>().is_err());
}

#[test]
fn what_may_pass_is_tried_again() {
    let server =
        |code| OciDistributionError::ServerError { code, url: String::new(), message: String::new() };
    assert!(may_pass(&server(503)) && may_pass(&server(429)));
    assert!(!may_pass(&server(404)) && !may_pass(&OciDistributionError::PushNoDataError));
}

#[test]
fn a_refusal_names_the_way_in() {
    let error = OciDistributionError::UnauthorizedError { url: "https://u:secret@ghcr.io/v2/".to_owned() };
    let failure = explain(&target("ghcr.io/a/b:1"), error);
    let text = failure.to_string();
    assert_eq!(failure.exit, Exit::Preflight);
    assert!(text.contains("docker login ghcr.io") && !text.contains("secret"), "{text}");
}
