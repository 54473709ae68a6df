//! What refused clients read: one table for both generations (`epp.md` §1.10, as recorded).

use llmd_api::Dialect;

use super::Director;
use crate::model::{DroppedReason, Reject, RejectKind};

/// The name of a class of refusals, as the body and the metrics label carry it.
pub(super) fn code(dialect: Dialect, kind: RejectKind) -> &'static str {
    match (kind, dialect) {
        (RejectKind::BadRequest, _) => "BadRequest",
        (RejectKind::PayloadTooLarge, _) => "PayloadTooLarge",
        (RejectKind::ResourceExhausted, Dialect::Gaie) => "InferencePoolResourceExhausted",
        (RejectKind::ResourceExhausted, Dialect::Router) => "ResourceExhausted",
        (RejectKind::ServiceUnavailable, _) => "ServiceUnavailable",
        (RejectKind::BadGateway, _) => "BadGateway",
        (RejectKind::Internal, _) => "Internal",
    }
}

/// No endpoint is in the pool, or none of those that the proxy allows.
pub(super) fn no_candidates(dialect: Dialect) -> Reject {
    let kind = RejectKind::ServiceUnavailable;
    match dialect {
        Dialect::Gaie => Reject::new(kind, "failed to find candidate pods for serving the request"),
        Dialect::Router => Reject::new(kind, "failed to find endpoint candidates for serving the request")
            .because(DroppedReason::NoEndpoints),
    }
}

/// A request of negative priority while the pool is saturated.
pub(super) fn saturated() -> Reject {
    Reject::new(RejectKind::ResourceExhausted, "system saturated, sheddable request dropped")
}

/// A request without a body, and nobody to send it to.
pub(super) fn empty_pool() -> Reject {
    Reject::new(RejectKind::Internal, "no pods available in datastore")
}

/// The scheduler found no endpoint; the older generation says which profile failed.
pub(super) fn not_scheduled(dialect: Dialect, reject: Reject, profile: &str) -> Reject {
    match dialect {
        Dialect::Gaie => Reject::new(
            reject.kind,
            format!("failed to find target pod: failed to run scheduler profile '{profile}'"),
        ),
        Dialect::Router => reject,
    }
}

impl Director {
    /// The text that a refused client reads.
    pub fn refusal_text(&self, reject: &Reject) -> String {
        let dialect = self.settings.dialect;
        let prefix = match dialect {
            Dialect::Gaie => "inference gateway",
            Dialect::Router => "inference error",
        };
        format!("{prefix}: {} - {}", code(dialect, reject.kind), reject.message)
    }
}
