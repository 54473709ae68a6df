//! Prompts that have nothing in common.

use super::length::Lengths;
use super::pool::{Item, Order, Pool};
use super::text::{Before, Writer};
use super::{PlanError, own_prompt};
use crate::scenario::Length;

/// A new prompt for each of so many requests.
pub(super) fn pool(
    input: Length,
    output: Length,
    seed: u64,
    count: usize,
    writer: &Writer,
) -> Result<Pool, PlanError> {
    let mut inputs = Lengths::new(seed, "workload.input", input, 1)?;
    let mut outputs = Lengths::new(seed, "workload.output", output, 1)?;
    let item = |index| {
        let tokens = inputs.draw();
        let text = writer.write("workload.input", &[u64::from(index)], &Before::default(), tokens)?;
        let prompt = own_prompt(index, text, tokens);
        Ok(Item { prompt, output_tokens: outputs.draw(), follow_ups: Vec::new() })
    };
    let items = (0..u32::try_from(count).unwrap_or(u32::MAX)).map(item).collect::<Result<_, PlanError>>()?;
    Ok(Pool { items, order: Order::Onward })
}
