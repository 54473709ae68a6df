//! What keeps it from starting, and what it says then.

use std::net::{Ipv4Addr, TcpListener};

use crate::place::Place;

fn with(flags: &[&str]) -> crate::place::Process {
    Place::new(&[]).start(flags)
}

#[test]
fn flags_that_are_wrong() {
    with(&["--grpc-prot=1"]).ends(2, &["--grpc-prot", "--grpc-port"]);
    with(&["--drain-timeout=soon"]).ends(2, &["`soon`", "50ms"]);
    with(&["--zap-encoder=xml"]).ends(2, &["--zap-encoder", "`xml`"]);
    with(&["--v=2", "--zap-log-level=loud"]).ends(2, &["--zap-log-level", "`loud`"]);
    let all = ["--pool-name=a", "--endpoint-selector=b=c", "--refresh-metrics-interval=0s"];
    with(&all).ends(
        2,
        &[
            "--pool-name and --endpoint-selector exclude each other",
            "--endpoint-selector needs --endpoint-target-ports",
            "--refresh-metrics-interval must be above 0",
        ],
    );
}

#[test]
fn help_and_version_are_no_failures() {
    for (argument, word) in [("--help", "--config-file"), ("--version", "scheduler")] {
        let mut process = Place::new(&[]).spawn(&[argument.to_owned()]);
        assert_eq!(process.code(), Some(0));
        assert!(process.stdout().contains(word));
        assert_eq!(process.stderr(), "");
    }
}

#[test]
fn a_configuration_with_errors_is_told_with_every_place() {
    let place = Place::new(&[]);
    place.configure(
        "- type: queue-scorrer
- type: max-score-picker
  parameters: {maxNumOfEndpoints: many}
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: nobody",
    );
    let stderr =
        place.start(&[]).ends(2, &["config.yaml:4:", "config.yaml:6:", "did you mean `queue-scorer`?"]);
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn nothing_that_says_where_endpoints_are() {
    let process = Place::new(&[]).start_bare(&[]);
    process.ends(1, &["--pool-name", "--endpoint-selector", "file-discovery"]);
}

#[test]
fn a_port_that_is_taken() {
    type Port = fn(&Place) -> u16;
    let ports: [(&str, Port); 4] = [
        ("--grpc-port", |place| place.grpc),
        ("--grpc-health-port", |place| place.health),
        ("--metrics-port", |place| place.metrics),
        ("--proxy-port", |place| place.proxy),
    ];
    for (flag, port) in ports {
        let place = Place::new(&[]);
        let port = port(&place);
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        place.start(&[]).ends(1, &[flag, &format!("127.0.0.1:{port}"), "in use"]);
    }
}

#[test]
fn files_that_are_missing_or_broken() {
    let place = Place::new(&[]);
    std::fs::remove_file(place.path("endpoints.yaml")).unwrap();
    place.start(&[]).ends(1, &["endpoints.yaml", "No such file"]);

    let place = Place::new(&[]);
    place.write("endpoints.yaml", "endpoints:\n- {name: a, address: nowhere, port: 1}\n");
    place.start(&[]).ends(1, &["endpoints.yaml", "2:", "nowhere"]);

    let place = Place::new(&[]);
    let missing = format!("--config-file={}", place.path("other.yaml").display());
    place.start_bare(&[missing]).ends(2, &["--config-file", "other.yaml", "No such file"]);

    let place = Place::new(&[]);
    let folder = format!("--cert-path={}", place.path("nowhere").display());
    place.start(&[&folder]).ends(1, &["nowhere/tls.crt"]);
}

#[test]
fn upstream_flags_without_effect_are_told_of() {
    let process = with(&["--tracing=true", "--enable-pprof", "--grpc-port=99999"]);
    process.ends(2, &["--grpc-port"]);
    let place = Place::new(&[]);
    std::fs::remove_file(place.path("endpoints.yaml")).unwrap();
    let process = place.start(&["--tracing=true", "--enable-pprof=false"]);
    let stderr = process.ends(1, &["--tracing has no effect here"]);
    assert!(!stderr.contains("--enable-pprof has no effect"), "{stderr}");
}
