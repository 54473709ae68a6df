use std::path::Path;
use std::time::Duration;

use super::*;

fn serve(flags: &[&str]) -> Flags {
    match parse(["scheduler"].iter().chain(flags).map(|flag| (*flag).to_owned())) {
        Ok(Asked::Serve(flags)) => *flags,
        other => panic!("{flags:?}: {other:?}"),
    }
}

fn refused(flags: &[&str]) -> String {
    match parse(["scheduler"].iter().chain(flags).map(|flag| (*flag).to_owned())) {
        Err(misuse) => misuse.to_string(),
        Ok(asked) => panic!("{flags:?}: {asked:?}"),
    }
}

#[test]
fn gos_spellings_are_understood() {
    for flags in [
        ["--grpc-port=1", "--secure-serving=false", "-v=4"],
        ["-grpc-port=1", "-secure-serving=false", "-v4"],
        ["--grpc-port=1", "--secure-serving=false", "--v=4"],
    ] {
        let read = serve(&flags);
        assert_eq!((read.grpc_port, read.secure_serving, read.verbosity), (1, false, 4), "{flags:?}");
    }
    let read = serve(&["--grpc-port", "7", "-v", "5", "--health-checking", "--drain-timeout", "1m30s"]);
    assert_eq!((read.grpc_port, read.verbosity, read.health_checking), (7, 5, true));
    assert_eq!(read.drain_timeout, Duration::from_secs(90));
}

#[test]
fn the_charts_own_command_line_is_understood() {
    let read = serve(&[
        "--pool-name",
        "gaie-demo",
        "--pool-namespace",
        "llm-d",
        "--pool-group",
        "inference.networking.k8s.io",
        "--zap-encoder",
        "json",
        "--config-file",
        "/config/default-plugins.yaml",
        "--ha-enable-leader-election",
        "--kv-cache-usage-percentage-metric",
        "vllm:kv_cache_usage_perc",
        "--lora-info-metric",
        "",
        "--v",
        "1",
        "--tracing=false",
        "--metrics-endpoint-auth=false",
    ]);
    assert!(read.ha_enable_leader_election && !read.metrics_endpoint_auth);
    assert_eq!(read.lora_info_metric.as_deref(), Some(""));
    assert!(read.ignored().is_empty());
    assert_eq!(serve(&["--tracing", "--zap-devel=true"]).ignored(), ["tracing", "zap-devel"]);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let text = refused(&[
        "--pool-name=p",
        "--endpoint-selector=a=b",
        "--config-file=x",
        "--config-text=y",
        "--grpc-port=9003",
        "--pool-group=example.com",
    ]);
    for problem in [
        "--pool-name and --endpoint-selector exclude each other",
        "--endpoint-selector needs --endpoint-target-ports",
        "--config-file and --config-text exclude each other",
        "must differ",
        "--pool-group: ",
    ] {
        assert!(text.contains(problem), "{problem}: {text}");
    }
}

#[test]
fn a_wrong_flag_names_its_neighbour_and_a_wrong_value_its_form() {
    assert!(refused(&["--pool-nam=x"]).contains("--pool-name"), "{}", refused(&["--pool-nam=x"]));
    assert!(refused(&["--drain-timeout=5"]).contains("no duration such as"));
    assert!(refused(&["--max-body-bytes=1X"]).contains("no quantity of bytes"));
    let nine = "1,2,3,4,5,6,7,8,9";
    assert!(refused(&["--endpoint-selector=a=b", "--endpoint-target-ports", nine]).contains("at most 8"));
}

/// Every flag of every upstream generation is accepted, with a value as its default is.
#[test]
fn every_upstream_flag_is_known() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden/extproc/flags.md");
    let Ok(table) = std::fs::read_to_string(path) else { return };
    let mut seen = 0;
    for line in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| flag")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (name, default) = (cells[1], cells[2]);
        let value = match name {
            "endpoint-target-ports" => "8000",
            "endpoint-selector" | "pool-name" => "",
            "kv-cache-usage-percentage-metric" => "vllm:kv_cache_usage_perc",
            "model-server-metrics-port" => "0",
            "grpc-max-recv-msg-size" | "grpc-max-send-msg-size" => "10Mi",
            "metrics-client-ca-file" | "enable-cert-reload" => continue,
            _ if default.is_empty() => "true",
            _ => default,
        };
        let flag = format!("--{name}={value}");
        let arguments = ["scheduler".to_owned(), flag.clone()];
        match parse(arguments) {
            Ok(_) => {}
            // Needs another flag beside it.
            Err(Misuse::Flags(problems)) if name == "endpoint-target-ports" => assert_eq!(problems.len(), 1),
            // These take a path or an address, and their sample is neither.
            Err(misuse) if name == "config-file" => panic!("{misuse}"),
            Err(misuse) => panic!("{flag}: {misuse}"),
        }
        seen += 1;
    }
    assert!(seen > 40, "only {seen} flags were read");
}
