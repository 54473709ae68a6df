//! One change of the prefix cache, and many as bytes.

use std::time::SystemTime;

use bytes::Bytes;
use serde::{Serialize, Serializer};

use crate::engine::{BlockHash, CacheEvent, SequenceId};
use crate::tokenizer::TokenId;

/// Where the blocks are.
const MEDIUM: &str = "GPU";

/// An event as vLLM's subscribers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// `BlockStored`: blocks can be hit from now on.
    Stored {
        /// In order of the prefix.
        hashes: Vec<u64>,
        /// The block before the first.
        parent: Option<u64>,
        /// Those of all the blocks, `block_size` each.
        tokens: Vec<TokenId>,
        block_size: u32,
        /// Name of the adapter, if the request was for one.
        lora_name: Option<Box<str>>,
    },
    /// `BlockRemoved`: blocks were given to others.
    Removed { hashes: Vec<u64> },
    /// `AllBlocksCleared`
    Cleared,
}

/// What a sequence consists of.
#[derive(Debug, Clone, Copy)]
pub struct SequenceTokens<'a> {
    /// Prompt and answer, from the first token; it may be cut behind what is stored.
    pub tokens: &'a [TokenId],
    pub lora_name: Option<&'a str>,
}

impl Event {
    /// The event that tells of a change in the engine's cache. `sequence` gives the tokens of the sequence whose blocks were
    /// stored; there is no event if it does not know them.
    pub fn new<'a>(
        change: CacheEvent,
        block_size: u32,
        sequence: impl FnOnce(SequenceId) -> Option<SequenceTokens<'a>>,
    ) -> Option<Self> {
        let numbers = |hashes: Vec<BlockHash>| hashes.into_iter().map(|hash| hash.0).collect();
        Some(match change {
            CacheEvent::Stored { id, first, hashes, parent } => {
                let SequenceTokens { tokens, lora_name } = sequence(id)?;
                let start = first as usize * block_size as usize;
                let end = start + hashes.len() * block_size as usize;
                Self::Stored {
                    hashes: numbers(hashes),
                    parent: parent.map(|hash| hash.0),
                    tokens: tokens.get(start..end)?.to_vec(),
                    block_size,
                    lora_name: lora_name.map(Into::into),
                }
            }
            CacheEvent::Removed { hashes } => Self::Removed { hashes: numbers(hashes) },
            CacheEvent::Cleared => Self::Cleared,
        })
    }
}

impl Serialize for Event {
    /// An array that begins with the name. The fields are vLLM's, with those left out at the end that have a default.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Stored { hashes, parent, tokens, block_size, lora_name } => {
                let lora_id = None::<u32>;
                ("BlockStored", hashes, parent, tokens, block_size, lora_id, MEDIUM, lora_name)
                    .serialize(serializer)
            }
            Self::Removed { hashes } => ("BlockRemoved", hashes, MEDIUM).serialize(serializer),
            Self::Cleared => ("AllBlocksCleared",).serialize(serializer),
        }
    }
}

/// A batch in `MessagePack`: `[seconds since 1970, events, rank]`.
///
/// # Errors
/// Never on these types; the library that writes it allows for some.
pub(super) fn payload(
    time: SystemTime,
    events: &[Event],
    data_parallel_rank: u32,
) -> Result<Bytes, rmp_serde::encode::Error> {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    rmp_serde::to_vec(&(seconds, events, data_parallel_rank)).map(Bytes::from)
}
