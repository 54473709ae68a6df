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
    /// Where the spans are cut makes no difference. Nothing is copied but XXH64's own 32 bytes, and nothing allocated but
    /// room in `out`.
    pub fn hash<'a>(
        &self,
        model: &str,
        cache_salt: &str,
        prompt: impl IntoIterator<Item = &'a [u8]>,
        out: &mut Vec<u64>,
    ) {
        out.clear();
        let mut partial = Xxh64::new(0);
        partial.update(model.as_bytes());
        partial.update(cache_salt.as_bytes());
        let mut previous = partial.digest();
        partial.reset(0);
        let mut filled = 0;
        for mut span in prompt {
            if filled > 0 {
                let (head, rest) = span.split_at(span.len().min(self.block_bytes - filled));
                partial.update(head);
                filled += head.len();
                if filled < self.block_bytes {
                    continue;
                }
                previous = self.chain(&mut partial, previous);
                out.push(previous);
                span = rest;
            }
            let mut blocks = span.chunks_exact(self.block_bytes);
            for block in blocks.by_ref().take(self.max_blocks - out.len()) {
                previous = self.chain_whole(block, &mut partial, previous);
                out.push(previous);
            }
            if out.len() == self.max_blocks {
                return;
            }
            partial.update(blocks.remainder());
            filled = blocks.remainder().len();
        }
        if filled > 0 && self.scheme == Scheme::Tokens {
            out.push(self.chain(&mut partial, previous));
        }
    }

    /// The hash of the block that `partial` has been given, which is then ready for another.
    fn chain(&self, partial: &mut Xxh64, previous: u64) -> u64 {
        let hash = match self.scheme {
            Scheme::Bytes => {
                partial.update(&previous.to_le_bytes());
                partial.digest()
            }
            Scheme::Tokens => pair(partial.digest(), previous),
        };
        partial.reset(0);
        hash
    }

    /// The hash of a block that lies in one piece, for which XXH64 need not go in steps.
    fn chain_whole(&self, block: &[u8], partial: &mut Xxh64, previous: u64) -> u64 {
        match self.scheme {
            Scheme::Bytes => {
                partial.update(block);
                self.chain(partial, previous)
            }
            Scheme::Tokens => pair(xxh64(block, 0), previous),
        }
    }
}

/// `XXH64(LE64(id) ‖ LE64(previous))`
fn pair(id: u64, previous: u64) -> u64 {
    let mut pair = [0; 16];
    pair[..8].copy_from_slice(&id.to_le_bytes());
    pair[8..].copy_from_slice(&previous.to_le_bytes());
    xxh64(&pair, 0)
}
