use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::datalayer::MetricFlag;

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

/// The charts write every flag as two items, and a null as an empty one.
#[test]
fn booleans_and_empty_values_are_understood_as_the_charts_write_them() {
    let read =
        serve(&["--secure-serving", "false", "--health-checking", "true", "--tracing", "false", "-v", "4"]);
    assert!(!read.secure_serving && read.health_checking && read.tracing == Some(false));
    assert_eq!(read.verbosity, 4);
    let read = serve(&["--secure-serving=F", "--emit-endpoint-scores=1", "--health-checking", ""]);
    assert!(!read.secure_serving && read.emit_endpoint_scores && read.health_checking);
    assert!(refused(&["--secure-serving=no"]).contains("`true` or `false`"));

    let flags = ["--cert-path", "", "--config-file=", "-endpoint-target-ports", "", "--lora-info-metric", ""];
    let read = serve(&[&flags[..], &["--endpoint-selector", "", "--tls-min-version="]].concat());
    assert_eq!((&read.endpoint_selector, read.tls_min_version), (&None, None));
    assert_eq!((read.cert_path, read.config_file), (None, None));
    assert!(read.endpoint_target_ports.is_empty());
    assert_eq!(read.lora_info_metric, Some(MetricFlag(None)));
    let read = serve(&["--pool-namespace=", "--zap-encoder", "", "--grpc-max-recv-msg-size="]);
    assert_eq!((&*read.pool_namespace, &*read.zap_encoder), ("default", "console"));
    assert_eq!(read.grpc_max_recv_msg_size, Quantity(4 << 20));
}

/// The chart writes `--tracing` after the user's own.
#[test]
fn a_flag_given_twice_counts_as_the_last_says() {
    let read = serve(&[
        "-v",
        "4",
        "--tracing",
        "true",
        "--v=1",
        "--tracing=false",
        "--grpc-port=1",
        "--grpc-port=2",
    ]);
    assert_eq!((read.verbosity, read.tracing, read.grpc_port), (1, Some(false), 2));
    let flags = ["--endpoint-selector=a=b", "--endpoint-target-ports=1,2", "--endpoint-target-ports", "3"];
    assert_eq!(serve(&flags).endpoint_target_ports, [1, 2, 3]);
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
    assert_eq!(read.lora_info_metric, Some(MetricFlag(None)));
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
        "--zap-encoder=xml",
        "--zap-log-level=loud",
    ]);
    for problem in [
        "--pool-name and --endpoint-selector exclude each other",
        "--endpoint-selector needs --endpoint-target-ports",
        "--config-file and --config-text exclude each other",
        "must differ",
        "--zap-encoder: ",
        "--zap-log-level: ",
    ] {
        assert!(text.contains(problem), "{problem}: {text}");
    }
}

#[test]
fn a_wrong_flag_names_its_neighbour_and_a_wrong_value_its_form() {
    assert!(refused(&["--pool-nam=x"]).contains("--pool-name"), "{}", refused(&["--pool-nam=x"]));
    assert!(refused(&["--drain-timeout=5"]).contains("no duration such as"));
    assert!(refused(&["--max-body-bytes=1X"]).contains("no quantity of bytes"));
    for (flag, value, form) in [
        ("--pool-group", "example.com", "inference.networking.x-k8s.io"),
        ("--endpoint-selector", "app=mod el", "the value is malformed"),
        ("--tls-min-version", "1.2", "`VersionTLS13`"),
        ("--model-server-metrics-scheme", "ftp", "https"),
        ("--lora-info-metric", "no metric", "`name{label=value}`"),
    ] {
        let text = refused(&[flag, value]);
        assert!(text.contains(flag) && text.contains(value) && text.contains(form), "{text}");
    }
    let nine = "1,2,3,4,5,6,7,8,9";
    assert!(refused(&["--endpoint-selector=a=b", "--endpoint-target-ports", nine]).contains("at most 8"));
}

#[test]
fn quantities() {
    let read = |text: &str| text.parse::<Quantity>().map(|quantity| quantity.0).ok();
    for (text, bytes) in
        [("7", 7), ("2k", 2000), ("10Mi", 10 << 20), ("1.5Gi", 3 << 29), (".5Ki", 512), ("0.0001k", 1)]
    {
        assert_eq!(read(text), Some(bytes), "{text}");
    }
    for text in ["", "Mi", "-1", "1.2.3", "1mi", "99999999999Ti", "1e3"] {
        assert_eq!(read(text), None, "{text}");
    }
}

/// The values that clap holds for our flags, by the name of the flag.
fn defaults() -> BTreeMap<String, String> {
    let command = go_style::command();
    let named = command.get_arguments().filter_map(|flag| {
        let values = flag.get_default_values().iter().map(|value| value.to_string_lossy());
        Some((flag.get_long()?.to_owned(), values.collect::<Vec<_>>().join(",")))
    });
    named.collect()
}

/// Every flag of every upstream generation is there, takes its upstream default, and has it as its own.
#[test]
fn every_upstream_flag_is_known() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden/extproc/flags.md");
    let Ok(table) = std::fs::read_to_string(path) else { return };
    let ours = defaults();
    let mut seen = 0;
    for line in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| flag")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let (name, mut theirs) = (cells[1], cells[2]);
        let own = ours.get(name).unwrap_or_else(|| panic!("--{name} is missing"));
        let is_metric = name.ends_with("-metric");
        let is_ignored = IGNORED.contains(&name);
        // The older generation reads another metric by default; ours follows the engine unless told.
        if name == "kv-cache-usage-percentage-metric" {
            theirs = "vllm:kv_cache_usage_perc";
        }
        let own_default = match name {
            // Written out where upstream leaves the library's or the development default.
            "grpc-max-recv-msg-size" => "4Mi",
            "zap-encoder" => "console",
            "pool-namespace" => "default",
            "model-server-metrics-port" => "0",
            _ if is_metric || is_ignored => "",
            _ => theirs,
        };
        let own = if own == "false" { "" } else { own };
        assert_eq!(own, own_default, "--{name}");
        let spellings = match theirs {
            "" if ours[name] == "false" => vec![format!("--{name}"), format!("--{name}=false")],
            value => vec![format!("--{name}={value}"), format!("-{name}={value}")],
        };
        for flag in spellings {
            match parse(["scheduler".to_owned(), flag.clone()]) {
                Err(Misuse::Flags(problems)) if name == "enable-cert-reload" => assert_eq!(problems.len(), 1),
                Ok(_) => {}
                Err(misuse) => panic!("{flag}: {misuse}"),
            }
        }
        seen += 1;
    }
    assert_eq!(seen, 48, "flags of the table");
}
