//! Every request of a scenario, before anything is sent.

use std::sync::Arc;
use std::time::Duration;

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
    /// How many requests there are, follow-ups included.
    pub fn requests(&self) -> usize {
        let of = |stage: &PlannedStage| {
            stage.requests.iter().map(|request| 1 + request.follow_ups.len()).sum::<usize>()
        };
        self.stages.iter().map(of).sum()
    }
}
