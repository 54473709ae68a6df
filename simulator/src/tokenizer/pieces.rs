//! The default tokens.
//!
//! A piece is, from left to right and as long as it can be, but of at most [`LONGEST`] bytes:
//! - letters, digits and `_`, with one space before them if there is one (` word`);
//! - white space, without the space that belongs to a word after it;
//! - anything else.
//!
//! A longer run is cut every [`LONGEST`] bytes (between characters). Where a piece ends depends on no more than the two
//! characters behind it, so that a prompt and the same prompt with more behind it share their tokens up to its end.

use xxhash_rust::xxh64::xxh64;

use super::TokenId;

/// Bytes in the longest piece.
pub(super) const LONGEST: usize = 8;

/// Token identifiers are below this: the size of Qwen3's vocabulary.
pub(super) const VOCABULARY: u64 = 151_936;

/// The identifier of a piece: its XXH64 modulo [`VOCABULARY`]. Two pieces may share one, as nothing here needs the way back.
pub(super) fn identifier(piece: &str) -> TokenId {
    (xxh64(piece.as_bytes(), 0) % VOCABULARY) as TokenId
}

/// The pieces of a text; together they are the text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(first(rest)?);
        rest = after;
        Some(piece)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Space,
    Sign,
}

impl Class {
    fn of(character: char) -> Self {
        if character.is_alphanumeric() || character == '_' {
            Self::Word
        } else if character.is_whitespace() {
            Self::Space
        } else {
            Self::Sign
        }
    }
}

/// Bytes of the first piece; none of an empty text.
fn first(text: &str) -> Option<usize> {
    let class = Class::of(text.chars().next()?);
    let length = run(text, class, 0);
    if class != Class::Space {
        return Some(length);
    }
    let (spaces, after) = text.split_at(length);
    let word_follows = after.chars().next().is_some_and(|character| Class::of(character) == Class::Word);
    Some(match (word_follows && spaces.ends_with(' '), length) {
        (false, _) => length,
        (true, 1) => 1 + run(after, Class::Word, 1),
        (true, _) => length - 1,
    })
}

/// Bytes of the characters of one class that `text` begins with, while they and `before` bytes fit into a piece.
fn run(text: &str, class: Class, before: usize) -> usize {
    let ends = text.char_indices().take_while(|&(_, character)| Class::of(character) == class);
    let ends = ends.map(|(at, character)| at + character.len_utf8());
    ends.take_while(|end| before + end <= LONGEST).last().unwrap_or(0)
}
