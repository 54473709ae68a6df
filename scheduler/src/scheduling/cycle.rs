//! What plugins see while one request is decided.

use std::sync::Arc;
use std::time::Duration;

use prefix_index::Hits;

use crate::expected_latency::{Policy, Prefix};
use crate::model::{Endpoint, InferenceRequest};

/// Indexes into [`Cycle::endpoints`], in an order that filters keep or change.
pub type Candidates = Vec<u32>;

/// What one producer found: which endpoints have how many of the prompt's blocks.
#[derive(Debug, Default)]
pub struct PrefixHits {
    /// Hashes of the prompt's blocks, from its start.
    pub hashes: Vec<u64>,
    /// Contiguous blocks from the start, by endpoint slot.
    pub hits: Hits,
    /// Bytes of prompt in a block.
    pub block_bytes: usize,
}

impl PrefixHits {
    /// Blocks that the endpoint has, from the start of the prompt.
    pub fn blocks(&self, endpoint: &Endpoint) -> u32 {
        self.hits.get(endpoint.slot)
    }

    /// Tokens of prompt in a block.
    pub fn block_tokens(&self, policy: &Policy) -> u32 {
        policy.block_tokens(self.block_bytes)
    }

    /// Tokens of the prompt that the endpoint has, from its start.
    pub fn tokens(&self, endpoint: &Endpoint, policy: &Policy) -> u32 {
        self.blocks(endpoint).saturating_mul(self.block_tokens(policy))
    }

    /// What the policy is told of the endpoint's cache.
    pub fn prefix(&self, endpoint: &Endpoint, policy: &Policy) -> Prefix<'_> {
        Prefix {
            hit_tokens: self.tokens(endpoint, policy),
            blocks: &self.hashes,
            block_tokens: self.block_tokens(policy),
        }
    }

    /// The share of the prompt's blocks that the endpoint has, 0 to 1.
    pub fn share(&self, endpoint: &Endpoint) -> f64 {
        match self.hashes.len() {
            0 => 0.0,
            total => f64::from(self.blocks(endpoint)) / total as f64,
        }
    }
}

/// One request, the endpoints it may go to, and what producers found. All plugins of a decision see the same.
#[derive(Debug)]
pub struct Cycle<'a> {
    pub request: &'a InferenceRequest,
    /// All endpoints of the pool; candidates are indexes into it.
    pub endpoints: &'a [Arc<Endpoint>],
    /// Time since the start of the process.
    pub now: Duration,
    /// By producer, in the order of the scheduler's producers.
    pub prefix: &'a [PrefixHits],
}

impl<'a> Cycle<'a> {
    /// The endpoint a candidate stands for.
    ///
    /// # Panics
    ///
    /// When the index is not of this cycle.
    pub fn endpoint(&self, candidate: u32) -> &'a Arc<Endpoint> {
        &self.endpoints[candidate as usize]
    }

    /// The endpoints that the candidates stand for, in their order.
    pub fn candidates(&self, candidates: &'a [u32]) -> impl Iterator<Item = &'a Arc<Endpoint>> {
        candidates.iter().map(|&candidate| self.endpoint(candidate))
    }
}
