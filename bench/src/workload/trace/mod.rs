//! Requests of a recorded trace: their times and lengths, and what they have in common.

mod azure;
mod mooncake;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::pool::{Item, Order, Pool};
use super::text::{Before, Writer};
use super::{PlanError, own_prompt, read as read_file};
use crate::plan::Prompt;
use crate::scenario::TraceFormat;
use crate::scenario::scale::whole;

/// Tokens that each of [`Entry::blocks`] stands for.
const BLOCK_TOKENS: f64 = 512.0;

/// A request of a trace.
pub(super) struct Entry {
    /// Seconds since the first request.
    pub(super) at: f64,
    input_tokens: u32,
    output_tokens: u32,
    /// Identities of the prompt's blocks, as far as they are known: prompts that begin with the same share them.
    blocks: Vec<u64>,
}

/// Reads a trace in the order of time, of which the first `seconds`.
pub(super) fn read(path: &Path, format: TraceFormat, seconds: Option<f64>) -> Result<Vec<Entry>, PlanError> {
    let file = read_file(path)?;
    let entry = match format {
        TraceFormat::Mooncake => mooncake::entry,
        TraceFormat::Azure => azure::entry,
    };
    let is_heading = |number: usize| number == 0 && format == TraceFormat::Azure;
    let lines =
        file.lines().enumerate().filter(|&(number, line)| !is_heading(number) && !line.trim().is_empty());
    let entries = lines.map(|(number, line)| match entry(line) {
        Ok(entry) if entry.input_tokens == 0 => Err(PlanError::at_line(path, number, "the prompt is empty")),
        Ok(entry) => Ok(entry),
        Err(problem) => Err(PlanError::at_line(path, number, problem)),
    });
    let mut entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
    entries.sort_by(|one, other| one.at.total_cmp(&other.at));
    let first = entries.first().map_or(0.0, |entry| entry.at);
    for entry in &mut entries {
        entry.at -= first;
    }
    entries.retain(|entry| seconds.is_none_or(|seconds| entry.at < seconds));
    if entries.is_empty() {
        return Err(PlanError::invalid("workload.path", "the trace has no requests"));
    }
    Ok(entries)
}

/// A prompt for each entry, lengths multiplied by `factor`.
pub(super) fn pool(entries: &[Entry], factor: f64, writer: &Writer) -> Result<Pool, PlanError> {
    if !factor.is_finite() || factor <= 0.0 {
        return Err(PlanError::invalid("workload.length_factor", "a number above 0 is needed"));
    }
    let scaled = |tokens| whole(f64::from(tokens) * factor).max(1);
    let mut blocks = Blocks {
        writer,
        tokens: whole(BLOCK_TOKENS * factor).max(1),
        middle: writer.before_any()?,
        texts: HashMap::new(),
    };
    let mut groups = HashMap::new();
    let item = |(index, entry): (usize, &Entry)| {
        let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        // Without identities a prompt is a group of its own.
        let key = entry.blocks.first().ok_or(index);
        let group = *groups.entry(key.copied()).or_insert(next);
        let prompt = blocks.prompt(group, index as u64, &entry.blocks, scaled(entry.input_tokens))?;
        Ok(Item { prompt, output_tokens: scaled(entry.output_tokens), follow_ups: Vec::new() })
    };
    let items = entries.iter().enumerate().map(item).collect::<Result<_, PlanError>>()?;
    Ok(Pool { items, order: Order::AsGiven })
}

/// Texts of blocks, each made once.
struct Blocks<'a> {
    writer: &'a Writer<'a>,
    /// Of a block.
    tokens: u32,
    /// What stands before a block that is not the first.
    middle: Before,
    /// By identity, and whether it is the first of a prompt.
    texts: HashMap<(u64, bool), Arc<str>>,
}

impl Blocks<'_> {
    /// A prompt of these blocks and, where they end before it does, words of its own. Its first block is what it has in
    /// common with its group.
    fn prompt(&mut self, group: u32, index: u64, blocks: &[u64], tokens: u32) -> Result<Prompt, PlanError> {
        let whole_blocks = blocks.len().min((tokens / self.tokens) as usize);
        let (known, beyond) = blocks.split_at(whole_blocks);
        let mut question = String::new();
        let mut system = None;
        for &block in known {
            let is_first = system.is_none();
            let text = self.block(block, is_first)?;
            if is_first {
                system = Some(text);
            } else {
                question.push_str(&text);
            }
        }
        let rest =
            tokens.saturating_sub(self.tokens.saturating_mul(u32::try_from(whole_blocks).unwrap_or(0)));
        let opening = Before::default();
        let before = if system.is_none() { &opening } else { &self.middle };
        let part = match beyond.first() {
            Some(&block) if rest < self.tokens => {
                self.writer.write("workload.path", &[block], before, rest)?
            }
            _ => self.writer.write("workload.path", &[index, rest.into()], before, rest)?,
        };
        let Some(system) = system else { return Ok(own_prompt(group, part, tokens)) };
        question.push_str(&part);
        Ok(Prompt { group, system, question: question.into(), tokens })
    }

    fn block(&mut self, block: u64, is_first: bool) -> Result<Arc<str>, PlanError> {
        if let Some(text) = self.texts.get(&(block, is_first)) {
            return Ok(Arc::clone(text));
        }
        let opening = Before::default();
        let before = if is_first { &opening } else { &self.middle };
        let text = self.writer.write("workload.path", &[block], before, self.tokens)?;
        self.texts.insert((block, is_first), Arc::clone(&text));
        Ok(text)
    }
}
