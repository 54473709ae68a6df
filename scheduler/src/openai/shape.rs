//! The APIs that are understood: where each keeps its prompt and its output limit.

use std::ops::Range;

/// What a request body is, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    /// `completions`
    Completions,
    /// `chat/completions`
    ChatCompletions,
    /// `embeddings`
    Embeddings,
    /// `responses`
    Responses,
    /// `conversations`
    Conversations,
    /// `images/generations`
    Images,
    /// Anthropic's `v1/messages`
    Messages,
    /// vLLM's `inference/v1/generate`
    Generate,
    /// Anything else: the body is not looked at, and the answer neither.
    Opaque,
}

impl Api {
    /// The members that come before the prompt proper in what the engine sees, in its order.
    pub(super) fn preamble(self) -> &'static [Key] {
        match self {
            Self::ChatCompletions => &[Key::ChatTemplate, Key::Tools, Key::Documents],
            Self::Responses => &[Key::Tools, Key::Instructions],
            Self::Messages => &[Key::Tools, Key::System],
            _ => &[],
        }
    }

    /// The member that holds the prompt proper.
    pub(super) fn prompt(self) -> Option<Key> {
        match self {
            Self::Completions | Self::Images => Some(Key::Prompt),
            Self::ChatCompletions | Self::Messages => Some(Key::Messages),
            Self::Embeddings | Self::Responses => Some(Key::Input),
            Self::Conversations => Some(Key::Items),
            Self::Generate => Some(Key::TokenIds),
            Self::Opaque => None,
        }
    }

    /// The members that limit the output, the one that wins first.
    pub(super) fn limits(self) -> &'static [Key] {
        match self {
            Self::Completions | Self::Messages => &[Key::MaxTokens],
            Self::ChatCompletions => &[Key::MaxCompletionTokens, Key::MaxTokens],
            Self::Responses => &[Key::MaxOutputTokens],
            _ => &[],
        }
    }

    /// Whether `value`, the raw JSON of the prompt's member, is something the engine could work on.
    ///
    /// Only the first element of a list is looked at: the engine refuses a mixed list itself.
    pub(super) fn accepts(self, value: &[u8]) -> bool {
        let is_filled = !inner(value).is_empty();
        match (self, value.first()) {
            (Self::Responses, first) => first.is_some_and(|&first| first != b'n'),
            (Self::Completions | Self::Embeddings | Self::Images, Some(b'"')) => is_filled,
            // Recorded: lists of lists of token ids are refused (`goepp.md` §7.1).
            (Self::Completions, Some(b'[')) => is_filled && !inner(value).starts_with(b"["),
            (Self::Opaque | Self::Images, _) => false,
            (_, Some(b'[')) => is_filled,
            _ => false,
        }
    }

    /// What is said of a body whose prompt is not accepted.
    pub(super) fn no_prompt(self) -> &'static str {
        match self {
            Self::Completions => "invalid completions request: must have prompt field",
            Self::ChatCompletions => "invalid chat completions request: must have valid messages field",
            Self::Embeddings => "invalid embeddings request: must have input field",
            Self::Responses => "invalid responses request: must have input field",
            Self::Conversations => "invalid conversations request: must have items field",
            Self::Images => "invalid images generations request: must have prompt field",
            Self::Messages => "invalid messages request: must have at least one message",
            Self::Generate => "invalid generate request: must have non-empty token_ids field",
            Self::Opaque => "unsupported API endpoint",
        }
    }
}

/// What lies between the delimiters of a string, an array or an object; another value as it is.
///
/// White space next to a bracket is left out: it is layout, while in a string it is content.
pub(super) fn inner(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        [b'[', inner @ .., b']'] | [b'{', inner @ .., b'}'] => inner.trim_ascii(),
        other => other,
    }
}

/// A member of a body that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Model,
    Stream,
    CacheSalt,
    MaxTokens,
    MaxCompletionTokens,
    MaxOutputTokens,
    SamplingParams,
    ChatTemplate,
    Tools,
    Documents,
    Instructions,
    System,
    Prompt,
    Messages,
    Input,
    Items,
    TokenIds,
}

impl Key {
    const COUNT: usize = Self::TokenIds as usize + 1;

    fn from_bytes(key: &[u8]) -> Option<Self> {
        Some(match key {
            b"model" => Self::Model,
            b"stream" => Self::Stream,
            b"cache_salt" => Self::CacheSalt,
            b"max_tokens" => Self::MaxTokens,
            b"max_completion_tokens" => Self::MaxCompletionTokens,
            b"max_output_tokens" => Self::MaxOutputTokens,
            b"sampling_params" => Self::SamplingParams,
            b"chat_template" => Self::ChatTemplate,
            b"tools" => Self::Tools,
            b"documents" => Self::Documents,
            b"instructions" => Self::Instructions,
            b"system" => Self::System,
            b"prompt" => Self::Prompt,
            b"messages" => Self::Messages,
            b"input" => Self::Input,
            b"items" => Self::Items,
            b"token_ids" => Self::TokenIds,
            _ => return None,
        })
    }
}

/// Where the values of the members lie that are read; of a repeated member the last one, as the engine takes it.
#[derive(Default)]
pub(super) struct Members([Option<Range<usize>>; Key::COUNT]);

impl Members {
    /// Notes a member; `key` as it is spelled in the body.
    pub(super) fn note(&mut self, key: &[u8], value: Range<usize>) {
        let known = if key.contains(&b'\\') {
            super::json::decode(key).and_then(|key| Key::from_bytes(key.as_bytes()))
        } else {
            Key::from_bytes(key)
        };
        if let Some(known) = known {
            self.0[known as usize] = Some(value);
        }
    }

    pub(super) fn get(&self, key: Key) -> Option<&Range<usize>> {
        self.0[key as usize].as_ref()
    }
}
