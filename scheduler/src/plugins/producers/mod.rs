//! Producers: what is found out about a prompt before endpoints are scored.

mod approx_prefix;

pub use approx_prefix::ApproxPrefix;
