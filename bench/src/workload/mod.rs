//! Makes a plan of a scenario: prompts, lengths, arrivals.
//!
//! | module | what it knows |
//! |---|---|
//! | [`arrival`] | when requests come |
//! | [`length`] | numbers of tokens, drawn |
//! | [`text`] | texts of an exact number of tokens |
//! | [`pool`] | which prompt a request takes |
//! | [`shared_prefix`], [`random`], [`chat`], [`trace`], [`prompts`] | what there is to ask |
//! | [`seed`] | a generator for each purpose |

mod arrival;
mod chat;
mod length;
mod pool;
mod prompts;
mod random;
mod seed;
mod shared_prefix;
#[cfg(test)]
mod tests;
mod text;
mod trace;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use simulator::tokenizer::{Tokenizer, TokenizerError};

use self::arrival::Schedule;
use self::chat::Chat;
use self::pool::Pool;
use self::shared_prefix::SharedPrefix;
use self::text::Writer;
use self::trace::Entry;
use crate::plan::{Plan, PlannedRequest, PlannedStage, Prompt};
use crate::scenario::{Arrivals, Scenario, Workload};

/// Why there is no plan of a scenario.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A key of the scenario, such as `stages[3].load.rate`, has a value that means nothing.
    #[error("{key}: {problem}")]
    Invalid { key: String, problem: String },
    /// The tokenizer cannot make this length.
    #[error("{key}: no text of exactly {tokens} tokens can be made with this tokenizer")]
    Length { key: String, tokens: u32 },
    /// The texts would not fit into memory.
    #[error("{key}: these are more texts than a plan may have (8 GiB)")]
    TooLong { key: String },
    #[error("read {path}", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    /// A line of a file, counted from 1.
    #[error("{path}:{line}: {problem}", path = path.display())]
    Line { path: PathBuf, line: usize, problem: String },
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
}

impl PlanError {
    fn invalid(key: &str, problem: &str) -> Self {
        Self::Invalid { key: key.to_owned(), problem: problem.to_owned() }
    }

    /// `index` is the line's, counted from 0.
    fn at_line(path: &Path, index: usize, problem: impl Into<String>) -> Self {
        Self::Line { path: path.to_owned(), line: index + 1, problem: problem.into() }
    }
}

/// Makes a scenario definite. The same scenario and tokenizer give the same plan.
///
/// Lengths are as `tokenizer` counts, without the special tokens that a server may put around a prompt.
///
/// # Errors
/// When the scenario asks for what makes no sense, its files cannot be read, or a length cannot be met.
pub fn plan(scenario: &Scenario, tokenizer: &Tokenizer) -> Result<Plan, PlanError> {
    check_seconds(scenario)?;
    let seed = scenario.seed;
    let trace = match &scenario.workload {
        Workload::Trace { path, format, seconds, .. } => trace::read(path, *format, *seconds)?,
        _ => Vec::new(),
    };
    let schedules = schedules(scenario, &trace)?;
    let counts: Vec<usize> = schedules.iter().map(|schedule| schedule.times.len()).collect();
    let pool = pool(scenario, &trace, &counts, &Writer::new(tokenizer, seed))?;
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

/// Ten years: longer than any run, and short enough that clocks can be moved by it.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
/// What a time has to be.
const SECONDS: &str = "a number of seconds from 0 to 10 years is needed";

/// A time that a scenario may have.
fn duration(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|duration| *duration <= LONGEST)
}

/// That times which are not the workload's are times.
fn check_seconds(scenario: &Scenario) -> Result<(), PlanError> {
    let slo = scenario.slo.unwrap_or_default();
    for (key, seconds) in [
        ("pause", Some(scenario.pause)),
        ("drain_timeout", Some(scenario.drain_timeout)),
        ("request.timeout", scenario.request.timeout),
        ("slo.ttft", slo.ttft),
        ("slo.tpot", slo.tpot),
        ("slo.e2e", slo.e2e),
    ] {
        if seconds.is_some_and(|seconds| duration(seconds).is_none()) {
            return Err(PlanError::invalid(key, SECONDS));
        }
    }
    if !scenario.request.streaming {
        for (key, bound) in [("slo.ttft", slo.ttft), ("slo.tpot", slo.tpot)] {
            if bound.is_some() {
                return Err(PlanError::invalid(
                    key,
                    "an answer in one piece has no such time: turn `request.streaming` on, or bound `slo.e2e`",
                ));
            }
        }
    }
    Ok(())
}

fn schedules(scenario: &Scenario, trace: &[Entry]) -> Result<Vec<Schedule>, PlanError> {
    if let Arrivals::Trace { speed } = scenario.arrivals {
        if !scenario.stages.is_empty() {
            return Err(PlanError::invalid(
                "stages",
                "arrivals of a trace have one stage, that of the trace",
            ));
        }
        let times = trace.iter().map(|entry| entry.at);
        return Ok(vec![arrival::recorded(times.collect(), speed)?]);
    }
    if scenario.stages.is_empty() {
        return Err(PlanError::invalid("stages", "at least 1 is needed"));
    }
    let stages = scenario.stages.iter().enumerate();
    stages.map(|(number, stage)| arrival::schedule(scenario.arrivals, number, stage, scenario.seed)).collect()
}

fn request(pool: &Pool, after: Duration, prompt: u32) -> PlannedRequest {
    let item = &pool.items[prompt as usize];
    PlannedRequest { after, prompt, output_tokens: item.output_tokens, follow_ups: item.follow_ups.clone() }
}

fn pool(scenario: &Scenario, trace: &[Entry], counts: &[usize], writer: &Writer) -> Result<Pool, PlanError> {
    let seed = scenario.seed;
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
            shared_prefix::pool(&asked, seed, counts, writer)
        }
        Workload::Random { input, output } => random::pool(input, output, seed, counts.iter().sum(), writer),
        Workload::Chat { conversations, turns, system_prompt, question, output, think_time } => {
            let asked = Chat { conversations, turns, system_prompt, question, output, think_time };
            chat::pool(&asked, seed, writer)
        }
        Workload::Trace { length_factor, .. } => trace::pool(trace, length_factor, writer),
        Workload::Prompts { ref path, output } => {
            prompts::pool(path, output, seed, scenario.request.api, writer)
        }
    }
}

/// A prompt that has nothing in common with others.
fn own_prompt(group: u32, text: Arc<str>, tokens: u32) -> Prompt {
    Prompt { group, system: Arc::default(), question: text, tokens }
}

fn read(path: &Path) -> Result<String, PlanError> {
    fs::read_to_string(path).map_err(|source| PlanError::Read { path: path.to_owned(), source })
}
