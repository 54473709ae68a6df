//! A plan as engines and pickers see it.

mod body;
mod turns;

use std::sync::Arc;

use bytes::Bytes;
use llmd_bench::plan::{Pacing, Plan, PlannedRequest, PlannedStage};
use simulator::engine::{BlockHash, Request};
use simulator::tokenizer::Tokenizer;
use simulator::virtual_clock::{Arrival, Follows, RequestId};

use super::{Stop, VirtualError};
use turns::Reader;

/// The model that requests name.
pub(super) const MODEL: &str = "Qwen/Qwen3-32B";

/// A plan whose prompts have been read: each once, however often it is asked.
#[derive(Debug)]
pub struct Load<'a> {
    plan: &'a Plan,
    /// In the order of the virtual clock's requests: stage by stage, the turns of a conversation one after the other.
    turns: Vec<Turn>,
    stop: Stop,
}

/// One request.
#[derive(Debug)]
pub(super) struct Turn {
    /// Which of the stage's planned requests, and which turn of it.
    pub(super) request: u32,
    pub(super) number: u32,
    pub(super) prompt: u32,
    /// Of the prompt: all that was said.
    pub(super) prompt_tokens: u32,
    output_tokens: u32,
    /// Of the prompt, and of the answer where a later turn asks it again.
    blocks: Arc<[BlockHash]>,
    /// What was said after the plan's prompt: answer, question, answer, question, ...
    said: Arc<[Arc<str>]>,
}

impl<'a> Load<'a> {
    /// Reads the prompts of a plan.
    ///
    /// # Errors
    /// When the plan asks for a prompt that it has not, or the tokenizer cannot read one.
    pub fn new(plan: &'a Plan, tokenizer: &Tokenizer) -> Result<Self, VirtualError> {
        let mut reader = Reader::new(plan, tokenizer);
        let mut turns = Vec::with_capacity(plan.requests());
        for stage in &plan.stages {
            for (request, number) in stage.requests.iter().zip(0..) {
                reader.read(request, number, &mut turns)?;
            }
        }
        Ok(Self { plan, turns, stop: Stop::default() })
    }

    /// The same, played until it ends or this asks for an early end.
    #[must_use]
    pub fn until(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// What it was made of.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    pub(super) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// The requests, stage by stage.
    pub(super) fn stages(&self) -> impl Iterator<Item = Vec<Arrival>> {
        let mut rest = self.turns.iter();
        self.plan.stages.iter().map(move |stage| {
            let turns = rest.by_ref().take(requests(stage));
            turns.map(|turn| arrival(stage, turn)).collect()
        })
    }

    /// What a client sends.
    pub(super) fn body(&self, RequestId(request): RequestId) -> Bytes {
        body::body(self.plan, &self.turns[request as usize])
    }
}

/// How many a stage has, follow-ups included.
pub(super) fn requests(stage: &PlannedStage) -> usize {
    stage.requests.iter().map(|request| 1 + request.follow_ups.len()).sum()
}

fn arrival(stage: &PlannedStage, turn: &Turn) -> Arrival {
    let request = Request {
        prompt_tokens: turn.prompt_tokens,
        output_tokens: turn.output_tokens,
        blocks: Arc::clone(&turn.blocks),
    };
    let planned: &PlannedRequest = &stage.requests[turn.request as usize];
    let (follows, after) = match (turn.number.checked_sub(1), stage.pacing) {
        (Some(question), _) => (Follows::Previous, planned.follow_ups[question as usize].think_time),
        (None, Pacing::Closed { concurrency }) if turn.request >= concurrency => {
            (Follows::Any, planned.after)
        }
        (None, _) => (Follows::Start, planned.after),
    };
    Arrival { after, follows, prompt: turn.prompt, request }
}
