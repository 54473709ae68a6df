//! Why a request body is refused.

use super::json::Malformed;

/// A refused request body. The text is what a client reads after `inference error: BadRequest - ` or its older twin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// No parser of an explicit list claims the path.
    #[error("no parser registered matching path suffix for: {0}")]
    UnknownPath(Box<str>),
    /// The body is no JSON object ([`Dialect::Router`](llmd_api::Dialect::Router)).
    #[error("error unmarshaling request bodyMap: {0}")]
    Malformed(Malformed),
    /// The body is no JSON object ([`Dialect::Gaie`](llmd_api::Dialect::Gaie)).
    #[error("Error unmarshaling request body")]
    MalformedGaie,
    /// The body names no model, or something that is no model name. Under the router's rules the director says so, and only
    /// if no rewrite supplies the model.
    #[error("model not found in request body")]
    ModelNotFound,
    /// The part of the body that the engine would work on is missing, empty or of the wrong kind.
    #[error("{0}")]
    NoPrompt(&'static str),
}
