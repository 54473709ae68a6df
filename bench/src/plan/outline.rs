//! What a plan comes to, for who wants to know before anything is sent.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use simulator::tokenizer::{Tokenizer, TokenizerError};

use super::{Pacing, Plan, PlannedRequest, PlannedStage};

/// A plan in numbers. Tokens are as the planning tokenizer counts.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Outline {
    /// In order.
    pub stages: Vec<StageOutline>,
    /// How many prompts there are to choose from.
    pub prompts: usize,
    /// Tokens of all these prompts, each part that a group has in common counted once: what caches have to hold.
    pub distinct_tokens: u64,
}

/// A stage in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct StageOutline {
    /// Requests a second; none in a closed loop.
    pub rate: Option<f64>,
    /// How long is sent; none in a closed loop.
    pub seconds: Option<f64>,
    /// Requests in flight in a closed loop.
    pub concurrency: Option<u32>,
    /// Whether it is left out of the overall figures.
    pub warm_up: bool,
    /// Follow-ups included.
    pub requests: u64,
    /// Tokens of the prompts. A follow-up sends again all that was said, answers included.
    pub input_tokens: u64,
    /// Tokens of the answers, when each is as long as it may be.
    pub output_tokens: u64,
}

impl Plan {
    /// The plan in numbers. `tokenizer` is the one that it was made with.
    ///
    /// # Errors
    /// When the tokenizer cannot encode the plan's texts.
    pub fn describe(&self, tokenizer: &Tokenizer) -> Result<Outline, TokenizerError> {
        let mut counter = Counter { tokenizer, known: HashMap::new() };
        let mut systems = HashSet::new();
        let mut distinct_tokens = 0;
        for prompt in &self.prompts {
            let system = counter.count(&prompt.system)?;
            distinct_tokens += u64::from(prompt.tokens).saturating_sub(system);
            if systems.insert(&*prompt.system) {
                distinct_tokens += system;
            }
        }
        let stages = self.stages.iter().map(|stage| self.stage(stage, &mut counter));
        Ok(Outline {
            stages: stages.collect::<Result<_, _>>()?,
            prompts: self.prompts.len(),
            distinct_tokens,
        })
    }

    fn stage<'a>(
        &'a self,
        stage: &'a PlannedStage,
        counter: &mut Counter<'a>,
    ) -> Result<StageOutline, TokenizerError> {
        let (rate, seconds, concurrency) = match stage.pacing {
            Pacing::Open { rate, window } => (Some(rate), Some(window.as_secs_f64()), None),
            Pacing::Closed { concurrency } => (None, None, Some(concurrency)),
        };
        let warm_up = stage.warm_up;
        let [mut requests, mut input_tokens, mut output_tokens] = [0; 3];
        for request in &stage.requests {
            let [inputs, outputs] = self.tokens(request, counter)?;
            requests += 1 + request.follow_ups.len() as u64;
            input_tokens += inputs;
            output_tokens += outputs;
        }
        Ok(StageOutline { rate, seconds, concurrency, warm_up, requests, input_tokens, output_tokens })
    }

    /// Tokens in and out of a request and its follow-ups.
    fn tokens<'a>(
        &'a self,
        request: &'a PlannedRequest,
        counter: &mut Counter<'a>,
    ) -> Result<[u64; 2], TokenizerError> {
        let prompt = self.prompts.get(request.prompt as usize).map_or(0, |prompt| prompt.tokens.into());
        let (mut said, mut last): (u64, u64) = (prompt, request.output_tokens.into());
        let (mut inputs, mut outputs) = (said, last);
        for follow_up in &request.follow_ups {
            said += last + counter.count(&follow_up.question)?;
            last = follow_up.output_tokens.into();
            inputs += said;
            outputs += last;
        }
        Ok([inputs, outputs])
    }
}

/// Counts each text once.
struct Counter<'a> {
    tokenizer: &'a Tokenizer,
    known: HashMap<&'a str, u64>,
}

impl<'a> Counter<'a> {
    fn count(&mut self, text: &'a str) -> Result<u64, TokenizerError> {
        if let Some(&tokens) = self.known.get(text) {
            return Ok(tokens);
        }
        let tokens = self.tokenizer.encode(text, false)?.len() as u64;
        self.known.insert(text, tokens);
        Ok(tokens)
    }
}
