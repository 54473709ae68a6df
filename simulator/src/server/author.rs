//! What is answered, and how long the answer is: known as soon as the request is, so that the engine can plan with it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use xxhash_rust::xxh64::xxh64;

use super::openai::{Sampling, Seed};
use crate::tokenizer::{TokenId, Tokenizer};

/// Mean length, in tokens, of an answer that ends by itself.
const MEAN_TOKENS: f64 = 200.0;

/// Why an answer ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finish {
    /// It is complete.
    Stop,
    /// A stop string of the request came up.
    StopString(String),
    /// It is as long as it may be.
    Length,
}

impl Finish {
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Stop | Self::StopString(_) => "stop",
            Self::Length => "length",
        }
    }

    pub(super) fn stop_string(&self) -> Option<&str> {
        match self {
            Self::StopString(text) => Some(text),
            Self::Stop | Self::Length => None,
        }
    }
}

/// An answer, token by token.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) tokens: Vec<TokenId>,
    pub(super) text: String,
    /// Where in the text each token ends.
    ends: Vec<usize>,
    pub(super) finish: Finish,
}

impl Answer {
    /// The text that the token at `index` adds.
    pub(super) fn piece(&self, index: u32) -> &str {
        let index = index as usize;
        let start =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Writes answers.
pub(super) struct Author {
    tokenizer: Tokenizer,
    seed: u64,
    /// Prompts that came without a seed.
    unseeded: AtomicU64,
}

impl Author {
    pub(super) fn new(tokenizer: Tokenizer, seed: u64) -> Self {
        Self { tokenizer, seed, unseeded: AtomicU64::default() }
    }

    /// The seed of the answers to a prompt. Where the request has none, no other prompt gets the same: else repeated
    /// prompts would find the KV blocks of each other's answers. At temperature 0 it is the prompt's alone.
    pub(super) fn seed(&self, prompt: &[TokenId], seed: Seed) -> u64 {
        let seed = match seed {
            Seed::Greedy => 0,
            Seed::Given(seed) => xxh64(&seed.to_le_bytes(), self.seed),
            Seed::Free => xxh64(&self.unseeded.fetch_add(1, Relaxed).to_le_bytes(), !self.seed),
        };
        prompt.iter().fold(seed, |seed, token| xxh64(&token.to_le_bytes(), seed))
    }

    /// The answer number `choice` to a prompt, which has `most` tokens at most (at least 1). `prompt` is empty where only
    /// its tokens are known, `seed` is what [`Author::seed`] gave for it.
    ///
    /// With `ignore_eos` it has `most`; else its length is drawn from an exponential distribution of mean
    /// [`MEAN_TOKENS`], and is between `min_tokens` and `most`.
    pub(super) fn write(
        &self,
        prompt: &str,
        seed: u64,
        choice: u32,
        sampling: &Sampling,
        most: u32,
    ) -> Answer {
        let seed = xxh64(&choice.to_le_bytes(), seed);
        let drawn = drawn_length(xxh64(b"length", seed)).max(sampling.min_tokens);
        let (length, finish) = match drawn {
            length if !sampling.ignore_eos && length <= most => (length, Finish::Stop),
            _ => (most, Finish::Length),
        };
        let source = self.tokenizer.answer(prompt, seed);
        let mut answer = Answer { tokens: Vec::new(), text: String::new(), ends: Vec::new(), finish };
        for index in 0..length {
            let (token, piece) = source.token(index);
            answer.tokens.push(token);
            answer.text.push_str(piece);
            answer.ends.push(answer.text.len());
        }
        stop(&mut answer, sampling);
        answer
    }
}

/// An exponentially distributed length, at least 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the logarithm is between -37 and 0"
)]
fn drawn_length(random: u64) -> u32 {
    // 53 bits and a half: never 0.
    let uniform = ((random >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    (-MEAN_TOKENS * uniform.ln()).ceil() as u32
}

/// Ends the answer at the first stop string whose last token is not among the first `min_tokens`.
fn stop(answer: &mut Answer, sampling: &Sampling) {
    let Answer { text, ends, .. } = &*answer;
    let found = sampling.stop.iter().filter_map(|stop| {
        text.match_indices(stop.as_str())
            .map(|(start, _)| (ends.partition_point(|end| *end < start + stop.len()), start, stop))
            .find(|(last, ..)| *last >= sampling.min_tokens as usize)
    });
    // Of several in one token, the one the request names first, as in vLLM.
    let Some((last, start, stop)) = found.min_by_key(|(last, ..)| *last) else { return };
    let end = if sampling.include_stop { start + stop.len() } else { start };
    answer.finish = Finish::StopString(stop.clone());
    answer.tokens.truncate(last + 1);
    answer.ends.truncate(last + 1);
    answer.ends.iter_mut().for_each(|token_end| *token_end = (*token_end).min(end));
    answer.text.truncate(end);
}
