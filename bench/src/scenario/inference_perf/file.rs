//! The configuration file of inference-perf, key by key (`bench.md` §1.1). It writes its files out in full with `null` for
//! what was not said, so a null is an absent key wherever it stands; defaults are where a key is used.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

use crate::scenario::yaml::Unread;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct File {
    pub(super) api: Option<Api>,
    pub(super) data: Data,
    pub(super) load: Load,
    pub(super) server: Option<Server>,
    pub(super) report: Option<Report>,
    pub(super) tokenizer: Option<Tokenizer>,
    pub(super) metrics: Unread,
    pub(super) storage: Unread,
    pub(super) circuit_breakers: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Api {
    #[serde(rename = "type")]
    pub(super) kind: Option<Spanned<String>>,
    pub(super) streaming: Option<bool>,
    pub(super) headers: Option<BTreeMap<String, Option<Spanned<String>>>>,
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
    pub(super) shared_prefix: Option<SharedPrefix>,
    pub(super) input_distribution: Option<Distribution>,
    pub(super) output_distribution: Option<Distribution>,
    pub(super) trace: Option<Trace>,
    pub(super) path: Unread,
    pub(super) corpus_file_path: Unread,
    pub(super) use_chat_template: Unread,
    pub(super) multimodal: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct SharedPrefix {
    #[serde(alias = "num_unique_system_prompts")]
    pub(super) num_groups: Option<u32>,
    #[serde(alias = "num_users_per_system_prompt")]
    pub(super) num_prompts_per_group: Option<u32>,
    pub(super) system_prompt_len: Option<Tokens>,
    pub(super) question_len: Option<Tokens>,
    pub(super) output_len: Option<Tokens>,
    pub(super) question_distribution: Option<Distribution>,
    pub(super) output_distribution: Option<Distribution>,
    pub(super) seed: Option<u64>,
    pub(super) enable_multi_turn_chat: Option<Spanned<bool>>,
    pub(super) multimodal: Unread,
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

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Distribution {
    #[serde(rename = "type")]
    pub(super) kind: Option<Spanned<String>>,
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
    pub(super) mean: Option<f64>,
    pub(super) std_dev: Option<f64>,
    /// What the guide's templates write for `std_dev`.
    pub(super) std: Option<Spanned<f64>>,
    pub(super) variance: Option<f64>,
    pub(super) skew: Option<Spanned<f64>>,
    pub(super) total_count: Unread,
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
    pub(super) interval: Option<f64>,
    pub(super) stages: Option<Vec<Spanned<Stage>>>,
    pub(super) request_timeout: Option<f64>,
    pub(super) base_seed: Option<u64>,
    pub(super) trace: Option<Trace>,
    pub(super) sweep: Unread,
    pub(super) lora_traffic_split: Unread,
    pub(super) circuit_breakers: Unread,
    pub(super) num_workers: Unread,
    pub(super) worker_max_concurrency: Unread,
    pub(super) worker_max_tcp_connections: Unread,
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
#[serde(deny_unknown_fields)]
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
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    pub(super) goodput: Option<Goodput>,
    pub(super) request_lifecycle: Unread,
    pub(super) session_lifecycle: Unread,
    pub(super) prometheus: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Goodput {
    pub(super) constraints: Option<Constraints>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Constraints {
    pub(super) ttft: Option<f64>,
    pub(super) tpot: Option<f64>,
    pub(super) request_latency: Option<f64>,
    pub(super) itl: Unread,
    pub(super) ntpot: Unread,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Tokenizer {
    pub(super) pretrained_model_name_or_path: Option<Spanned<String>>,
    pub(super) trust_remote_code: Unread,
    pub(super) token: Unread,
}
