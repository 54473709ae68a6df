//! One engine as vLLM's V1 is one: continuous batching over a paged KV cache (`schedsim.md` §1.1).
//!
//! A driver calls [`begin_step`](Engine::begin_step), lets the time it says pass, and calls
//! [`end_step`](Engine::end_step); whatever is submitted meanwhile has a part in the next step.
//!
//! A step has a budget of tokens. Running requests come first, oldest first: one token each, or as much of the prompt as
//! the budget allows. Waiting ones follow in the order they came, as long as budget, sequences and KV blocks last. Blocks can
//! be hit as soon as a step with their tokens is formed. A prompt that is cached entirely computes its last block anew. When a
//! running request finds no block to grow into, the youngest loses its own, waits at the head of the queue and computes
//! them again.

mod blocks;
mod content;
mod events;
mod recency;
mod schedule;
mod sequence;
mod stats;
mod step_time;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use blocks::BlockPool;
pub use events::CacheEvent;
use schedule::{Shortage, release};
use sequence::Sequence;
pub use sequence::{BlockHash, Request, SequenceId};
pub use stats::Stats;
pub use step_time::StepCosts;

/// How much an engine takes; a zero counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Blocks of the KV cache.
    pub kv_blocks: u32,
    /// Tokens of a block.
    pub block_size: u32,
    /// Requests in a batch.
    pub max_num_seqs: u32,
    /// Tokens in a step.
    pub max_num_batched_tokens: u32,
}

/// A request that would not fit if it were alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{prompt_tokens} prompt and {output_tokens} output tokens are more than the KV cache of {capacity_tokens} tokens holds; \
     lower the maximum model length or enlarge the cache"
)]
pub struct TooLarge {
    /// Of the request.
    pub prompt_tokens: u32,
    /// Of the request.
    pub output_tokens: u32,
    /// What the KV cache holds.
    pub capacity_tokens: u32,
}

/// A generated token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Whose.
    pub id: SequenceId,
    /// 0 is the first.
    pub index: u32,
    /// Prompt tokens that were found in the cache when the request was first admitted.
    pub cached_tokens: u32,
    /// Whether the request has ended with it.
    pub is_last: bool,
}

/// One engine.
#[derive(Debug)]
pub struct Engine {
    costs: StepCosts,
    limits: Limits,
    pool: BlockPool,
    waiting: VecDeque<Sequence>,
    /// Oldest first.
    running: Vec<Sequence>,
    shortage: Option<Shortage>,
    submitted: u64,
    stats: Stats,
}

impl Engine {
    /// An engine with nothing to do and nothing cached.
    pub fn new(costs: StepCosts, limits: Limits) -> Self {
        let block_size = limits.block_size.max(1);
        let limits = Limits {
            // So that a position in the cache has 32 bits.
            kv_blocks: limits.kv_blocks.clamp(1, u32::MAX / block_size.max(2)),
            block_size,
            max_num_seqs: limits.max_num_seqs.max(1),
            max_num_batched_tokens: limits.max_num_batched_tokens.max(1),
        };
        Self {
            costs,
            limits,
            pool: BlockPool::new(limits.kv_blocks),
            waiting: VecDeque::new(),
            running: Vec::new(),
            shortage: None,
            submitted: 0,
            stats: Stats { capacity_blocks: limits.kv_blocks, ..Stats::default() },
        }
    }

    /// Queues a request.
    pub fn submit(&mut self, mut request: Request) -> Result<SequenceId, TooLarge> {
        request.prompt_tokens = request.prompt_tokens.max(1);
        request.output_tokens = request.output_tokens.max(1);
        let capacity_tokens = self.limits.kv_blocks * self.limits.block_size;
        if request.tokens().is_none_or(|tokens| tokens > capacity_tokens) {
            let Request { prompt_tokens, output_tokens, .. } = request;
            return Err(TooLarge { prompt_tokens, output_tokens, capacity_tokens });
        }
        let id = SequenceId(self.submitted);
        self.submitted += 1;
        self.waiting.push_back(Sequence::new(id, request));
        Ok(id)
    }

    /// Drops a request, as its client has gone. One that has ended is no more to be found, and nothing happens.
    pub fn abort(&mut self, id: SequenceId) {
        if let Some(position) = self.running.iter().position(|sequence| sequence.id == id) {
            let mut sequence = self.running.remove(position);
            release(&mut self.pool, &mut sequence);
        } else {
            self.waiting.retain(|sequence| sequence.id != id);
        }
        self.refresh_gauges();
    }

    /// Forms the next step and says how long it takes; `None` when there is nothing to do. A step that has begun must end
    /// before the next one begins.
    pub fn begin_step(&mut self) -> Option<Duration> {
        let batch = self.schedule();
        (!batch.is_empty()).then(|| self.costs.time(&batch))
    }

    /// The tokens that the step under way will bring, but for requests that are aborted before it ends.
    pub fn coming(&self) -> impl Iterator<Item = Token> {
        self.running.iter().filter_map(Sequence::coming)
    }

    /// Ends a step: appends the tokens it brought, one for each request whose prompt is through, oldest request first.
    pub fn end_step(&mut self, tokens: &mut Vec<Token>) {
        let mut has_ended = false;
        for sequence in &mut self.running {
            let token = sequence.coming();
            sequence.computed += sequence.scheduled;
            sequence.scheduled = 0;
            let Some(token) = token else { continue };
            sequence.generated += 1;
            has_ended |= token.is_last;
            self.stats.generation_tokens += 1;
            if token.index == 0 {
                self.stats.prompt_tokens += u64::from(sequence.request.prompt_tokens);
            }
            tokens.push(token);
        }
        if has_ended {
            self.release_ended();
        }
        self.refresh_gauges();
    }

    /// Requests that wait to be admitted: preempted ones, then those that never were, in the order they came.
    pub fn waiting(&self) -> impl Iterator<Item = SequenceId> {
        self.waiting.iter().map(|sequence| sequence.id)
    }

    /// What the engine tells of itself.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Starts to record what changes in the prefix cache.
    pub fn record_cache_events(&mut self) {
        self.pool.events.enable();
    }

    /// Appends what has changed in the prefix cache since the last call, if it is recorded.
    pub fn take_cache_events(&mut self, events: &mut Vec<CacheEvent>) {
        self.pool.events.take(events);
    }

    /// Forgets what is cached; refused (`false`) while a request uses blocks.
    pub fn reset_prefix_cache(&mut self) -> bool {
        let is_unused = self.pool.free() == self.limits.kv_blocks;
        if is_unused {
            self.pool.clear();
            self.refresh_gauges();
        }
        is_unused
    }

    fn release_ended(&mut self) {
        let pool = &mut self.pool;
        self.running.retain_mut(|sequence| {
            let has_ended = sequence.generated == sequence.request.output_tokens;
            if has_ended {
                release(pool, sequence);
            }
            !has_ended
        });
    }

    fn refresh_gauges(&mut self) {
        self.stats.waiting = count(self.waiting.len());
        self.stats.running = count(self.running.len());
        self.stats.referenced_blocks = self.limits.kv_blocks - self.pool.free();
    }
}

/// A number of things that are counted in 32 bits.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
