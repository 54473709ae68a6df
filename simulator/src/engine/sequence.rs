//! A request, and how far it has come.

use std::sync::Arc;

use super::Token;
use super::blocks::BlockId;

/// Identity of a full block: its tokens and all before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockHash(pub u64);

/// Names a request within one engine; numbered from 0 in the order of [`submit`](super::Engine::submit).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SequenceId(pub u64);

/// What an engine needs to know of a request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Tokens of the prompt; at least 1.
    pub prompt_tokens: u32,
    /// How many tokens it will generate, as if one knew; at least 1.
    pub output_tokens: u32,
    /// One for each full block of prompt and output together, so that a later prompt that contains the answer hits it.
    /// Blocks without a hash are never shared.
    pub blocks: Arc<[BlockHash]>,
}

impl Request {
    /// Prompt and output; `None` when more than can be counted.
    pub(super) fn tokens(&self) -> Option<u32> {
        self.prompt_tokens.checked_add(self.output_tokens)
    }
}

/// A request in the engine.
#[derive(Debug)]
pub(super) struct Sequence {
    pub(super) id: SequenceId,
    pub(super) request: Request,
    /// Its KV blocks, in order.
    pub(super) table: Vec<BlockId>,
    /// Tokens whose KV is in the table.
    pub(super) computed: u32,
    /// Blocks of the table that are full, and can be hit.
    pub(super) stored: u32,
    /// Tokens being computed by the step under way.
    pub(super) scheduled: u32,
    pub(super) generated: u32,
    /// Prompt tokens found in the cache when it was first admitted.
    pub(super) cached_tokens: Option<u32>,
}

impl Sequence {
    pub(super) fn new(id: SequenceId, request: Request) -> Self {
        Self {
            id,
            request,
            table: Vec::new(),
            computed: 0,
            stored: 0,
            scheduled: 0,
            generated: 0,
            cached_tokens: None,
        }
    }

    /// Tokens there are to compute: after a preemption those generated before, too.
    pub(super) fn tokens(&self) -> u32 {
        self.request.prompt_tokens + self.generated
    }

    /// The token that the step under way will bring; `None` when its prompt is not through by then.
    pub(super) fn coming(&self) -> Option<Token> {
        let is_through = self.scheduled > 0 && self.computed + self.scheduled == self.tokens();
        is_through.then(|| Token {
            id: self.id,
            index: self.generated,
            cached_tokens: self.cached_tokens.unwrap_or_default(),
            is_last: self.generated + 1 == self.request.output_tokens,
        })
    }
}
