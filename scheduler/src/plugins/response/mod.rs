//! What acts on answers, and nothing else.

mod served_verifier;

pub(super) use served_verifier::ServedVerifier;
