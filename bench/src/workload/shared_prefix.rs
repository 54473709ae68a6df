//! Groups of prompts that begin alike.

use std::sync::Arc;

use super::PlanError;
use super::length::Lengths;
use super::pool::{Item, Order, Pool, zipf};
use super::text::{Before, Writer};
use crate::plan::Prompt;
use crate::scenario::Length;

pub(super) struct SharedPrefix {
    pub(super) groups: u32,
    /// 0: a question of its own for each request.
    pub(super) prompts_per_group: u32,
    pub(super) system_prompt: Length,
    pub(super) question: Length,
    pub(super) output: Length,
    pub(super) zipf_exponent: Option<f64>,
}

/// The part that a group has in common.
struct System {
    text: Arc<str>,
    tokens: u32,
    end: Before,
}

pub(super) fn pool(
    asked: &SharedPrefix,
    seed: u64,
    counts: &[usize],
    writer: &Writer,
) -> Result<Pool, PlanError> {
    if asked.groups == 0 {
        return Err(PlanError::invalid("workload.groups", "at least 1 is needed"));
    }
    let mut lengths = Lengths::new(seed, "workload.system_prompt", asked.system_prompt, 0)?;
    let system = |group: u32| {
        let tokens = lengths.draw();
        let text = writer.write("workload.system_prompt", &[u64::from(group)], &Before::default(), tokens)?;
        Ok(System { tokens, end: writer.before(&text)?, text })
    };
    let systems: Vec<System> = (0..asked.groups).map(system).collect::<Result<_, PlanError>>()?;
    let mut questions = Lengths::new(seed, "workload.question", asked.question, 0)?;
    let mut outputs = Lengths::new(seed, "workload.output", asked.output, 1)?;
    let mut item = |group: u32, index: u32| {
        let System { text, tokens, end } = &systems[group as usize];
        let own = questions.draw();
        if tokens.saturating_add(own) == 0 {
            return Err(PlanError::invalid("workload.question", "the prompt would be empty"));
        }
        let which = [u64::from(group), u64::from(index)];
        let question = writer.write("workload.question", &which, end, own)?;
        let prompt = Prompt { group, system: Arc::clone(text), question, tokens: tokens.saturating_add(own) };
        Ok(Item { prompt, output_tokens: outputs.draw(), follow_ups: Vec::new() })
    };
    if asked.prompts_per_group > 0 {
        let members =
            (0..asked.groups).flat_map(|group| (0..asked.prompts_per_group).map(move |index| (group, index)));
        let items = members.map(|(group, index)| item(group, index)).collect::<Result<_, _>>()?;
        let order = asked
            .zipf_exponent
            .map_or(Order::Shuffled, |exponent| Order::Zipf { groups: asked.groups, exponent });
        return Ok(Pool { items, order });
    }
    let mut asked_before = vec![0; systems.len()];
    let mut items = Vec::with_capacity(counts.iter().sum());
    for (stage, &count) in counts.iter().enumerate() {
        let groups: Box<dyn Iterator<Item = u32>> = match asked.zipf_exponent {
            Some(exponent) => Box::new(zipf(seed, stage, asked.groups, exponent)?),
            None => Box::new((0..asked.groups).cycle()),
        };
        for group in groups.take(count) {
            let index = &mut asked_before[group as usize];
            items.push(item(group, *index)?);
            *index += 1;
        }
    }
    Ok(Pool { items, order: Order::Onward })
}
