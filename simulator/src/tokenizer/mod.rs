//! Text to tokens, and tokens that make a text.
//!
//! By default a text is cut into [pieces] whose identifiers are hashes: nothing to download, the same everywhere, about
//! four characters of English prose a token. A model's own `tokenizer.json` takes their place where counts and
//! identifiers must be the model's.

mod block_hashes;
mod chat;
mod file;
mod pieces;
#[cfg(test)]
mod tests;
mod word_stream;
mod words;

use std::path::Path;
use std::sync::Arc;

pub use block_hashes::BlockHasher;
pub use chat::{ChatMessage, render_chat};
pub use file::TokenizerError;
use pieces::{identifier, pieces};
pub use word_stream::WordStream;
use words::Word;

/// Number of a token in the vocabulary.
pub type TokenId = u32;

/// Turns texts into tokens. Cheap to clone.
#[derive(Clone)]
pub struct Tokenizer {
    /// None: [pieces].
    file: Option<Arc<file::Tokenizer>>,
    words: Arc<[Word]>,
}

impl Default for Tokenizer {
    /// The tokenizer that needs no file.
    fn default() -> Self {
        Self { file: None, words: words::english().into() }
    }
}

impl Tokenizer {
    /// Reads a `tokenizer.json` in Hugging Face's format.
    ///
    /// # Errors
    /// When it cannot be read, or has no words to make answers of.
    pub fn from_file(path: &Path) -> Result<Self, TokenizerError> {
        let file = file::read(path)?;
        let words = file::words(&file, path)?.into();
        Ok(Self { file: Some(Arc::new(file)), words })
    }

    /// The tokens of `text`. `add_special_tokens` adds what the model's tokenizer puts around a prompt, such as a token
    /// that begins every text; the default one has none.
    ///
    /// # Errors
    /// When the tokenizer of the file has no tokens for `text`.
    pub fn encode(&self, text: &str, add_special_tokens: bool) -> Result<Vec<TokenId>, TokenizerError> {
        match &self.file {
            Some(file) => file::encode(file, text, add_special_tokens),
            None => Ok(pieces(text).map(identifier).collect()),
        }
    }

    /// Words that are one token each behind one another, with the space before them; never none. What texts of a known
    /// length are made of.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &str> {
        self.words.iter().map(|word| &*word.text)
    }

    /// The answer to `prompt`, the whole text that was encoded.
    pub fn answer(&self, prompt: &str, seed: u64) -> WordStream {
        WordStream::new(Arc::clone(&self.words), prompt, seed)
    }
}
