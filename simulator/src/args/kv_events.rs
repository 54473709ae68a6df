//! Where KV events go: by the flags of llm-d-inference-sim, or by vLLM's `--kv-events-config`.

use std::net::{IpAddr, SocketAddr};

use serde::Deserialize;

use super::Flags;
use crate::env_vars;
use crate::kv_events::{Endpoint, Settings, topic};

/// vLLM's `--kv-events-config`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct KvEventsConfig {
    #[serde(default)]
    enable_kv_cache_events: bool,
    /// `zmq`, or `null` for nowhere.
    publisher: Option<String>,
    endpoint: Option<String>,
    replay_endpoint: Option<String>,
    topic: Option<String>,
    buffer_steps: Option<usize>,
}

/// vLLM's default endpoint.
const USUAL_ENDPOINT: &str = "tcp://*:5557";

impl std::str::FromStr for KvEventsConfig {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// How to publish them; none when no flag asks for it.
///
/// # Errors
/// When something is no endpoint, or on the wrong side.
pub(super) fn settings(flags: &Flags) -> Result<Option<Settings>, String> {
    let publishes = |config: &&KvEventsConfig| {
        config.enable_kv_cache_events && config.publisher.as_deref() != Some("null")
    };
    let config = flags.kv_events_config.as_ref().filter(publishes);
    let configured = config.map(|config| config.endpoint.as_deref().unwrap_or(USUAL_ENDPOINT));
    let endpoint = match (flags.kv_events_port, flags.zmq_endpoint.as_deref().or(configured)) {
        (None, None) => return Ok(None),
        (Some(port), None) => Endpoint::Bind(SocketAddr::new(flags.host, port)),
        (None, Some(endpoint)) => parse("--zmq-endpoint", endpoint)?,
        (Some(_), Some(_)) => return Err("--kv-events-port: another flag names the endpoint".to_owned()),
    };
    let replay = config.and_then(|config| config.replay_endpoint.as_deref());
    let replay = flags.kv_events_replay_endpoint.as_deref().or(replay);
    let replay = match replay.map(|endpoint| parse("--kv-events-replay-endpoint", endpoint)).transpose()? {
        None => None,
        Some(Endpoint::Bind(address)) => Some(address),
        Some(Endpoint::Connect(address)) => match address.parse() {
            Ok(address) => Some(address),
            Err(_) => {
                return Err(format!("--kv-events-replay-endpoint: `{address}` is no address to listen on"));
            }
        },
    };
    let model = flags.served_model_name.first().unwrap_or(&flags.model);
    Ok(Some(Settings {
        endpoint,
        replay,
        topic: config
            .and_then(|config| config.topic.clone())
            .unwrap_or_else(|| topic(&identity(flags.host, flags.port), model)),
        data_parallel_rank: flags.data_parallel_rank,
        batch_size: flags.event_batch_size,
        batch_delay: Settings::BATCH_DELAY,
        kept_batches: config.and_then(|config| config.buffer_steps).unwrap_or(Settings::KEPT_BATCHES),
    }))
}

fn parse(flag: &str, endpoint: &str) -> Result<Endpoint, String> {
    endpoint.parse().map_err(|error| format!("{flag}: {error}"))
}

/// The address under which a scheduler knows this server.
fn identity(host: IpAddr, port: u16) -> String {
    let ip = env_vars::read(env_vars::POD_IP);
    let host = if host.is_unspecified() { "127.0.0.1".to_owned() } else { host.to_string() };
    format!("{}:{port}", ip.unwrap_or(host))
}
