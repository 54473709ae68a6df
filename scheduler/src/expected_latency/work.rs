//! A request as the policy sees it.

use super::{EndpointBooks, Policy};

/// What is known of a request before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Tokens of the prompt, counted or estimated ([`Policy::prompt_tokens`](super::Policy::prompt_tokens)).
    pub prompt_tokens: u32,
    /// Bytes of the prompt's text; 0 if the tokens were counted.
    pub prompt_bytes: u32,
    /// The request's own limit on its output.
    pub max_tokens: Option<u32>,
    /// Whether the tokens can be seen as they come.
    pub is_streamed: bool,
}

impl Work {
    /// A request whose prompt has that many bytes.
    pub fn of(policy: &Policy, prompt_bytes: usize, max_tokens: Option<u32>, is_streamed: bool) -> Self {
        Self {
            prompt_tokens: policy.prompt_tokens(prompt_bytes),
            prompt_bytes: u32::try_from(prompt_bytes).unwrap_or(u32::MAX),
            max_tokens,
            is_streamed,
        }
    }
}

/// What the chosen endpoint is believed to have cached of a prompt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prefix<'a> {
    /// Tokens of the prompt that need no prefill.
    pub hit_tokens: u32,
    /// The chain hash of each full block of the prompt, in order. Without them the whole prompt counts as not
    /// shared with any other request.
    pub blocks: &'a [u64],
    /// Tokens in a block.
    pub block_tokens: u32,
}

impl Prefix<'_> {
    /// Tokens of the hit that requests in flight keep at the endpoint; the others may be gone when this one comes.
    pub(super) fn in_use(&self, books: &EndpointBooks) -> u32 {
        if self.blocks.is_empty() {
            return self.hit_tokens;
        }
        let blocks = books.footprint().in_use(self.blocks);
        u32::try_from(blocks).unwrap_or(u32::MAX).saturating_mul(self.block_tokens).min(self.hit_tokens)
    }
}

/// What a response said of its own size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub prompt_tokens: u32,
    pub completion_tokens: u32,
}
