//! What only several flags together show.

use std::collections::BTreeSet;

use super::Flags;

/// Most target ports of a pool.
const MOST_PORTS: usize = 8;

/// Everything that is wrong, in the order in which `--help` lists the flags.
pub(super) fn of(flags: &Flags) -> Vec<String> {
    let mut problems = Vec::new();
    let mut when = |is_wrong: bool, problem: &str| {
        if is_wrong {
            problems.push(problem.to_owned());
        }
    };
    let has_pool = !flags.pool_name.is_empty();
    let has_selector = flags.endpoint_selector.is_some();
    when(has_pool && has_selector, "--pool-name and --endpoint-selector exclude each other");
    when(
        has_selector && flags.endpoint_target_ports.is_empty(),
        "--endpoint-selector needs --endpoint-target-ports",
    );
    when(
        !has_selector && !flags.endpoint_target_ports.is_empty(),
        "--endpoint-target-ports needs --endpoint-selector",
    );
    let ports: BTreeSet<u16> = flags.endpoint_target_ports.iter().copied().collect();
    let is_unique = ports.len() == flags.endpoint_target_ports.len();
    when(!is_unique || ports.contains(&0), "--endpoint-target-ports: ports are 1 to 65535, each once");
    when(ports.len() > MOST_PORTS, "--endpoint-target-ports: at most 8 ports");
    when(
        flags.config_file.is_some() && !flags.config_text.is_empty(),
        "--config-file and --config-text exclude each other",
    );
    when(flags.refresh_metrics_interval.is_zero(), "--refresh-metrics-interval must be above 0");
    when(
        flags.refresh_prometheus_metrics_interval.is_zero(),
        "--refresh-prometheus-metrics-interval must be above 0",
    );
    when(
        flags.metrics_client_ca_file.is_some() && flags.metrics_cert_dir.is_none(),
        "--metrics-client-ca-file needs --metrics-cert-dir",
    );
    when(
        flags.enable_cert_reload && flags.cert_path.is_none() && flags.metrics_cert_dir.is_none(),
        "--enable-cert-reload needs --cert-path",
    );
    let mut listening: Vec<u16> = vec![flags.grpc_port, flags.grpc_health_port, flags.metrics_port];
    listening.extend(flags.proxy_port);
    listening.retain(|port| *port != 0);
    let distinct: BTreeSet<u16> = listening.iter().copied().collect();
    when(
        distinct.len() != listening.len(),
        "--grpc-port, --grpc-health-port, --metrics-port and --proxy-port must differ",
    );
    problems.extend(flags.log_settings().problems().iter().map(ToString::to_string));
    problems
}
