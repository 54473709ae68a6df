//! What there is to ask, and which of it is asked when.

use rand::seq::SliceRandom;
use rand_distr::{Distribution, Zipf};

use super::PlanError;
use super::seed::generator;
use crate::plan::{FollowUp, Prompt};
use crate::scenario::scale::whole;

/// Prompts of a workload and the order in which they are asked.
pub(super) struct Pool {
    /// Not empty.
    pub(super) items: Vec<Item>,
    pub(super) order: Order,
}

/// A prompt and what is asked with it.
pub(super) struct Item {
    pub(super) prompt: Prompt,
    pub(super) output_tokens: u32,
    pub(super) follow_ups: Vec<FollowUp>,
}

/// Which item a request takes.
pub(super) enum Order {
    /// Round all of them in one shuffled order, every stage from the first (`bench.md` §1.2).
    Shuffled,
    /// The same in the order in which they are.
    AsGiven,
    /// Each stage goes on where the one before it stopped.
    Onward,
    /// A group at random with weights 1/rank^exponent, and of its items the next, every stage from its first.
    Zipf { groups: u32, exponent: f64 },
}

impl Pool {
    /// For each stage, as many items as it has requests.
    pub(super) fn choices(&self, seed: u64, counts: &[usize]) -> Result<Vec<Vec<u32>>, PlanError> {
        let mut order: Vec<u32> = (0..u32::try_from(self.items.len()).unwrap_or(u32::MAX)).collect();
        if matches!(self.order, Order::Shuffled) {
            order.shuffle(&mut generator(seed, "order", &[]));
        }
        let mut onward = order.iter().copied().cycle();
        let choose = |(stage, &count): (usize, &usize)| {
            Ok(match self.order {
                Order::Shuffled | Order::AsGiven => order.iter().copied().cycle().take(count).collect(),
                Order::Onward => onward.by_ref().take(count).collect(),
                Order::Zipf { groups, exponent } => {
                    let mut members = vec![Vec::new(); groups as usize];
                    for &item in &order {
                        members[self.items[item as usize].prompt.group as usize].push(item);
                    }
                    let mut members: Vec<_> = members.iter().map(|items| items.iter().cycle()).collect();
                    let chosen = zipf(seed, stage, groups, exponent)?.take(count);
                    chosen.filter_map(|group| members[group as usize].next().copied()).collect()
                }
            })
        };
        counts.iter().enumerate().map(choose).collect()
    }
}

/// Groups at random with weights 1/rank^exponent, group 0 the heaviest.
pub(super) fn zipf(
    seed: u64,
    stage: usize,
    groups: u32,
    exponent: f64,
) -> Result<impl Iterator<Item = u32>, PlanError> {
    let law = Zipf::new(f64::from(groups), exponent).ok().filter(|_| exponent.is_finite());
    let law = law.ok_or_else(|| PlanError::invalid("workload.zipf_exponent", "a number from 0 is needed"))?;
    let ranks = law.sample_iter(generator(seed, "choice of groups", &[stage as u64]));
    Ok(ranks.map(move |rank| whole(rank).clamp(1, groups) - 1))
}
