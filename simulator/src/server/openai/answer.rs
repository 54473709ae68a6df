//! Answers, whole and as events of a stream, field by field as vLLM writes them.

use serde::Serialize;
use serde_json::{Value, json};

use super::request::Dialect;
use crate::server::author::Finish;

/// Tokens of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::server) struct Usage {
    pub(in crate::server) prompt: u32,
    pub(in crate::server) completion: u32,
    /// Of the prompt, found in the cache.
    pub(in crate::server) cached: u32,
}

impl Serialize for Usage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Details {
            cached_tokens: u32,
        }
        #[derive(Serialize)]
        struct Members {
            prompt_tokens: u32,
            total_tokens: u32,
            completion_tokens: u32,
            prompt_tokens_details: Details,
        }
        Members {
            prompt_tokens: self.prompt,
            total_tokens: self.prompt.saturating_add(self.completion),
            completion_tokens: self.completion,
            prompt_tokens_details: Details { cached_tokens: self.cached },
        }
        .serialize(serializer)
    }
}

/// What all parts of one answer repeat.
#[derive(Debug)]
pub(in crate::server) struct Head {
    pub(in crate::server) dialect: Dialect,
    pub(in crate::server) id: String,
    /// Unix time.
    pub(in crate::server) created: u64,
    pub(in crate::server) model: String,
}

#[derive(Serialize)]
struct Event<'a, C> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'a str,
    choices: &'a [C],
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
}

#[derive(Serialize)]
struct TextChoice<'a> {
    index: u32,
    text: &'a str,
    logprobs: Option<()>,
    finish_reason: Option<&'static str>,
    stop_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct DeltaChoice<'a> {
    index: u32,
    delta: Delta<'a>,
    logprobs: Option<()>,
    finish_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    content: &'a str,
}

/// The end of a stream.
pub(in crate::server) const DONE: &[u8] = b"data: [DONE]\n\n";

impl Head {
    /// The event that begins a choice, where the dialect has one.
    pub(in crate::server) fn push_role(&self, events: &mut Vec<u8>, choice: u32, usage: Option<Usage>) {
        if self.dialect == Dialect::Chat {
            let delta = Delta { role: Some("assistant"), content: "" };
            let choice =
                DeltaChoice { index: choice, delta, logprobs: None, finish_reason: None, stop_reason: None };
            self.push(events, "chat.completion.chunk", &[choice], usage);
        }
    }

    /// The event of one token.
    pub(in crate::server) fn push_piece(
        &self,
        events: &mut Vec<u8>,
        choice: u32,
        piece: &str,
        finish: Option<&Finish>,
        usage: Option<Usage>,
    ) {
        let finish_reason = finish.map(Finish::reason);
        let stop_reason = finish.and_then(Finish::stop_string);
        match self.dialect {
            Dialect::Completions => {
                let choice =
                    TextChoice { index: choice, text: piece, logprobs: None, finish_reason, stop_reason };
                self.push(events, "text_completion", &[choice], usage);
            }
            Dialect::Chat => {
                let delta = Delta { role: None, content: piece };
                let choice = DeltaChoice { index: choice, delta, logprobs: None, finish_reason, stop_reason };
                self.push(events, "chat.completion.chunk", &[choice], usage);
            }
        }
    }

    /// The event that has only the usage.
    pub(in crate::server) fn push_usage(&self, events: &mut Vec<u8>, usage: Usage) {
        let object = match self.dialect {
            Dialect::Completions => "text_completion",
            Dialect::Chat => "chat.completion.chunk",
        };
        self.push::<()>(events, object, &[], Some(usage));
    }

    fn push<C: Serialize>(
        &self,
        events: &mut Vec<u8>,
        object: &'static str,
        choices: &[C],
        usage: Option<Usage>,
    ) {
        let event = Event { id: &self.id, object, created: self.created, model: &self.model, choices, usage };
        events.extend_from_slice(b"data: ");
        // Strings and numbers into memory: nothing here can fail.
        let _ = serde_json::to_writer(&mut *events, &event);
        events.extend_from_slice(b"\n\n");
    }

    /// The answer in one piece.
    pub(in crate::server) fn whole<'a>(
        &self,
        choices: impl Iterator<Item = (&'a str, &'a Finish)>,
        usage: Usage,
    ) -> Value {
        let choices: Vec<Value> =
            (0_u32..).zip(choices).map(|(index, choice)| self.choice(index, choice)).collect();
        let object = match self.dialect {
            Dialect::Completions => "text_completion",
            Dialect::Chat => "chat.completion",
        };
        json!({
            "id": self.id,
            "object": object,
            "created": self.created,
            "model": self.model,
            "choices": choices,
            "service_tier": null,
            "system_fingerprint": null,
            "usage": usage,
            "kv_transfer_params": null,
        })
    }

    fn choice(&self, index: u32, (text, finish): (&str, &Finish)) -> Value {
        let (finish_reason, stop_reason) = (finish.reason(), finish.stop_string());
        match self.dialect {
            Dialect::Completions => json!({
                "index": index,
                "text": text,
                "logprobs": null,
                "finish_reason": finish_reason,
                "stop_reason": stop_reason,
            }),
            Dialect::Chat => json!({
                "index": index,
                "message": {
                    "role": "assistant",
                    "content": text,
                    "refusal": null,
                    "annotations": null,
                    "audio": null,
                    "function_call": null,
                    "tool_calls": [],
                },
                "logprobs": null,
                "finish_reason": finish_reason,
                "stop_reason": stop_reason,
            }),
        }
    }
}
