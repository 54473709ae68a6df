//! `approx-prefix-cache-producer`: who probably has a prompt's prefix, by what was sent where (`epp.md` §4.3).

#[cfg(test)]
mod tests;

use std::sync::Arc;

use llmd_api::config::{ApproxPrefixCacheProducer, BlockScheme, PrefixLimit};
use prefix_index::{BlockHasher, PrefixIndex, Scheme};

use crate::model::{Decision, Endpoint};
use crate::plugins::BYTES_PER_TOKEN;
use crate::scheduling::{Cycle, PreRequest, PrefixHits, Producer};

/// A token of prose has up to six bytes, not [`BYTES_PER_TOKEN`]; and twice to four times the engine's capacity is the
/// size of an index that does best (`schedsim.md` §6).
const MARGIN: u64 = 2;

/// An index of prompts by endpoint. Every endpoint of a decision learns the prompt: the one that decodes and the one
/// that prefills both have it in their caches afterwards.
pub struct ApproxPrefix {
    config: ApproxPrefixCacheProducer,
    /// Position among the scheduler's producers.
    position: usize,
    index: PrefixIndex,
}

impl ApproxPrefix {
    /// `position` is that among the scheduler's producers; the index takes at most `max_bytes` of memory.
    pub(in crate::plugins) fn new(
        config: &ApproxPrefixCacheProducer,
        position: usize,
        max_bytes: usize,
    ) -> Self {
        Self { config: config.clone(), position, index: PrefixIndex::new(max_bytes) }
    }

    /// Forgets what an endpoint had, as it is gone.
    pub fn forget(&self, endpoint: &Endpoint) {
        self.index.remove_endpoint(endpoint.slot);
    }

    /// The index, for those who measure it.
    pub fn index(&self) -> &PrefixIndex {
        &self.index
    }

    /// Bytes of prompt in a block. When auto-tuned, four times the engine's block in tokens: one token is about four
    /// bytes. The first endpoint of the pool that tells its block decides for all, whatever endpoints a request may go
    /// to, as a prompt must hash alike every time.
    fn block_bytes(&self, endpoints: &[Arc<Endpoint>]) -> usize {
        let configured = self.config.block_size as usize;
        let tuned = endpoints.iter().map(|endpoint| endpoint.metrics.block_size() as usize);
        let tuned = tuned.filter(|_| self.config.auto_tune).find(|&tokens| tokens > 0);
        match self.config.scheme {
            BlockScheme::Bytes => tuned.map_or(configured, |tokens| tokens.saturating_mul(BYTES_PER_TOKEN)),
            BlockScheme::Tokens => {
                let floor = BlockScheme::AUTO_TUNE_FLOOR_TOKENS as usize;
                tuned.map_or(configured, |tokens| tokens.max(floor)).saturating_mul(BYTES_PER_TOKEN)
            }
        }
    }

    fn max_blocks(&self, block_bytes: usize) -> usize {
        let blocks = match self.config.limit {
            PrefixLimit::Blocks(blocks) => blocks,
            PrefixLimit::Tokens(tokens) => {
                tokens.saturating_mul(BYTES_PER_TOKEN as u64).div_ceil(block_bytes.max(1) as u64)
            }
        };
        usize::try_from(blocks).unwrap_or(usize::MAX)
    }

    /// How many blocks of the index the endpoint's KV cache holds, with a margin where the rules are ours: an index that
    /// forgets before the engine does sends prompts elsewhere, and one that forgets later does no harm.
    fn capacity(&self, endpoint: &Endpoint, block_bytes: usize) -> usize {
        let margin = if self.config.scheme == BlockScheme::Tokens { MARGIN } else { 1 };
        let tokens = margin * u64::from(endpoint.metrics.blocks()) * u64::from(endpoint.metrics.block_size());
        let tuned = tokens.saturating_mul(BYTES_PER_TOKEN as u64) / block_bytes.max(1) as u64;
        let blocks = if self.config.auto_tune && tuned > 0 { tuned } else { self.config.capacity_per_server };
        usize::try_from(blocks).unwrap_or(usize::MAX)
    }
}

impl Producer for ApproxPrefix {
    fn produce(&self, cycle: &Cycle<'_>, hits: &mut PrefixHits) {
        let request = cycle.request;
        let scheme = match self.config.scheme {
            BlockScheme::Bytes => Scheme::Bytes,
            BlockScheme::Tokens => Scheme::Tokens,
        };
        let block_bytes = self.block_bytes(cycle.endpoints);
        let hasher = BlockHasher::new(scheme, block_bytes, self.max_blocks(block_bytes));
        let salt = request.parsed.cache_salt.as_deref().unwrap_or_default();
        let prompt = request.parsed.prompt_spans(&request.body);
        hasher.hash(&request.target_model, salt, prompt, &mut hits.hashes);
        hits.block_bytes = block_bytes;
        self.index.find(&hits.hashes, &mut hits.hits);
    }
}

impl PreRequest for ApproxPrefix {
    fn decided(&self, cycle: &Cycle<'_>, decision: &mut Decision) {
        let Some(hits) = cycle.prefix.get(self.position).filter(|hits| !hits.hashes.is_empty()) else {
            return;
        };
        for endpoint in decision.targets.iter().filter_map(|chosen| chosen.target.first()) {
            self.index.set_capacity(endpoint.slot, self.capacity(endpoint, hits.block_bytes));
            self.index.insert(endpoint.slot, &hits.hashes);
        }
    }
}
