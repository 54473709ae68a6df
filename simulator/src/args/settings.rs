//! From flags to what the server and the process are made of.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Flags, kv_events};
use crate::engine::Limits;
use crate::env_vars;
use crate::profile::Profile;
use crate::server::Settings;
use crate::tokenizer::Tokenizer;

/// Context of the Qwen3 models, in tokens.
const USUAL_LENGTH: u32 = 40_960;

impl Flags {
    /// The server that they describe.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn settings(self) -> Result<Settings, Vec<String>> {
        let mut problems: Vec<String> =
            self.faults.problems().iter().map(|text| format!("--{text}")).collect();
        if self.model.is_empty() {
            problems.push("--model must not be empty".to_owned());
        }
        let numbers = [
            ("speed", Some(self.speed)),
            ("time-scale", Some(self.time_scale)),
            ("kv-cache-size", self.kv_cache_size.map(f64::from)),
            ("block-size", self.block_size.map(f64::from)),
            ("max-num-seqs", self.max_num_seqs.map(f64::from)),
            ("max-num-batched-tokens", self.max_num_batched_tokens.map(f64::from)),
            ("max-model-len", self.max_model_len.map(f64::from)),
        ];
        for (name, number) in numbers {
            if let Some(number) = number.filter(|number| !(number.is_finite() && *number > 0.0)) {
                problems.push(format!("--{name} must be above 0, not {number}"));
            }
        }
        let usual = self.profile.limits;
        let limits = Limits {
            kv_blocks: self.kv_cache_size.unwrap_or(usual.kv_blocks),
            block_size: self.block_size.unwrap_or(usual.block_size),
            max_num_seqs: self.max_num_seqs.unwrap_or(usual.max_num_seqs),
            max_num_batched_tokens: self.max_num_batched_tokens.unwrap_or(usual.max_num_batched_tokens),
        };
        let capacity = limits.kv_blocks.saturating_mul(limits.block_size);
        let max_model_len = self.max_model_len.unwrap_or_else(|| USUAL_LENGTH.min(capacity));
        if max_model_len > capacity {
            problems.push(format!(
                "--max-model-len {max_model_len} is more than the {capacity} tokens of the KV cache; lower it, or raise \
                 --kv-cache-size {} or --block-size {}",
                limits.kv_blocks, limits.block_size
            ));
        }
        let tokenizer =
            self.tokenizer.as_deref().map_or_else(|| Ok(Tokenizer::default()), Tokenizer::from_file);
        let tokenizer = tokenizer.unwrap_or_else(|error| {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            problems.push(format!("--tokenizer: failed to {error}{}", source.unwrap_or_default()));
            Tokenizer::default()
        });
        let kv_events = kv_events::settings(&self).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Settings {
            model: self.model,
            served_names: self.served_model_name,
            loras: self.lora_modules,
            max_loras: self.max_loras,
            max_model_len,
            profile: Profile { limits, ..self.profile.at_speed(self.speed) },
            time_scale: self.time_scale,
            seed: self.seed,
            hash_seed: self.hash_seed,
            data_parallel_rank: self.data_parallel_rank,
            tokenizer,
            kv_events,
            faults: self.faults,
            headers: headers(self.port),
            grace: Duration::from_secs(self.shutdown_timeout),
        })
    }
}

/// Which pod answers, as llm-d-inference-sim tells it; nothing outside of a pod.
fn headers(port: u16) -> HeaderMap {
    let pod = env_vars::read(env_vars::POD_NAME);
    let values = [
        ("x-inference-port", pod.as_ref().map(|_| port.to_string())),
        ("x-inference-pod", pod),
        ("x-inference-namespace", env_vars::read(env_vars::POD_NAMESPACE)),
    ];
    let header = |(name, value): (&'static str, Option<String>)| {
        Some((HeaderName::from_static(name), HeaderValue::from_str(&value?).ok()?))
    };
    values.into_iter().filter_map(header).collect()
}
