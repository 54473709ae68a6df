//! What is sent: bodies of requests, made of pieces that are escaped once.

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use serde_json::json;

use crate::client::Body;
use crate::plan::Plan;
use crate::scenario::Api;

/// The pieces of all bodies of a plan.
#[derive(Debug)]
pub(super) struct Bodies {
    api: Api,
    /// From the first byte to the prompt.
    begin: Bytes,
    /// By number; those of a group share the first piece.
    prompts: Vec<(Bytes, Bytes)>,
    /// What follows the prompt, by tokens of the answer.
    ends: HashMap<u32, Bytes>,
}

/// A body up to its last question: all that was said.
#[derive(Clone, Debug)]
pub(super) struct History(Body);

impl Bodies {
    pub(super) fn new(plan: &Plan, model: &str) -> Self {
        let options = &plan.scenario.request;
        let model = serde_json::Value::from(model);
        let begin = match options.api {
            Api::Completions => format!(r#"{{"model":{model},"prompt":""#),
            Api::Chat => format!(r#"{{"model":{model},"messages":["#),
        };
        let mut systems: HashMap<&str, Bytes> = HashMap::new();
        let prompts = plan.prompts.iter().map(|prompt| {
            let system = systems.entry(&prompt.system).or_insert_with(|| escape(&prompt.system));
            (system.clone(), escape(&prompt.question))
        });
        let prompts = prompts.collect();
        let requests = plan.stages.iter().flat_map(|stage| &stage.requests);
        let lengths: BTreeSet<u32> = requests
            .flat_map(|request| {
                let later = request.follow_ups.iter().map(|turn| turn.output_tokens);
                std::iter::once(request.output_tokens).chain(later)
            })
            .collect();
        let end = |tokens: u32| {
            let (close, limit) = match options.api {
                Api::Completions => ('"', "max_tokens"),
                Api::Chat => (']', "max_completion_tokens"),
            };
            let mut members = json!({limit: tokens});
            if options.ignore_eos {
                members["ignore_eos"] = true.into();
            }
            if options.streaming {
                members["stream"] = true.into();
                members["stream_options"] = json!({"include_usage": true});
            }
            let members = members.to_string();
            (tokens, Bytes::from(format!("{close},{}", members.trim_start_matches('{'))))
        };
        let ends = lengths.into_iter().map(end).collect();
        Self { api: options.api, begin: begin.into(), prompts, ends }
    }

    /// The first turn of a prompt; none when there is no such prompt.
    pub(super) fn begin(&self, prompt: u32) -> Option<History> {
        let (system, question) = self.prompts.get(usize::try_from(prompt).ok()?)?;
        let mut body = Body::from(self.begin.clone());
        match self.api {
            Api::Completions => {
                body.push(system.clone());
                body.push(question.clone());
            }
            Api::Chat => {
                if !system.is_empty() {
                    body.push(Bytes::from_static(br#"{"role":"system","content":""#));
                    body.push(system.clone());
                    body.push(Bytes::from_static(br#""},"#));
                }
                body.push(Bytes::from_static(br#"{"role":"user","content":""#));
                body.push(question.clone());
                body.push(Bytes::from_static(br#""}"#));
            }
        }
        Some(History(body))
    }

    /// The body that asks for an answer of so many tokens.
    pub(super) fn ask(&self, history: &History, output_tokens: u32) -> Body {
        let mut body = history.0.clone();
        if let Some(end) = self.ends.get(&output_tokens) {
            body.push(end.clone());
        }
        body
    }

    /// Adds an answer, as it is escaped, and what is said to it.
    pub(super) fn reply(&self, history: &mut History, answer: String, question: &str) {
        let body = &mut history.0;
        match self.api {
            Api::Completions => {
                body.push(answer);
                body.push(escape(question));
            }
            Api::Chat => {
                body.push(Bytes::from_static(br#",{"role":"assistant","content":""#));
                body.push(answer);
                body.push(Bytes::from_static(br#""},{"role":"user","content":""#));
                body.push(escape(question));
                body.push(Bytes::from_static(br#""}"#));
            }
        }
    }
}

/// As it stands between the quotes of a JSON string.
fn escape(text: &str) -> Bytes {
    let quoted = Bytes::from(serde_json::Value::from(text).to_string());
    quoted.slice(1..quoted.len().saturating_sub(1).max(1))
}

#[cfg(test)]
mod tests;
