//! Who has a part in the next step.

use super::blocks::BlockPool;
use super::sequence::{Sequence, SequenceId};
use super::step_time::Batch;
use super::{Engine, count};

/// Why the first in the queue was not admitted; spares a look at each of its blocks at each step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortage {
    id: SequenceId,
    /// Tokens that were left of the step's budget.
    budget: u32,
    /// The pool's gains by which there can be enough blocks, at the earliest.
    gains: u64,
}

impl Shortage {
    /// Whether a look would certainly end as the one before. With less budget a smaller part might fit.
    fn lasts(&self, first: &Sequence, budget: u32, pool: &BlockPool) -> bool {
        self.id == first.id && self.budget <= budget && pool.gains() < self.gains
    }
}

impl Engine {
    /// Forms a batch: marks what each sequence computes in it, and gives it the blocks for that.
    pub(super) fn schedule(&mut self) -> Batch {
        let mut batch = Batch::default();
        let mut budget = self.limits.max_num_batched_tokens;
        let preemptions = self.stats.preemptions;
        self.schedule_running(&mut budget, &mut batch);
        // Who has just taken blocks from somebody shall not lose them to somebody who waits.
        if self.stats.preemptions == preemptions {
            self.admit(&mut budget, &mut batch);
        }
        batch
    }

    fn schedule_running(&mut self, budget: &mut u32, batch: &mut Batch) {
        let mut position = 0;
        while *budget > 0
            && let Some(sequence) = self.running.get_mut(position)
        {
            let tokens = (sequence.tokens() - sequence.computed).min(*budget);
            if extend(&mut self.pool, sequence, self.limits.block_size, tokens) {
                batch.add(sequence.computed, tokens);
                *budget -= tokens;
                position += 1;
            } else {
                self.preempt_youngest();
            }
        }
    }

    /// Takes the blocks of the youngest, which has no part in the batch yet: batches are formed from the oldest on.
    fn preempt_youngest(&mut self) {
        let Some(mut sequence) = self.running.pop() else { return };
        release(&mut self.pool, &mut sequence);
        self.stats.preemptions += 1;
        self.waiting.push_front(sequence);
    }

    fn admit(&mut self, budget: &mut u32, batch: &mut Batch) {
        let block_size = self.limits.block_size;
        while *budget > 0
            && count(self.running.len()) < self.limits.max_num_seqs
            && let Some(first) = self.waiting.front()
            && !self.shortage.is_some_and(|shortage| shortage.lasts(first, *budget, &self.pool))
            && let Some(mut sequence) = self.waiting.pop_front()
        {
            let free_hits = find_prefix(&self.pool, &mut sequence, block_size);
            let hits = count(sequence.table.len());
            let cached = hits * block_size;
            let tokens = (sequence.tokens() - cached).min(*budget);
            let needed = (cached + tokens).div_ceil(block_size) - hits;
            if needed + free_hits > self.pool.free() {
                let missing = needed + free_hits - self.pool.free();
                let gains = self.pool.gains() + u64::from(missing);
                self.shortage = Some(Shortage { id: sequence.id, budget: *budget, gains });
                sequence.table.clear();
                self.waiting.push_front(sequence);
                return;
            }
            for &block in &sequence.table {
                self.pool.share(block);
            }
            sequence.computed = cached;
            sequence.stored = hits;
            if sequence.cached_tokens.is_none() {
                sequence.cached_tokens = Some(cached);
                self.stats.prefix_query_tokens += u64::from(sequence.request.prompt_tokens);
                self.stats.prefix_hit_tokens += u64::from(cached);
            }
            extend(&mut self.pool, &mut sequence, block_size, tokens);
            batch.add(cached, tokens);
            *budget -= tokens;
            self.running.push(sequence);
        }
    }
}

/// Lists the cached blocks that a sequence can begin with, and counts those that nobody references. At least one token
/// remains to be computed, as the step has to yield the next.
fn find_prefix(pool: &BlockPool, sequence: &mut Sequence, block_size: u32) -> u32 {
    let most = (sequence.tokens() - 1) / block_size;
    let chain = sequence.request.blocks.iter().take(most as usize);
    sequence.table.extend(chain.map_while(|&hash| pool.find(hash)));
    count(sequence.table.iter().filter(|&&block| pool.is_free(block)).count())
}

/// Gives a sequence the blocks for its next `tokens`, and lets those that they fill be hit. Changes nothing and says
/// `false` when there are too few.
fn extend(pool: &mut BlockPool, sequence: &mut Sequence, block_size: u32, tokens: u32) -> bool {
    let end = sequence.computed + tokens;
    if end > count(sequence.table.len()) * block_size {
        let needed = end.div_ceil(block_size) - count(sequence.table.len());
        if needed > pool.free() {
            return false;
        }
        sequence.table.extend((0..needed).map_while(|_| pool.take()));
    }
    while (sequence.stored + 1) * block_size <= end {
        let position = sequence.stored as usize;
        let block = sequence.table[position];
        sequence.table[position] = pool.store(block, sequence.id, sequence.stored, &sequence.request.blocks);
        sequence.stored += 1;
    }
    sequence.scheduled = tokens;
    true
}

/// Gives back all blocks of a sequence, last block first.
pub(super) fn release(pool: &mut BlockPool, sequence: &mut Sequence) {
    for block in sequence.table.drain(..).rev() {
        pool.release(block);
    }
    sequence.computed = 0;
    sequence.stored = 0;
}
