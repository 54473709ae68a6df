//! What a client sends, and the text that a model server makes of it.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use llmd_bench::plan::Plan;
use llmd_bench::scenario::Api;
use serde::Serialize;
use simulator::tokenizer::{ChatMessage, render_chat};

use super::{MODEL, Turn};

/// The text of a prompt, of which `said` came after the plan's.
pub(super) fn text(plan: &Plan, prompt: u32, said: &[Arc<str>]) -> String {
    match plan.scenario.request.api {
        Api::Completions => whole(plan, prompt, said),
        Api::Chat => {
            let messages = messages(plan, prompt, said);
            let message = |Message { role, content }| ChatMessage { role, content: Cow::Borrowed(content) };
            render_chat(None, messages.map(message), true)
        }
    }
}

pub(super) fn body(plan: &Plan, turn: &Turn) -> Bytes {
    let options = &plan.scenario.request;
    let content = match options.api {
        Api::Completions => Content::Prompt(whole(plan, turn.prompt, &turn.said)),
        Api::Chat => Content::Messages(messages(plan, turn.prompt, &turn.said).collect()),
    };
    let body = Body {
        model: MODEL,
        max_tokens: turn.output_tokens,
        stream: options.streaming,
        stream_options: options.streaming.then_some(StreamOptions { include_usage: true }),
        ignore_eos: options.ignore_eos,
        content,
    };
    serde_json::to_vec(&body).unwrap_or_default().into()
}

fn whole(plan: &Plan, prompt: u32, said: &[Arc<str>]) -> String {
    let prompt = &plan.prompts[prompt as usize];
    let pieces = [&prompt.system, &prompt.question].into_iter().chain(said);
    pieces.map(|piece| &**piece).collect()
}

fn messages<'a>(plan: &'a Plan, prompt: u32, said: &'a [Arc<str>]) -> impl Iterator<Item = Message<'a>> {
    let prompt = &plan.prompts[prompt as usize];
    let opening = [("system", &*prompt.system), ("user", &*prompt.question)];
    let opening = opening.into_iter().filter(|(_, content)| !content.is_empty());
    let later = said.iter().zip(["assistant", "user"].into_iter().cycle());
    let later = later.map(|(content, role)| (role, &**content));
    opening.chain(later).map(|(role, content)| Message { role, content })
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    ignore_eos: bool,
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Content<'a> {
    Prompt(String),
    Messages(Vec<Message<'a>>),
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'a str,
    content: &'a str,
}
