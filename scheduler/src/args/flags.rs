//! Every flag.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use llmd_api::names::group;
use rustls::SupportedProtocolVersion;

use super::values::{Quantity, Scheme, duration};
use crate::datalayer::MetricFlag;
use crate::kubernetes::{PoolGroup, Selector};
use crate::observability::LogSettings;
use crate::{env_vars, tls};

/// Flags of the upstream pickers that mean nothing here; set, they are warned of.
pub const IGNORED: [&str; 8] = [
    "allow-experimental-plugins",
    "enable-pprof",
    "grpc-max-send-msg-size",
    "tls-cipher-suites",
    "tracing",
    "zap-devel",
    "zap-stacktrace-level",
    "zap-time-encoding",
];

const EXAMPLE: &str = "\
Examples:
  scheduler --pool-name gaie-demo --pool-namespace llm-d --config-file /config/default-plugins.yaml
  scheduler --endpoint-selector app=vllm --endpoint-target-ports 8000
  scheduler --config-file file-discovery.yaml --proxy-port 8080    (no Kubernetes, no Envoy)
  scheduler check file-discovery.yaml

Exit codes: 0 ended by a signal, 1 failed, 2 wrong usage or configuration, 130 ended by a second signal.";

/// An endpoint picker for LLM inference: Envoy's external processor, or a proxy of its own
#[derive(Debug, Clone, Parser)]
#[command(name = "scheduler", version, after_help = EXAMPLE, args_conflicts_with_subcommands = true, args_override_self = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the upstream pickers")]
pub struct Flags {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// InferencePool to serve; in file discovery only a name for metrics
    #[arg(long, default_value = "", hide_default_value = true, help_heading = "Endpoints")]
    pub pool_name: String,
    /// Namespace of the pool [default: $NAMESPACE, else `default`]
    #[arg(long, env = env_vars::NAMESPACE, default_value = "default", hide_default_value = true, help_heading = "Endpoints")]
    pub pool_namespace: String,
    /// API group of the InferencePool
    #[arg(long, default_value = group::INFERENCE, help_heading = "Endpoints")]
    pub pool_group: PoolGroup,
    /// Labels of the model servers' pods, instead of an InferencePool
    #[arg(long, help_heading = "Endpoints")]
    pub endpoint_selector: Option<Selector>,
    /// Ports of the selected pods, 1 to 8
    #[arg(long, value_delimiter = ',', help_heading = "Endpoints")]
    pub endpoint_target_ports: Vec<u16>,
    /// Kubeconfig for use outside a cluster [default: $KUBECONFIG]
    #[arg(long, help_heading = "Endpoints")]
    pub kubeconfig: Option<PathBuf>,

    /// File with the EndpointPickerConfig [default: this project's own policy]
    #[arg(long, help_heading = "Scheduling")]
    pub config_file: Option<PathBuf>,
    /// The EndpointPickerConfig itself
    #[arg(long, default_value = "", hide_default_value = true, help_heading = "Scheduling")]
    pub config_text: String,
    /// Ignore the proxy's subset of endpoints
    #[arg(long, help_heading = "Scheduling")]
    pub disable_endpoint_subset_filter: bool,
    /// Tell the proxy the score of every endpoint
    #[arg(long, help_heading = "Scheduling")]
    pub emit_endpoint_scores: bool,
    /// End the ext_proc stream with the decision when no plugin needs the answer: streamed answers then cost the
    /// picker nothing, and metrics about answers are not kept
    #[arg(long, help_heading = "Scheduling")]
    pub skip_response_processing: bool,
    /// Largest request body
    #[arg(long, default_value = "64Mi", help_heading = "Scheduling")]
    pub max_body_bytes: Quantity,

    /// Address to listen on [default: every address, IPv6 and IPv4]
    #[arg(long, help_heading = "Serving")]
    pub bind_address: Option<IpAddr>,
    /// ext_proc
    #[arg(long, default_value_t = 9002, help_heading = "Serving")]
    pub grpc_port: u16,
    /// gRPC health, plain text
    #[arg(long, default_value_t = 9003, help_heading = "Serving")]
    pub grpc_health_port: u16,
    /// /metrics and /debug
    #[arg(long, default_value_t = 9090, help_heading = "Serving")]
    pub metrics_port: u16,
    /// Serve HTTP here too, without Envoy
    #[arg(long, help_heading = "Serving")]
    pub proxy_port: Option<u16>,
    /// Answer health on the ext_proc port as well
    #[arg(long, help_heading = "Serving")]
    pub health_checking: bool,
    /// Largest gRPC message accepted
    #[arg(long, default_value = "4Mi", help_heading = "Serving")]
    pub grpc_max_recv_msg_size: Quantity,
    /// After SIGTERM health says so at once, and requests are served this much longer
    #[arg(long, default_value = "30s", value_parser = duration, help_heading = "Serving")]
    pub drain_timeout: Duration,
    /// Elect a leader by a Lease; only the leader reports ready
    #[arg(long, help_heading = "Serving")]
    pub ha_enable_leader_election: bool,

    /// TLS on the ext_proc port
    #[arg(long, default_value_t = true, help_heading = "TLS")]
    pub secure_serving: bool,
    /// Folder with tls.crt and tls.key [default: a certificate made at start]
    #[arg(long, help_heading = "TLS")]
    pub cert_path: Option<PathBuf>,
    /// Follow changes of the certificate
    #[arg(long, help_heading = "TLS")]
    pub enable_cert_reload: bool,
    #[arg(
        long,
        help = "Lowest TLS version: VersionTLS12 or VersionTLS13",
        value_parser = tls::parse_version,
        help_heading = "TLS"
    )]
    pub tls_min_version: Option<&'static SupportedProtocolVersion>,
    /// Folder with tls.crt and tls.key for the metrics port [default: plain HTTP]
    #[arg(long, help_heading = "TLS")]
    pub metrics_cert_dir: Option<PathBuf>,
    /// Authority of client certificates on the metrics port
    #[arg(long, help_heading = "TLS")]
    pub metrics_client_ca_file: Option<PathBuf>,

    /// Between two scrapes of an endpoint
    #[arg(long, default_value = "50ms", value_parser = duration, help_heading = "Metrics")]
    pub refresh_metrics_interval: Duration,
    /// Between two updates of the pool's gauges
    #[arg(long, default_value = "5s", value_parser = duration, help_heading = "Metrics")]
    pub refresh_prometheus_metrics_interval: Duration,
    /// Age from which scraped values count as unknown
    #[arg(long, default_value = "2s", value_parser = duration, help_heading = "Metrics")]
    pub metrics_staleness_threshold: Duration,
    /// Only those may scrape /metrics whom the API server allows it
    #[arg(long, default_value_t = true, help_heading = "Metrics")]
    pub metrics_endpoint_auth: bool,
    /// Metrics about ext_proc streams
    #[arg(long, help_heading = "Metrics")]
    pub enable_grpc_stream_metrics: bool,
    /// Metric of waiting requests [default: the engine's]
    #[arg(long, help_heading = "Metrics")]
    pub total_queued_requests_metric: Option<MetricFlag>,
    /// Metric of running requests [default: the engine's]
    #[arg(long, help_heading = "Metrics")]
    pub total_running_requests_metric: Option<MetricFlag>,
    /// Metric of the KV cache's use, 0 to 1 [default: the engine's]
    #[arg(long, help_heading = "Metrics")]
    pub kv_cache_usage_percentage_metric: Option<MetricFlag>,
    /// Metric of LoRA adapters [default: the engine's]
    #[arg(long, help_heading = "Metrics")]
    pub lora_info_metric: Option<MetricFlag>,
    /// Metric of the KV cache's size [default: the engine's]
    #[arg(long, help_heading = "Metrics")]
    pub cache_info_metric: Option<MetricFlag>,
    /// Scheme of the scrape
    #[arg(long, value_enum, default_value = "http", help_heading = "Metrics")]
    pub model_server_metrics_scheme: Scheme,
    #[arg(long, default_value = "/metrics", help_heading = "Metrics", help = "Path of the scrape")]
    pub model_server_metrics_path: String,
    /// Port of the scrape; 0 is the port of the requests
    #[arg(long, default_value_t = 0, help_heading = "Metrics")]
    pub model_server_metrics_port: u16,
    /// Believe any certificate of a model server
    #[arg(long, default_value_t = true, help_heading = "Metrics")]
    pub model_server_metrics_https_insecure_skip_verify: bool,

    /// Verbosity: 2 the process, 3 every request, 4 every score, 5 everything
    #[arg(short, long = "v", default_value_t = 2, help_heading = "Logs")]
    pub verbosity: u8,
    /// json or console
    #[arg(long, default_value = "console", help_heading = "Logs")]
    pub zap_encoder: String,
    /// debug, info, warn, error or a number; wins over -v
    #[arg(long, default_value = "", hide_default_value = true, help_heading = "Logs")]
    pub zap_log_level: String,

    #[arg(long, hide = true)]
    pub allow_experimental_plugins: Option<bool>,
    #[arg(long, hide = true)]
    pub enable_pprof: Option<bool>,
    #[arg(long, hide = true)]
    pub grpc_max_send_msg_size: Option<String>,
    #[arg(long, hide = true)]
    pub tls_cipher_suites: Option<String>,
    #[arg(long, hide = true)]
    pub tracing: Option<bool>,
    #[arg(long, hide = true)]
    pub zap_devel: Option<bool>,
    #[arg(long, hide = true)]
    pub zap_stacktrace_level: Option<String>,
    #[arg(long, hide = true)]
    pub zap_time_encoding: Option<String>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Say what is wrong or without effect in a configuration
    Check {
        /// The EndpointPickerConfig
        file: PathBuf,
    },
}

impl Flags {
    /// How to log.
    pub fn log_settings(&self) -> LogSettings<'_> {
        LogSettings { encoder: &self.zap_encoder, verbosity: self.verbosity, level: &self.zap_log_level }
    }

    /// The upstream flags on this command line that mean nothing here. Switching something off that is not there is
    /// no reason for a warning.
    pub fn ignored(&self) -> Vec<&'static str> {
        let given = [
            self.allow_experimental_plugins == Some(true),
            self.enable_pprof == Some(true),
            self.grpc_max_send_msg_size.is_some(),
            self.tls_cipher_suites.is_some(),
            self.tracing == Some(true),
            self.zap_devel == Some(true),
            self.zap_stacktrace_level.is_some(),
            self.zap_time_encoding.is_some(),
        ];
        IGNORED.into_iter().zip(given).filter_map(|(name, is_given)| is_given.then_some(name)).collect()
    }
}
