//! One chained XXH64 hash per block of a prompt.

#[cfg(test)]
mod tests;

use xxhash_rust::xxh64::{Xxh64, xxh64};

/// How the hash of a block is made from its bytes and the hash of the block before it (`epp.md` §4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// GAIE: `h = XXH64(block ‖ LE64(previous))`, a partial last block is dropped.
    Bytes,
    /// llm-d-router: `id = XXH64(block)`, `h = XXH64(LE64(id) ‖ LE64(previous))`, a partial last block counts.
    Tokens,
}

/// Hashes prompts block by block.
///
/// The hash before the first block is `XXH64(model ‖ cache salt)`, all seeds are 0. As every hash covers what was before
/// it, equal hashes at one position mean equal prefixes of one model and salt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockHasher {
    scheme: Scheme,
    block_bytes: usize,
    max_blocks: usize,
}

impl BlockHasher {
    /// A hasher of blocks of `block_bytes` bytes (at least 1); bytes after the first `max_blocks` blocks do not count.
    pub const fn new(scheme: Scheme, block_bytes: usize, max_blocks: usize) -> Self {
        Self { scheme, block_bytes: if block_bytes == 0 { 1 } else { block_bytes }, max_blocks }
    }

    /// Bytes in a block.
    pub const fn block_bytes(&self) -> usize {
        self.block_bytes
    }

    /// Replaces `out` by the hashes of the prompt, which is the concatenation of the spans.
    ///
    /// Where the spans are cut makes no difference, and nothing but XXH64's own 32 bytes is copied.
    pub fn hash<'a>(
        &self,
        model: &str,
        cache_salt: &str,
        prompt: impl IntoIterator<Item = &'a [u8]>,
        out: &mut Vec<u64>,
    ) {
        out.clear();
        let mut block = Xxh64::new(0);
        block.update(model.as_bytes());
        block.update(cache_salt.as_bytes());
        let mut previous = block.digest();
        block.reset(0);
        let mut filled = 0;
        for mut span in prompt {
            while !span.is_empty() {
                if out.len() >= self.max_blocks {
                    return;
                }
                let (head, rest) = span.split_at(span.len().min(self.block_bytes - filled));
                block.update(head);
                filled += head.len();
                span = rest;
                if filled == self.block_bytes {
                    previous = self.chain(&mut block, previous);
                    out.push(previous);
                    block.reset(0);
                    filled = 0;
                }
            }
        }
        if filled > 0 && self.scheme == Scheme::Tokens {
            out.push(self.chain(&mut block, previous));
        }
    }

    fn chain(&self, block: &mut Xxh64, previous: u64) -> u64 {
        match self.scheme {
            Scheme::Bytes => {
                block.update(&previous.to_le_bytes());
                block.digest()
            }
            Scheme::Tokens => {
                let mut pair = [0; 16];
                pair[..8].copy_from_slice(&block.digest().to_le_bytes());
                pair[8..].copy_from_slice(&previous.to_le_bytes());
                xxh64(&pair, 0)
            }
        }
    }
}
