//! What a model says.

use std::sync::Arc;

use xxhash_rust::xxh64::xxh64;

use super::TokenId;
use super::words::Word;

/// An endless answer, made of words at random: the same prompt and seed give the same answer.
///
/// Its tokens are those of its text: a prompt followed by the answer's first tokens encodes to the prompt's tokens
/// followed by these. So what a client sends back in the next turn is found in the cache, as with a real model.
#[derive(Debug, Clone)]
pub struct WordStream {
    words: Arc<[Word]>,
    seed: u64,
    opens_line: bool,
}

impl WordStream {
    /// `words` is not empty.
    pub(super) fn new(words: Arc<[Word]>, prompt: &str, seed: u64) -> Self {
        Self { words, seed: xxh64(prompt.as_bytes(), seed), opens_line: prompt.ends_with('\n') }
    }

    /// The token at `index`, 0 the first, with its text: ` word`, or `word` at the beginning of a line.
    pub fn token(&self, index: u32) -> (TokenId, &str) {
        let random = xxh64(&index.to_le_bytes(), self.seed) % self.words.len() as u64;
        let word = &self.words[usize::try_from(random).unwrap_or_default()];
        if self.opens_line && index == 0 { (word.bare, &word.text[1..]) } else { (word.spaced, &word.text) }
    }
}
