//! The configuration file of inference-perf, key by key (`bench.md` §1.1).

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// A section that says nothing of the load.
pub(super) type Unread = Option<Spanned<IgnoredAny>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct File {
    #[serde(default)]
    pub(super) api: Api,
    pub(super) data: Data,
    pub(super) load: Load,
    #[serde(default)]
    pub(super) server: Server,
    #[serde(default)]
    pub(super) report: Report,
    #[serde(default)]
    pub(super) tokenizer: Tokenizer,
    pub(super) metrics: Unread,
    pub(super) storage: Unread,
    pub(super) circuit_breakers: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Api {
    #[serde(rename = "type")]
    pub(super) kind: Option<Spanned<String>>,
    pub(super) streaming: bool,
    pub(super) headers: BTreeMap<String, Spanned<String>>,
    pub(super) slo_unit: Option<Spanned<String>>,
    pub(super) slo_ttft_header: Option<String>,
    pub(super) slo_tpot_header: Option<String>,
    pub(super) response_format: Unread,
    pub(super) session_id_header_key: Unread,
    pub(super) session_token_header_key: Unread,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Data {
    #[serde(rename = "type")]
    pub(super) kind: Spanned<String>,
    #[serde(default)]
    pub(super) shared_prefix: SharedPrefix,
    #[serde(default)]
    pub(super) input_distribution: Distribution,
    #[serde(default)]
    pub(super) output_distribution: Distribution,
    pub(super) trace: Option<Trace>,
    pub(super) path: Unread,
    pub(super) corpus_file_path: Unread,
    pub(super) use_chat_template: Unread,
    pub(super) multimodal: Unread,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SharedPrefix {
    #[serde(alias = "num_unique_system_prompts")]
    pub(super) num_groups: u32,
    #[serde(alias = "num_users_per_system_prompt")]
    pub(super) num_prompts_per_group: u32,
    pub(super) system_prompt_len: Tokens,
    pub(super) question_len: Tokens,
    pub(super) output_len: Tokens,
    pub(super) question_distribution: Option<Distribution>,
    pub(super) output_distribution: Option<Distribution>,
    pub(super) seed: Option<u64>,
    pub(super) enable_multi_turn_chat: Option<Spanned<bool>>,
    pub(super) multimodal: Unread,
}

impl Default for SharedPrefix {
    fn default() -> Self {
        Self {
            num_groups: 10,
            num_prompts_per_group: 10,
            system_prompt_len: Tokens::Fixed(100),
            question_len: Tokens::Fixed(50),
            output_len: Tokens::Fixed(50),
            question_distribution: None,
            output_distribution: None,
            seed: None,
            enable_multi_turn_chat: None,
            multimodal: None,
        }
    }
}

/// A number of tokens, or a distribution.
pub(super) enum Tokens {
    Fixed(u32),
    Spread(Box<Distribution>),
}

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TokensVisitor;
        impl<'de> Visitor<'de> for TokensVisitor {
            type Value = Tokens;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number of tokens or a distribution")
            }
            fn visit_u64<E: serde::de::Error>(self, tokens: u64) -> Result<Tokens, E> {
                u32::try_from(tokens).map(Tokens::Fixed).map_err(E::custom)
            }
            fn visit_i64<E: serde::de::Error>(self, tokens: i64) -> Result<Tokens, E> {
                u32::try_from(tokens).map(Tokens::Fixed).map_err(E::custom)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Tokens, A::Error> {
                let spread = Distribution::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Tokens::Spread(Box::new(spread)))
            }
        }
        deserializer.deserialize_any(TokensVisitor)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Distribution {
    #[serde(rename = "type")]
    pub(super) kind: Option<Spanned<String>>,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) mean: f64,
    pub(super) std_dev: Option<f64>,
    /// What the guide's templates write for `std_dev`.
    pub(super) std: Option<Spanned<f64>>,
    pub(super) variance: Option<f64>,
    pub(super) skew: Option<Spanned<f64>>,
    pub(super) total_count: Unread,
}

impl Default for Distribution {
    fn default() -> Self {
        Self {
            kind: None,
            min: 10,
            max: 1024,
            mean: 512.0,
            std_dev: None,
            std: None,
            variance: None,
            skew: None,
            total_count: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trace {
    pub(super) file: PathBuf,
    pub(super) format: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Load {
    #[serde(rename = "type")]
    pub(super) kind: Option<Spanned<String>>,
    #[serde(default = "one_second")]
    pub(super) interval: f64,
    #[serde(default)]
    pub(super) stages: Vec<Spanned<Stage>>,
    pub(super) request_timeout: Option<f64>,
    pub(super) base_seed: Option<u64>,
    pub(super) trace: Option<Trace>,
    pub(super) sweep: Unread,
    pub(super) lora_traffic_split: Unread,
    pub(super) circuit_breakers: Unread,
    #[serde(rename = "num_workers")]
    pub(super) _num_workers: Unread,
    #[serde(rename = "worker_max_concurrency")]
    pub(super) _worker_max_concurrency: Unread,
    #[serde(rename = "worker_max_tcp_connections")]
    pub(super) _worker_max_tcp_connections: Unread,
}

fn one_second() -> f64 {
    1.0
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stage {
    pub(super) rate: Option<f64>,
    pub(super) duration: Option<f64>,
    pub(super) num_requests: Option<u32>,
    pub(super) concurrency_level: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Server {
    #[serde(rename = "type")]
    pub(super) _kind: Option<String>,
    pub(super) model_name: Option<Spanned<String>>,
    pub(super) base_url: Option<Spanned<String>>,
    pub(super) ignore_eos: Option<bool>,
    pub(super) api_key: Option<Spanned<String>>,
    pub(super) cert_path: Unread,
    pub(super) key_path: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Report {
    pub(super) goodput: Goodput,
    #[serde(rename = "request_lifecycle")]
    pub(super) _request_lifecycle: Unread,
    #[serde(rename = "session_lifecycle")]
    pub(super) _session_lifecycle: Unread,
    #[serde(rename = "prometheus")]
    pub(super) _prometheus: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Goodput {
    pub(super) constraints: Constraints,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Constraints {
    pub(super) ttft: Option<f64>,
    pub(super) tpot: Option<f64>,
    pub(super) request_latency: Option<f64>,
    pub(super) itl: Unread,
    pub(super) ntpot: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tokenizer {
    pub(super) pretrained_model_name_or_path: Option<Spanned<String>>,
    #[serde(rename = "trust_remote_code")]
    pub(super) _trust_remote_code: Unread,
    #[serde(rename = "token")]
    pub(super) _token: Unread,
}
