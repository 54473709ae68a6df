//! The identity of KV-cache blocks.

use std::sync::Arc;

use xxhash_rust::xxh64::{Xxh64, xxh64};

use super::TokenId;
use crate::engine::BlockHash;

/// Gives each full block of a sequence of tokens a hash that stands for it and for all before it.
///
/// `h = XXH64(LE32 of each token of the block, seed = hash of the block before)`; before the first stands
/// `XXH64(salt, seed = XXH64(hash seed))`. vLLM chains in the same way over another hash; only that equal hashes mean
/// equal prefixes within an engine matters, as an index of KV events makes its own from the token identifiers.
#[derive(Debug, Clone, Copy)]
pub struct BlockHasher {
    root: u64,
    block_size: usize,
}

impl BlockHasher {
    /// Hashes blocks of `block_size` tokens (at least 1). `seed` is what `PYTHONHASHSEED` is to vLLM.
    pub fn new(seed: &str, block_size: u32) -> Self {
        Self { root: xxh64(seed.as_bytes(), 0), block_size: block_size.max(1) as usize }
    }

    /// One hash for each full block of `tokens`. `salt` keeps apart what shares no cache: the name of the adapter and
    /// the `cache_salt` of the request.
    pub fn hashes(&self, salt: &str, tokens: &[TokenId]) -> Arc<[BlockHash]> {
        self.extended(salt, &[], tokens)
    }

    /// The same, where those of the first blocks are known.
    pub fn extended(&self, salt: &str, known: &[BlockHash], tokens: &[TokenId]) -> Arc<[BlockHash]> {
        let root = || xxh64(salt.as_bytes(), self.root);
        let mut previous = known.last().map_or_else(root, |hash| hash.0);
        let hash = |block: &[TokenId]| {
            let mut state = Xxh64::new(previous);
            for token in block {
                state.update(&token.to_le_bytes());
            }
            previous = state.digest();
            BlockHash(previous)
        };
        let rest = tokens.chunks_exact(self.block_size).skip(known.len()).map(hash);
        known.iter().copied().chain(rest).collect()
    }
}
