//! Conversations under one system prompt.

use std::sync::Arc;

use super::length::Lengths;
use super::pool::{Item, Order, Pool};
use super::text::{Before, Writer};
use super::{PlanError, SECONDS, duration};
use crate::plan::{FollowUp, Prompt};
use crate::scenario::Length;

pub(super) struct Chat {
    pub(super) conversations: u32,
    pub(super) turns: Length,
    pub(super) system_prompt: Length,
    pub(super) question: Length,
    pub(super) output: Length,
    pub(super) think_time: f64,
}

pub(super) fn pool(asked: &Chat, seed: u64, writer: &Writer) -> Result<Pool, PlanError> {
    if asked.conversations == 0 {
        return Err(PlanError::invalid("workload.conversations", "at least 1 is needed"));
    }
    let think_time =
        duration(asked.think_time).ok_or_else(|| PlanError::invalid("workload.think_time", SECONDS))?;
    let mut turns = Lengths::new(seed, "workload.turns", asked.turns, 1)?;
    let mut questions = Lengths::new(seed, "workload.question", asked.question, 1)?;
    let mut outputs = Lengths::new(seed, "workload.output", asked.output, 1)?;
    let tokens = Lengths::new(seed, "workload.system_prompt", asked.system_prompt, 0)?.draw();
    let system = writer.write("workload.system_prompt", &[], &Before::default(), tokens)?;
    let (opening, later) = (writer.before(&system)?, writer.before_any()?);
    let item = |index: u32| {
        let mut ask = |turn: u32, before| {
            let own = questions.draw();
            let which = [u64::from(index), u64::from(turn)];
            let question = writer.write("workload.question", &which, before, own)?;
            Ok::<_, PlanError>((question, own, outputs.draw()))
        };
        let (question, own, output_tokens) = ask(0, &opening)?;
        let prompt =
            Prompt { group: 0, system: Arc::clone(&system), question, tokens: tokens.saturating_add(own) };
        let follow_ups = (1..turns.draw()).map(|turn| {
            let (question, _, output_tokens) = ask(turn, &later)?;
            Ok(FollowUp { question, output_tokens, think_time })
        });
        Ok(Item { prompt, output_tokens, follow_ups: follow_ups.collect::<Result<_, PlanError>>()? })
    };
    let items = (0..asked.conversations).map(item).collect::<Result<_, PlanError>>()?;
    Ok(Pool { items, order: Order::Onward })
}
