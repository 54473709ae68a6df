//! Stacks that are not there, or hang: the checks end soon, and say why.

use std::time::Duration;

use llmd::serving::Serving;
use llmd::verify::{Check, Outcome, Settings, VerifyReport};
use tokio::net::TcpListener;

use crate::checks::run;
use crate::stack::MODEL;

async fn checked(front_door: String, timeout: Duration) -> VerifyReport {
    let serving = Serving { front_door, model: MODEL.to_owned(), picker_metrics: None, replicas: Vec::new() };
    run(&serving, None, &Settings { seed: 1, timeout, max_ttft: None }).await
}

/// The checks behind `check`, none of which ran.
fn assert_skipped_after(report: &VerifyReport, check: Check, reason: &str) {
    let after = report.checks.iter().skip_while(|row| row.check != check).skip(1);
    for row in after {
        let Outcome::Skipped { reason: said } = &row.outcome else { panic!("{row:?}") };
        assert!(said == reason || row.check == Check::ReadyEndpoints, "{row:?}");
    }
}

#[tokio::test]
async fn a_front_door_that_is_not_there_is_told_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let report = checked(url, Duration::from_secs(60)).await;
    let findings: Vec<_> = report.findings().collect();
    assert_eq!(findings.len(), 1, "{report:#?}");
    assert_eq!((findings[0].0, &*findings[0].1.what), (Check::Models, "the front door cannot be reached"));
    assert_skipped_after(&report, Check::Models, "the front door cannot be reached");
    assert!(!report.holds());
}

#[tokio::test]
async fn a_front_door_that_hangs_is_waited_for_twice() {
    // Connections are taken by the kernel, and nobody reads them.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let report = checked(url, Duration::from_millis(50)).await;
    let late: Vec<_> = report.findings().map(|(check, finding)| (check, &*finding.what)).collect();
    let expected = [(Check::Models, "no answer in time"), (Check::Completion, "no answer in time")];
    assert_eq!(late, expected, "{report:#?}");
    assert_skipped_after(&report, Check::Completion, "checks before it had no answer in time");
}
