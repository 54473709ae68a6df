//! What the picker reads of request and response bodies, and the few bytes of them that it changes.
//!
//! A request body is scanned once ([`parse`]): no tree, no unescaping, no copy of the prompt. What comes out are the few
//! values that decide something and the byte ranges that make up the prompt. A response is forwarded as it comes
//! ([`ResponseReader`]), while its token counts are read in passing.
//!
//! The rules are those of `epp.md` §1.7 and §1.8; the error texts are the recorded ones.

mod error;
mod events;
mod json;
mod model;
mod parsers;
mod request;
mod response;
mod restore;
mod shape;
mod usage;

pub use error::BodyError;
pub use model::splice_model;
pub use parsers::{Parser, Parsers};
pub use request::{ParsedBody, parse};
pub use response::ResponseReader;
pub use restore::RestoreModel;
pub use shape::Api;
pub use usage::Usage;

/// Which generation of the picker a body is judged by.
///
/// The two differ in what a client sees of a refused body; what is accepted is the same in both, with one addition: see
/// [`BodyRules::Gaie`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyRules {
    /// The older generation: the model is required before anything else is looked at, and a completions body is accepted on
    /// the chat path and the other way round.
    Gaie,
    /// The newer generation: the path alone says what the body is, and a missing model is for the director to judge.
    Router,
}
