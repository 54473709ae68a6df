//! Prompts of a file.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::length::Lengths;
use super::pool::{Item, Order, Pool};
use super::text::Writer;
use super::{PlanError, read};
use crate::plan::{FollowUp, Prompt};
use crate::scenario::{Api, Length};

/// A line of a JSON lines file.
#[derive(Deserialize)]
struct Line {
    prompt: Option<String>,
    messages: Option<Vec<Message>>,
    output_tokens: Option<u32>,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    content: String,
}

/// What is said, without the answers.
struct Asked {
    system: String,
    /// Not empty.
    questions: Vec<String>,
    output_tokens: Option<u32>,
}

pub(super) fn pool(
    path: &Path,
    output: Length,
    seed: u64,
    api: Api,
    writer: &Writer,
) -> Result<Pool, PlanError> {
    let mut outputs = Lengths::new(seed, "workload.output", output, 1)?;
    let file = read(path)?;
    let is_json = file.trim_start().starts_with('{');
    let mut groups = HashMap::new();
    let mut items = Vec::new();
    for (number, line) in file.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let asked = if is_json { from_json(line) } else { Ok(plain(line.to_owned(), None)) };
        let asked = asked.map_err(|problem| PlanError::at_line(path, number, problem))?;
        let system: Arc<str> = asked.system.into();
        // Prompts without a system prompt have nothing in common.
        let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        let key = if system.is_empty() { format!("{number}") } else { format!("system {system}") };
        let group = *groups.entry(key).or_insert(next);
        let mut questions = asked.questions.into_iter();
        let mut question = questions.next().unwrap_or_default();
        if api == Api::Completions && !system.is_empty() {
            question.insert_str(0, "\n\n");
        }
        let tokens = writer.count(&format!("{system}{question}"))?;
        let prompt = Prompt { group, system, question: question.into(), tokens };
        let mut output_tokens = || asked.output_tokens.unwrap_or_else(|| outputs.draw());
        let first = output_tokens();
        let follow_ups = questions.map(|question| FollowUp {
            question: question.into(),
            output_tokens: output_tokens(),
            think_time: Duration::ZERO,
        });
        items.push(Item { prompt, follow_ups: follow_ups.collect(), output_tokens: first });
    }
    if items.is_empty() {
        return Err(PlanError::invalid("workload.path", "the file has no prompts"));
    }
    Ok(Pool { items, order: Order::Shuffled })
}

fn plain(prompt: String, output_tokens: Option<u32>) -> Asked {
    Asked { system: String::new(), questions: vec![prompt], output_tokens }
}

fn from_json(line: &str) -> Result<Asked, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if line.output_tokens == Some(0) {
        return Err("`output_tokens` is 0, at least 1 is needed".to_owned());
    }
    let messages = match (line.prompt, line.messages) {
        (Some(prompt), None) if !prompt.is_empty() => return Ok(plain(prompt, line.output_tokens)),
        (None, Some(messages)) => messages,
        _ => return Err("either a `prompt` or `messages` is needed".to_owned()),
    };
    let of = |role: &str| {
        let texts = messages.iter().filter(|message| message.role == role);
        texts.map(|message| message.content.clone()).collect::<Vec<_>>()
    };
    let questions = of("user");
    if questions.is_empty() {
        return Err("no message is of the role `user`".to_owned());
    }
    Ok(Asked { system: of("system").join("\n"), questions, output_tokens: line.output_tokens })
}
