//! Makes a plan of a scenario: prompts, lengths, arrivals.
//!
//! | module | what it knows |
//! |---|---|
//! | [`arrival`] | when requests come |
//! | [`length`] | numbers of tokens, drawn |
//! | [`text`] | texts of an exact number of tokens |
//! | [`pool`] | which prompt a request takes |
//! | [`shared_prefix`] | what there is to ask |
//! | [`seed`] | a generator for each purpose |

mod arrival;
mod length;
mod pool;
mod seed;
mod shared_prefix;
#[cfg(test)]
mod tests;
mod text;

use std::time::Duration;

use simulator::tokenizer::{Tokenizer, TokenizerError};

use self::arrival::Schedule;
use self::pool::Pool;
use self::shared_prefix::SharedPrefix;
use self::text::Writer;
use crate::plan::{Plan, PlannedRequest, PlannedStage};
use crate::scenario::{Scenario, Workload};

/// Why there is no plan of a scenario.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A key of the scenario, such as `stages[3].load.rate`, has a value that means nothing.
    #[error("{key}: {problem}")]
    Invalid { key: String, problem: String },
    /// The tokenizer cannot make this length.
    #[error("{key}: no text of exactly {tokens} tokens can be made with this tokenizer")]
    Length { key: String, tokens: u32 },
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
}

impl PlanError {
    fn invalid(key: &str, problem: &str) -> Self {
        Self::Invalid { key: key.to_owned(), problem: problem.to_owned() }
    }
}

/// Makes a scenario definite. The same scenario and tokenizer give the same plan.
///
/// Lengths are as `tokenizer` counts, without the special tokens that a server may put around a prompt.
///
/// # Errors
/// When the scenario asks for what makes no sense, its files cannot be read, or a length cannot be met.
pub fn plan(scenario: &Scenario, tokenizer: &Tokenizer) -> Result<Plan, PlanError> {
    let seed = scenario.seed;
    let stages = scenario.stages.iter().enumerate();
    let schedules = stages.map(|(number, stage)| arrival::schedule(scenario.arrivals, number, stage, seed));
    let schedules: Vec<Schedule> = schedules.collect::<Result<_, _>>()?;
    if schedules.is_empty() {
        return Err(PlanError::invalid("stages", "at least 1 is needed"));
    }
    let counts: Vec<usize> = schedules.iter().map(|schedule| schedule.times.len()).collect();
    let pool = pool(scenario, &counts, &Writer::new(tokenizer, seed))?;
    let choices = pool.choices(seed, &counts)?;
    let stages = schedules.into_iter().zip(choices).map(|(schedule, choice)| PlannedStage {
        pacing: schedule.pacing,
        warm_up: schedule.warm_up,
        requests: schedule
            .times
            .into_iter()
            .zip(choice)
            .map(|(after, item)| request(&pool, after, item))
            .collect(),
    });
    let stages = stages.collect();
    let prompts = pool.items.into_iter().map(|item| item.prompt).collect();
    Ok(Plan::new(scenario.clone(), prompts, stages))
}

fn request(pool: &Pool, after: Duration, prompt: u32) -> PlannedRequest {
    let item = &pool.items[prompt as usize];
    PlannedRequest { after, prompt, output_tokens: item.output_tokens, follow_ups: item.follow_ups.clone() }
}

fn pool(scenario: &Scenario, counts: &[usize], writer: &Writer) -> Result<Pool, PlanError> {
    match scenario.workload {
        Workload::SharedPrefix {
            groups,
            prompts_per_group,
            system_prompt,
            question,
            output,
            zipf_exponent,
        } => {
            let asked =
                SharedPrefix { groups, prompts_per_group, system_prompt, question, output, zipf_exponent };
            shared_prefix::pool(&asked, scenario.seed, counts, writer)
        }
        _ => Err(PlanError::invalid("workload.type", "not made yet")),
    }
}
