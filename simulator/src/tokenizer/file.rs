//! A model's own tokenizer.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

pub(super) use tokenizers::Tokenizer;

use super::TokenId;
use super::words::Word;

/// Words that a vocabulary gives at most.
const MOST_WORDS: usize = 1024;

/// Why a tokenizer cannot be had, or a text not be encoded.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    #[error("read the tokenizer {path}", path = path.display())]
    Read { path: PathBuf, source: tokenizers::Error },
    #[error("make answers with the tokenizer {path}: it has no words of one token each", path = path.display())]
    NoWords { path: PathBuf },
    #[error("encode the text")]
    Encode { source: tokenizers::Error },
}

pub(super) fn read(path: &Path) -> Result<Tokenizer, TokenizerError> {
    Tokenizer::from_file(path).map_err(|source| TokenizerError::Read { path: path.to_owned(), source })
}

pub(super) fn encode(
    tokenizer: &Tokenizer,
    text: &str,
    add_special_tokens: bool,
) -> Result<Vec<TokenId>, TokenizerError> {
    let encoding = tokenizer.encode_fast(text, add_special_tokens);
    Ok(encoding.map_err(|source| TokenizerError::Encode { source })?.get_ids().to_vec())
}

/// The first words of the vocabulary that are one token each behind another word and at the beginning of a line.
pub(super) fn words(tokenizer: &Tokenizer, path: &Path) -> Result<Vec<Word>, TokenizerError> {
    let encode = |text: &str| encode(tokenizer, text, false).unwrap_or_default();
    let line = encode("a\n");
    let mut seen = HashSet::new();
    let words = (0..tokenizer.get_vocab_size(true)).filter_map(|id| {
        let token = tokenizer.id_to_token(u32::try_from(id).ok()?)?;
        // The marks with which byte-level and sentence-piece vocabularies write the space before a word.
        let text = token.trim_start_matches(['Ġ', '▁']);
        if text.is_empty()
            || !text.bytes().all(|byte| byte.is_ascii_lowercase())
            || !seen.insert(text.to_owned())
        {
            return None;
        }
        let spaced = format!(" {text}").into_boxed_str();
        let &[id, same] = encode(&spaced.repeat(2)).as_slice() else { return None };
        let at_line = encode(&format!("a\n{text}"));
        let (&bare, before) = at_line.split_last()?;
        (id == same && before == line).then_some(Word { text: spaced, spaced: id, bare })
    });
    let words: Vec<_> = words.take(MOST_WORDS).collect();
    if words.is_empty() { Err(TokenizerError::NoWords { path: path.to_owned() }) } else { Ok(words) }
}
