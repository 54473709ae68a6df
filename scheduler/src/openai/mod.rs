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
pub use parsers::Parsers;
pub use request::{ParsedBody, parse};
pub use response::ResponseReader;
pub use restore::RestoreModel;
pub use shape::Api;
pub use usage::Usage;
