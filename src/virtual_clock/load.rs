//! A plan as engines and pickers see it.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use llmd_bench::plan::{Pacing, Plan, PlannedRequest, Prompt};
use llmd_bench::scenario::Api;
use serde::Serialize;
use simulator::engine::{BlockHash, Request};
use simulator::tokenizer::{BlockHasher, ChatMessage, Tokenizer, render_chat};
use simulator::virtual_clock::Arrival;

use super::VirtualError;

/// The model that requests name.
pub(super) const MODEL: &str = "Qwen/Qwen3-32B";
/// Tokens of a KV block, as every profile has it.
const BLOCK_SIZE: u32 = 16;

/// A plan whose prompts have been read: each once, however often it is asked.
#[derive(Debug)]
pub struct Load<'a> {
    plan: &'a Plan,
    /// By the plan's prompt.
    prompts: Vec<Tokens>,
}

/// A prompt to an engine. Answers are never asked again, so that their blocks need no names.
#[derive(Debug)]
struct Tokens {
    count: u32,
    blocks: Arc<[BlockHash]>,
}

impl<'a> Load<'a> {
    /// Reads the prompts of a plan.
    ///
    /// # Errors
    /// When the plan has what a virtual clock cannot play.
    pub fn new(plan: &'a Plan, tokenizer: &Tokenizer) -> Result<Self, VirtualError> {
        check(plan)?;
        let hasher = BlockHasher::new("", BLOCK_SIZE);
        let api = plan.scenario.request.api;
        let read = |prompt: &Prompt| {
            let tokens = tokenizer.encode(&text(prompt, api), true)?;
            let count = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
            Ok(Tokens { count, blocks: hasher.hashes("", &tokens) })
        };
        Ok(Self { plan, prompts: plan.prompts.iter().map(read).collect::<Result<_, VirtualError>>()? })
    }

    /// What it was made of.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// The requests, stage by stage.
    pub(super) fn stages(&self) -> impl Iterator<Item = Vec<Arrival>> {
        let arrival = |request: &PlannedRequest| {
            let prompt = &self.prompts[request.prompt as usize];
            let request_to_engine = Request {
                prompt_tokens: prompt.count,
                output_tokens: request.output_tokens,
                blocks: Arc::clone(&prompt.blocks),
            };
            Arrival { after: request.after, prompt: request.prompt, request: request_to_engine }
        };
        self.plan.stages.iter().map(move |stage| stage.requests.iter().map(arrival).collect())
    }

    /// What a client sends.
    pub(super) fn body(&self, arrival: &Arrival) -> Bytes {
        let options = &self.plan.scenario.request;
        let prompt = &self.plan.prompts[arrival.prompt as usize];
        let content = match options.api {
            Api::Completions => Content::Prompt([&*prompt.system, &*prompt.question].concat()),
            Api::Chat => Content::Messages(messages(prompt).collect()),
        };
        let body = Body {
            model: MODEL,
            max_tokens: arrival.request.output_tokens,
            stream: options.streaming,
            stream_options: options.streaming.then_some(StreamOptions { include_usage: true }),
            ignore_eos: options.ignore_eos,
            content,
        };
        serde_json::to_vec(&body).unwrap_or_default().into()
    }
}

fn check(plan: &Plan) -> Result<(), VirtualError> {
    let stages = &plan.stages;
    if stages.iter().any(|stage| matches!(stage.pacing, Pacing::Closed { .. })) {
        return Err(VirtualError::ClosedLoop);
    }
    for (number, request) in stages.iter().flat_map(|stage| &stage.requests).enumerate() {
        if !request.follow_ups.is_empty() {
            return Err(VirtualError::Conversation);
        }
        if request.prompt as usize >= plan.prompts.len() {
            return Err(VirtualError::NoPrompt { request: number, prompt: request.prompt });
        }
    }
    Ok(())
}

/// The text that the model server makes tokens of.
fn text(prompt: &Prompt, api: Api) -> String {
    match api {
        Api::Completions => [&*prompt.system, &*prompt.question].concat(),
        Api::Chat => {
            let messages = messages(prompt);
            let message = |Message { role, content }| ChatMessage { role, content: Cow::Borrowed(content) };
            render_chat(None, messages.map(message), true)
        }
    }
}

fn messages(prompt: &Prompt) -> impl Iterator<Item = Message<'_>> {
    let messages = [("system", &*prompt.system), ("user", &*prompt.question)];
    messages
        .into_iter()
        .filter(|(_, content)| !content.is_empty())
        .map(|(role, content)| Message { role, content })
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
