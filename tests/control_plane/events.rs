//! `-o jsonl`: what an operation does, a line of JSON for each event.

use serde_json::Value;

use crate::harness::{Run, Site, cluster};

const ONE: &str = "-e standalone --replicas 1";

fn lines(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

fn named(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().unwrap()).collect()
}

#[test]
fn a_deployment_from_its_plan_to_its_report() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "events");
    let run = site.llmd(&format!("apply --yes -o jsonl {ONE}")).success();
    let events = lines(&run);
    let names = named(&events);
    assert_eq!(names[0], "plan");
    assert_eq!(&names[names.len() - 2..], ["verdict", "report"]);
    let planned = events[0]["objects"].as_array().unwrap();
    assert_eq!(names.iter().filter(|name| **name == "applied").count(), planned.len());
    assert!(events.iter().all(|event| event["at"].as_str().unwrap().ends_with('Z')), "{events:#?}");
    let rollout = events.iter().rfind(|event| event["event"] == "rollout" && event["kind"] == "Deployment");
    assert_eq!(rollout.unwrap()["state"], "ready");
    let report = &events.last().unwrap()["report"];
    assert_eq!(report["objects"].as_array().unwrap().len(), planned.len());

    let events = lines(&site.llmd("destroy --yes -o jsonl -e standalone").success());
    assert!(events.iter().any(|event| event["event"] == "removing" && event["isGone"] == true));
    assert_eq!(events.last().unwrap()["event"], "report");
}

#[test]
fn what_goes_wrong_is_an_event_too() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "bad-events");
    let run =
        site.llmd(&format!("apply --yes -o jsonl {ONE} --scheduler-image r.example/epp:does-not-exist"));
    let events = lines(&run.exits(4));
    let names = named(&events);
    assert_eq!(&names[names.len() - 3..], ["verdict", "error", "report"]);
    let error = &events[events.len() - 2];
    assert_eq!(error["exit"], 4);
    assert!(error["problems"][0].as_str().unwrap().contains("cannot be pulled"), "{error:#}");

    let run = site.llmd("rollback --yes -o jsonl -e standalone");
    let events = lines(&run.exits(1));
    assert_eq!(named(&events), ["error"]);
}
