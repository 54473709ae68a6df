//! Texts of an exact number of tokens.

use std::cell::Cell;
use std::sync::Arc;

use rand::RngExt;
use rand::rngs::StdRng;
use simulator::tokenizer::{TokenId, Tokenizer, TokenizerError};

use super::PlanError;
use super::seed::generator;

/// How often a text is put right before it is given up.
const ROUNDS: usize = 20;

/// Bytes of all texts of a plan, about.
const MOST_BYTES: u64 = 8 << 30;

/// Words before a border that may have a part in its tokens.
const BORDER_WORDS: usize = 16;

/// Makes texts of words at random. What a text says follows from the seed, its key and its indexes alone.
pub(super) struct Writer<'a> {
    tokenizer: &'a Tokenizer,
    words: Vec<&'a str>,
    seed: u64,
    /// Bytes that texts may still have, about.
    room: Cell<u64>,
}

/// What stands before a text: its last words, and their tokens.
#[derive(Default)]
pub(super) struct Before {
    text: String,
    tokens: Vec<TokenId>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(tokenizer: &'a Tokenizer, seed: u64) -> Self {
        Self { tokenizer, words: tokenizer.words().collect(), seed, room: Cell::new(MOST_BYTES) }
    }

    /// How many tokens a text of somebody else has.
    pub(super) fn count(&self, text: &str) -> Result<u32, TokenizerError> {
        let tokens = self.tokenizer.encode(text, false)?;
        Ok(u32::try_from(tokens.len()).unwrap_or(u32::MAX))
    }

    /// The end of `text`, for what is to follow it.
    pub(super) fn before(&self, text: &str) -> Result<Before, TokenizerError> {
        let start = text.rmatch_indices(' ').nth(BORDER_WORDS - 1).map_or(0, |(at, _)| at);
        let text = text[start..].to_owned();
        Ok(Before { tokens: self.tokenizer.encode(&text, false)?, text })
    }

    /// What stands for whatever a text may follow.
    pub(super) fn before_any(&self) -> Result<Before, TokenizerError> {
        self.before(&self.words.first().map_or(String::new(), |word| word.repeat(2)))
    }

    /// A text of exactly `tokens` tokens, which stay apart from those before it: the tokens of both texts together are
    /// those of the one and of the other. Words have their space before them, but the first word of a prompt has none.
    ///
    /// # Errors
    /// When the tokenizer's tokens cannot be brought to this number.
    pub(super) fn write(
        &self,
        key: &str,
        which: &[u64],
        before: &Before,
        tokens: u32,
    ) -> Result<Arc<str>, PlanError> {
        let bytes = 64 + 6 * u64::from(tokens);
        let room = self.room.get().checked_sub(bytes);
        self.room.set(room.ok_or_else(|| PlanError::TooLong { key: key.to_owned() })?);
        let mut generator = generator(self.seed, key, which);
        let target = tokens as usize;
        let mut text = String::with_capacity(target * 6);
        let mut count = 0;
        for _ in 0..ROUNDS {
            for _ in count..target {
                self.push_word(&mut text, &mut generator, before);
            }
            for _ in target..count {
                text.truncate(text.rfind(' ').unwrap_or(0));
            }
            match self.count_behind(before, &text)? {
                Some(found) if found == target => return Ok(text.into()),
                Some(found) => count = found,
                None => {
                    text.clear();
                    count = 0;
                }
            }
        }
        Err(PlanError::Length { key: key.to_owned(), tokens })
    }

    fn push_word(&self, text: &mut String, generator: &mut StdRng, before: &Before) {
        let word = self.words[generator.random_range(0..self.words.len())];
        let opens = text.is_empty() && before.text.is_empty();
        text.push_str(if opens { word.trim_start() } else { word });
    }

    /// The tokens that `text` adds to what is before it; none when the border moves.
    fn count_behind(&self, before: &Before, text: &str) -> Result<Option<usize>, TokenizerError> {
        if before.text.is_empty() {
            return Ok(Some(self.tokenizer.encode(text, false)?.len()));
        }
        let both = self.tokenizer.encode(&format!("{}{text}", before.text), false)?;
        Ok(both.strip_prefix(&*before.tokens).map(<[_]>::len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(words: Vec<&str>, before: &str, tokens: u32) -> Result<Arc<str>, String> {
        let tokenizer = Tokenizer::default();
        let writer = Writer { words, ..Writer::new(&tokenizer, 1) };
        let before = writer.before(before).unwrap();
        writer.write("workload.question", &[0], &before, tokens).map_err(|error| error.to_string())
    }

    #[test]
    fn words_of_several_tokens_are_put_right() {
        // ` deterministic` is two tokens.
        let text = written(vec![" the", " deterministic"], "The system", 101).unwrap();
        assert_eq!(Tokenizer::default().encode(&text, false).unwrap().len(), 101);
        assert!(text.contains(" the") && text.contains(" deterministic"));
    }

    #[test]
    fn a_length_that_cannot_be_met_is_named() {
        let error = written(vec![" deterministic"], "The system", 101).unwrap_err();
        assert_eq!(error, "workload.question: no text of exactly 101 tokens can be made with this tokenizer");
    }

    #[test]
    fn a_border_that_moves_is_refused() {
        assert!(written(vec!["the"], "The sys", 1).is_err());
        assert!(written(vec!["the"], "", 1).is_ok());
    }
}
