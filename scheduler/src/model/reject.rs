//! Why a request is not routed.

use std::borrow::Cow;

use thiserror::Error;

/// The class of a refusal, which decides HTTP status and metric label (`epp.md` §1.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectKind {
    BadRequest,
    /// The body is larger than this picker takes.
    PayloadTooLarge,
    /// The pool is saturated, or every endpoint was filtered away.
    ResourceExhausted,
    /// No endpoint is there to be picked.
    ServiceUnavailable,
    /// No endpoint took the request that was routed.
    BadGateway,
    Internal,
}

impl RejectKind {
    /// The HTTP status that the client gets.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::PayloadTooLarge => 413,
            Self::ResourceExhausted => 429,
            Self::ServiceUnavailable => 503,
            Self::BadGateway => 502,
            Self::Internal => 500,
        }
    }
}

/// Value of the header `x-llm-d-request-dropped-reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DroppedReason {
    Saturated,
    NoEndpoints,
}

impl DroppedReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Saturated => "rejected-saturated",
            Self::NoEndpoints => "rejected-no-endpoints",
        }
    }
}

/// A request that is answered instead of routed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Reject {
    pub kind: RejectKind,
    /// What the client reads, without the prefix that names the class.
    pub message: Cow<'static, str>,
    pub reason: Option<DroppedReason>,
}

impl Reject {
    pub fn new(kind: RejectKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), reason: None }
    }

    #[must_use]
    pub fn because(self, reason: DroppedReason) -> Self {
        Self { reason: Some(reason), ..self }
    }

    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(RejectKind::BadRequest, message)
    }
}
