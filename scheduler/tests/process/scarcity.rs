//! What the process does when the system gives it no more.

use std::process::Command;

use llmd_proto::health::health_check_response::ServingStatus::Serving;
use tokio::net::TcpStream;

use crate::patience::until;
use crate::place::{Place, Process};

/// Lets the process open so many files.
fn limit_files(process: &Process, limit: u32) {
    let mut prlimit = Command::new("prlimit");
    let prlimit = prlimit.args([format!("--pid={}", process.id()), format!("--nofile={limit}:")]);
    assert!(prlimit.status().unwrap().success());
}

#[tokio::test]
async fn out_of_files_it_waits_and_goes_on() {
    let process = Place::new(&[]).start(&["--secure-serving=false"]).until_serving().await;
    limit_files(&process, 0);
    let Place { grpc, health, metrics, proxy, .. } = process.place;
    let mut waiting = Vec::new();
    for port in [grpc, health, metrics, proxy] {
        waiting.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }
    let complaints = || process.stderr().matches("a connection cannot be accepted").count();
    until("a complaint of every port", async || complaints() == waiting.len()).await;
    limit_files(&process, 1024);
    process.until_health(Serving).await;
    assert_eq!(process.page("/healthz").await, (200, "ok".to_owned()));
    assert_eq!(complaints(), waiting.len(), "once for each port");
}
