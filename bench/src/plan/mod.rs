//! Every request of a scenario, before anything is sent.

mod outline;
mod share;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};

pub use self::outline::{Outline, StageOutline};
use crate::scenario::Scenario;

/// A scenario made definite. The same scenario and tokenizer give the same plan.
#[derive(Clone, Debug)]
pub struct Plan {
    pub scenario: Scenario,
    /// By [`PlannedRequest::prompt`].
    pub prompts: Vec<Prompt>,
    pub stages: Vec<PlannedStage>,
    /// SHA-256 over the prompts in their order and the requests' lengths, in hexadecimal: two runs with one hash were
    /// asked the same.
    pub hash: String,
}

/// A prompt, or what a conversation begins with.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// Prompts of one group begin alike.
    pub group: u32,
    /// The part that the group has in common; empty where there is none.
    pub system: Arc<str>,
    /// What follows it.
    pub question: Arc<str>,
    /// Of both, as the planning tokenizer counts; the server's count is the one that reports use.
    pub tokens: u32,
}

/// The requests of a stage, in the order of their arrival.
#[derive(Clone, Debug)]
pub struct PlannedStage {
    pub pacing: Pacing,
    pub warm_up: bool,
    pub requests: Vec<PlannedRequest>,
}

/// What decides when a request is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pacing {
    /// [`PlannedRequest::after`], whatever is in flight.
    Open {
        /// Requests a second (of a ramp: on average).
        rate: f64,
        /// How long is sent.
        window: Duration,
    },
    /// A request for each that has ended.
    Closed { concurrency: u32 },
}

/// A request, or the first turn of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRequest {
    /// Since the start of the stage; zero in a closed loop.
    pub after: Duration,
    /// Which of the plan's prompts.
    pub prompt: u32,
    /// Tokens of the answer (`max_tokens`).
    pub output_tokens: u32,
    /// What is said after the answer, turn by turn.
    pub follow_ups: Vec<FollowUp>,
}

/// A further turn of a conversation: sent after the answer to the one before, with all that was said.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowUp {
    pub question: Arc<str>,
    pub output_tokens: u32,
    /// Between the end of the answer and this.
    pub think_time: Duration,
}

impl Plan {
    /// A plan with its hash.
    pub fn new(scenario: Scenario, prompts: Vec<Prompt>, stages: Vec<PlannedStage>) -> Self {
        let hash = hash(&prompts, &stages);
        Self { scenario, prompts, stages, hash }
    }

    /// How many requests there are, follow-ups included.
    pub fn requests(&self) -> usize {
        let of = |stage: &PlannedStage| {
            stage.requests.iter().map(|request| 1 + request.follow_ups.len()).sum::<usize>()
        };
        self.stages.iter().map(of).sum()
    }
}

fn hash(prompts: &[Prompt], stages: &[PlannedStage]) -> String {
    let mut digest = Sha256::new();
    let text = |digest: &mut Sha256, text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    let mut group = None;
    for prompt in prompts {
        digest.update(prompt.group.to_le_bytes());
        // What a row of prompts has in common is read once.
        if group.replace(prompt.group) != Some(prompt.group) {
            text(&mut digest, &prompt.system);
        }
        text(&mut digest, &prompt.question);
    }
    for stage in stages {
        digest.update((stage.requests.len() as u64).to_le_bytes());
        for request in &stage.requests {
            digest.update(request.prompt.to_le_bytes());
            digest.update(request.output_tokens.to_le_bytes());
            digest.update((request.follow_ups.len() as u64).to_le_bytes());
            for follow_up in &request.follow_ups {
                text(&mut digest, &follow_up.question);
                digest.update(follow_up.output_tokens.to_le_bytes());
            }
        }
    }
    format!("{:x}", Bytes::copy_from_slice(&digest.finalize()))
}
