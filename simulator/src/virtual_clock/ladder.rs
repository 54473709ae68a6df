//! The workload of the seed's benchmark (`bench.md` §6.1, `schedsim.md` §1.3).

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::{Arrival, Follows};
use crate::engine::{BlockHash, Request};

/// Requests at a rate, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Requests a second.
    pub rate: u32,
    /// Seconds of sending.
    pub seconds: u32,
}

/// The seed's stages: 17,084 requests, the first 750 of them to warm up.
pub const STAGES: [Stage; 17] = [
    Stage { rate: 15, seconds: 50 },
    Stage { rate: 3, seconds: 20 },
    Stage { rate: 10, seconds: 20 },
    Stage { rate: 15, seconds: 20 },
    Stage { rate: 20, seconds: 38 },
    Stage { rate: 22, seconds: 34 },
    Stage { rate: 25, seconds: 30 },
    Stage { rate: 30, seconds: 25 },
    Stage { rate: 35, seconds: 21 },
    Stage { rate: 40, seconds: 38 },
    Stage { rate: 43, seconds: 36 },
    Stage { rate: 46, seconds: 33 },
    Stage { rate: 49, seconds: 30 },
    Stage { rate: 52, seconds: 29 },
    Stage { rate: 55, seconds: 27 },
    Stage { rate: 57, seconds: 26 },
    Stage { rate: 60, seconds: 25 },
];

const GROUPS: u32 = 150;
const PROMPTS_PER_GROUP: u32 = 5;
const BLOCK_SIZE: u32 = 16;
/// Tokens as the server counts them, 5 % above the nominal 6,000 and 1,200.
const PREFIX_TOKENS: u32 = 6314;
const PROMPT_TOKENS: u32 = 7577;
const OUTPUT_TOKENS: u32 = 1000;

/// The stages' requests, one stage at a time. Each stage begins anew with the first prompt and goes round the prompts in an
/// order that was shuffled once; gaps are exponential, the number of requests is exact. No answer is given twice.
#[derive(Debug)]
pub struct Ladder {
    random: SmallRng,
    /// In the order they are sent.
    prompts: Vec<Prompt>,
    stages: std::array::IntoIter<Stage, { STAGES.len() }>,
}

#[derive(Debug)]
struct Prompt {
    number: u32,
    blocks: Vec<BlockHash>,
}

impl Ladder {
    /// Which of the prompt groups, 0 to 149, a prompt belongs to.
    pub fn group(prompt: u32) -> u32 {
        prompt / PROMPTS_PER_GROUP
    }

    /// The same seed gives the same requests at the same times.
    pub fn new(seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let mut prompts = Vec::new();
        for group in 0..GROUPS {
            let mut prefix = Vec::new();
            extend(&mut prefix, PREFIX_TOKENS, &mut random);
            for member in 0..PROMPTS_PER_GROUP {
                let mut blocks = prefix.clone();
                extend(&mut blocks, PROMPT_TOKENS, &mut random);
                prompts.push(Prompt { number: group * PROMPTS_PER_GROUP + member, blocks });
            }
        }
        prompts.shuffle(&mut random);
        Self { random, prompts, stages: STAGES.into_iter() }
    }
}

impl Iterator for Ladder {
    type Item = Vec<Arrival>;

    fn next(&mut self) -> Option<Vec<Arrival>> {
        let Stage { rate, seconds } = self.stages.next()?;
        let random = &mut self.random;
        let mut after = Duration::ZERO;
        let prompts = self.prompts.iter().cycle().take((rate * seconds) as usize);
        let arrivals = prompts.map(|prompt| {
            let uniform: f64 = random.random();
            after += Duration::from_secs_f64(-(1.0 - uniform).ln() / f64::from(rate));
            let mut blocks = prompt.blocks.clone();
            extend(&mut blocks, PROMPT_TOKENS + OUTPUT_TOKENS, random);
            let request = Request {
                prompt_tokens: PROMPT_TOKENS,
                output_tokens: OUTPUT_TOKENS,
                blocks: Arc::from(blocks),
            };
            Arrival { after, follows: Follows::Start, prompt: prompt.number, request }
        });
        Some(arrivals.collect())
    }
}

/// Fills up a chain to the full blocks of so many tokens. Which tokens they are does not matter, only where they are the
/// same.
fn extend(blocks: &mut Vec<BlockHash>, tokens: u32, random: &mut SmallRng) {
    blocks.resize_with((tokens / BLOCK_SIZE) as usize, || BlockHash(random.random()));
}
