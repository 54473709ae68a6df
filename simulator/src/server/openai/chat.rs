//! The messages of a chat, as one text.

use std::borrow::Cow;

use serde_json::Value;

use super::fields::Fields;
use crate::tokenizer::{ChatMessage, render_chat};

/// The text that a model would see, ready for the assistant's turn unless the request says otherwise.
pub(super) fn render(fields: &mut Fields<'_>) -> String {
    let Some(messages) = fields.required("messages") else { return String::new() };
    let Value::Array(messages) = messages else {
        fields.complain("list_type", "body.messages", "Input should be a valid list", messages);
        return String::new();
    };
    if messages.is_empty() {
        fields.complain_of_value("messages", "[]", "at least one message must be provided");
    }
    let mut turns = Vec::with_capacity(messages.len());
    for (index, message) in messages.iter().enumerate() {
        let place = format!("body.messages.{index}");
        let Some(role) = message.get("role").and_then(Value::as_str) else {
            fields.complain("missing", &format!("{place}.role"), "Field required", message);
            continue;
        };
        turns.push(ChatMessage { role, content: content(fields, message, &place) });
    }
    let tools = fields.value("tools").filter(|tools| tools.as_array().is_some_and(|tools| !tools.is_empty()));
    let wants_answer = fields.value("add_generation_prompt").and_then(Value::as_bool).unwrap_or(true);
    render_chat(tools.map(Value::to_string).as_deref(), turns, wants_answer)
}

/// A string, nothing, or parts, of which only text can be answered without a model that sees or hears.
fn content<'a>(fields: &mut Fields<'_>, message: &'a Value, place: &str) -> Cow<'a, str> {
    let parts = match message.get("content") {
        None | Some(Value::Null) => return Cow::default(),
        Some(Value::String(text)) => return text.into(),
        Some(Value::Array(parts)) => parts,
        Some(other) => {
            let message = "Input should be a valid string";
            fields.complain("string_type", &format!("{place}.content"), message, other);
            return Cow::default();
        }
    };
    let mut texts = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        if let Some(text) = part.as_str().or_else(|| part.get("text").and_then(Value::as_str)) {
            texts.push(text);
        } else {
            let kind = part.get("type").and_then(Value::as_str).unwrap_or("part");
            let message = format!("Value error, At most 0 {kind}(s) may be provided in one prompt.");
            fields.complain("value_error", &format!("{place}.content.{index}"), &message, part);
        }
    }
    texts.join("\n").into()
}
