use super::*;
use crate::render::manifest::{Part, Release};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn lease(process: &str) -> Value {
    json!({
        "metadata": {"name": "llmd-blue", "namespace": "demo", "annotations": {VERB: "apply", PROCESS: process}},
        "spec": {"holderIdentity": "ada@laptop pid 7", "leaseDurationSeconds": 45,
                 "acquireTime": micro_time(at(1_700_000_000)), "renewTime": micro_time(at(1_700_000_100))},
    })
}

#[test]
fn a_lock_lives_until_its_time_is_over() {
    let held = living(&lease(""), at(1_700_000_144)).unwrap();
    assert_eq!(
        held.to_string(),
        "ada@laptop pid 7 is at work on this deployment (llmd apply) since 2023-11-14T22:13:20Z"
    );
    assert!(held.hint().contains("was 44s ago, and without another its lock ends in 1s"), "{}", held.hint());
    assert!(held.hint().ends_with("kubectl delete lease -n demo llmd-blue"));
    assert!(living(&lease(""), at(1_700_000_145)).is_none());
    // A holder whose clock was set wrong once renewed in our future.
    assert!(living(&lease(""), at(1_700_000_000)).unwrap().hint().contains("was 0s ago"));
}

#[test]
fn a_lock_that_was_given_up_or_whose_process_has_ended_is_free() {
    let mut given_up = lease("");
    given_up["spec"]["holderIdentity"] = "".into();
    assert!(living(&given_up, at(1_700_000_101)).is_none());
    let own = machine::signature(std::process::id()).unwrap();
    assert!(living(&lease(&own), at(1_700_000_101)).is_some());
    let (_, rest) = own.split_once(' ').unwrap();
    let ended = format!("{} {rest}", u32::MAX);
    assert!(living(&lease(&ended), at(1_700_000_101)).is_none());
}

#[test]
fn a_lock_without_times_is_nobody_s() {
    let mut torn = lease("");
    torn["spec"]["renewTime"] = Value::Null;
    assert!(living(&torn, at(0)).is_none());
}

#[test]
fn a_release_that_others_changed_is_told() {
    let release = Release {
        part: Part::Ms,
        name: "ms-blue".to_owned(),
        config: json!({}),
        defaults: json!({}),
        manifests: Vec::new(),
    };
    let first = Record::next(&release, "demo", None, at(0));
    let second = Record::next(&release, "demo", Some(&first), at(1));
    assert!(unmoved("ms-blue", Some(&first), Some(&first.clone())).is_ok());
    assert_eq!(
        unmoved("ms-blue", Some(&first), Some(&second)).unwrap_err().to_string(),
        "release ms-blue was at revision 1 (pending-install) when this was planned and is at revision 2 \
         (pending-upgrade)"
    );
    let said = unmoved("ms-blue", Some(&first), None).unwrap_err().to_string();
    assert!(said.ends_with("and is not installed"), "{said}");
}
