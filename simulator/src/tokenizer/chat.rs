//! The text that a conversation is to the model.

use std::borrow::Cow;

/// One message of a conversation.
#[derive(Debug, Clone)]
pub struct ChatMessage<'a> {
    pub role: &'a str,
    /// Its text; that of the parts one after the other where there are several.
    pub content: Cow<'a, str>,
}

/// Renders a conversation in the `ChatML` form of the Qwen models:
///
/// ```text
/// <|im_start|>user
/// What is a token?<|im_end|>
/// <|im_start|>assistant
/// ```
///
/// `tools` is the JSON text of the request's tools, a system message of its own before all others. The last line asks
/// for an answer (`add_generation_prompt`). With the answer behind it, the text is a prefix of what the next turn
/// renders to, so that its blocks are found in the cache.
pub fn render_chat<'a>(
    tools: Option<&str>,
    messages: impl IntoIterator<Item = ChatMessage<'a>>,
    add_generation_prompt: bool,
) -> String {
    let mut text = String::new();
    let mut message = |role: &str, content: &str| {
        for part in ["<|im_start|>", role, "\n", content, "<|im_end|>\n"] {
            text.push_str(part);
        }
    };
    if let Some(tools) = tools {
        message("system", tools);
    }
    for ChatMessage { role, content } in messages {
        message(role, &content);
    }
    if add_generation_prompt {
        text.push_str("<|im_start|>assistant\n");
    }
    text
}
