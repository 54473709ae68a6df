//! `pd-profile-handler` and `disagg-profile-handler`: prefill and decode on different endpoints.

#[cfg(test)]
mod tests;

use llmd_api::config::{DisaggProfileHandler, PrefillDecider, StageOrder};

use super::data_parallel::send_through;
use crate::model::{Decision, Endpoint, Reject};
use crate::plugins::BYTES_PER_TOKEN;
use crate::plugins::pre_request::name_prefiller;
use crate::scheduling::{Cycle, PrefixHits, ProfileHandler, ProfileResults};

/// Runs the decode profile, whose target gets the request, and the prefill profile if the decider wants it. Without an
/// endpoint to prefill on, the decode endpoint does it itself.
#[derive(Debug)]
pub(in crate::plugins) struct DisaggHandler {
    decode: usize,
    prefill: Option<usize>,
    order: StageOrder,
    decider: Decider,
    primary_port: Option<u16>,
    sets_headers: bool,
}

impl DisaggHandler {
    /// `producer_at` translates a plugin's index to the position among the scheduler's producers.
    pub(in crate::plugins) fn new(
        config: &DisaggProfileHandler,
        producer_at: impl Fn(usize) -> Option<usize>,
    ) -> Self {
        Self {
            decode: config.decode,
            prefill: config.prefill,
            order: config.order,
            decider: Decider::new(&config.decider, producer_at),
            primary_port: config.primary_port,
            sets_headers: config.sets_headers,
        }
    }

    /// Whether to prefill elsewhere, given where to decode.
    fn wants_prefill(&self, cycle: &Cycle<'_>, done: &ProfileResults) -> bool {
        let decode = done.target(self.decode).and_then(|target| target.first());
        decode.is_some_and(|decode| self.decider.wants_prefill(cycle, decode))
    }
}

impl ProfileHandler for DisaggHandler {
    fn next(&self, cycle: &Cycle<'_>, done: &ProfileResults) -> Option<usize> {
        let is_open = |profile: &usize| done.get(*profile).is_none();
        let decode = Some(self.decode).filter(is_open);
        let prefill = self.prefill.filter(is_open);
        match self.order {
            StageOrder::DecodeFirst => decode.or_else(|| prefill.filter(|_| self.wants_prefill(cycle, done))),
            StageOrder::PrefillFirst => prefill.filter(|_| self.decider != Decider::Never).or(decode),
        }
    }

    fn finish(&self, cycle: &Cycle<'_>, results: &ProfileResults) -> Result<Decision, Reject> {
        let mut decision = results.decide(self.decode).map_err(|reject| Reject {
            message: "failed to find available decode workers".into(),
            ..reject
        })?;
        if self.order == StageOrder::PrefillFirst && !self.wants_prefill(cycle, results) {
            decision.targets.retain(|chosen| chosen.profile == self.decode);
            decision.primary = 0;
        }
        if self.sets_headers {
            name_prefiller(&mut decision, self.prefill);
        }
        if let Some(port) = self.primary_port {
            send_through(&mut decision, port);
        }
        Ok(decision)
    }
}

/// When to prefill elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plugins) enum Decider {
    Never,
    Always,
    /// When at least this much of the prompt is not cached where it would be decoded. The last cached block does not
    /// count. In bytes, of which the prompt has so many as the body shows.
    UncachedBytes {
        threshold: u64,
        producer: Option<usize>,
    },
    /// When the prompt has `prompt_tokens` at least, of which `non_cached_tokens` at least are not cached where it would
    /// be decoded.
    UncachedTokens {
        non_cached_tokens: u64,
        prompt_tokens: u64,
        producer: Option<usize>,
    },
}

impl Decider {
    fn new(config: &PrefillDecider, producer_at: impl Fn(usize) -> Option<usize>) -> Self {
        match config {
            PrefillDecider::Never => Self::Never,
            PrefillDecider::Always => Self::Always,
            // A block of the index has the size that the index says, whatever `hashBlockSize` claims.
            PrefillDecider::UncachedBytes { threshold, hash_block_size: _, producer } => {
                Self::UncachedBytes { threshold: *threshold, producer: producer.and_then(producer_at) }
            }
            PrefillDecider::UncachedTokens(decider) if decider.non_cached_tokens == 0 => Self::Never,
            PrefillDecider::UncachedTokens(decider) => Self::UncachedTokens {
                non_cached_tokens: decider.non_cached_tokens,
                prompt_tokens: decider.prompt_tokens,
                producer: producer_at(decider.producer),
            },
        }
    }

    fn wants_prefill(self, cycle: &Cycle<'_>, decode: &Endpoint) -> bool {
        let prompt_bytes = cycle.request.parsed.prompt_bytes();
        let hits_of = |producer: Option<usize>| producer.and_then(|producer| cycle.prefix.get(producer));
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::UncachedBytes { threshold, producer } => {
                let cached = cached_bytes(hits_of(producer), decode, 1);
                prompt_bytes.saturating_sub(cached) as u64 >= threshold
            }
            Self::UncachedTokens { non_cached_tokens, prompt_tokens, producer } => {
                let cached = cached_bytes(hits_of(producer), decode, 0);
                let uncached = prompt_bytes.saturating_sub(cached).div_ceil(BYTES_PER_TOKEN);
                prompt_bytes.div_ceil(BYTES_PER_TOKEN) as u64 >= prompt_tokens
                    && uncached as u64 >= non_cached_tokens
            }
        }
    }
}

/// Bytes of the prompt that the endpoint has cached, less some blocks.
fn cached_bytes(hits: Option<&PrefixHits>, endpoint: &Endpoint, less: u32) -> usize {
    hits.map_or(0, |hits| {
        let blocks = hits.blocks(endpoint).saturating_sub(less) as usize;
        blocks.saturating_mul(hits.block_bytes)
    })
}
