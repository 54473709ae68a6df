//! What is measured: name, unit and formula of each metric (`bench.md` §7.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Times of a request. All are kept in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Sent − intended: how late the load generator was.
    Lag,
    /// First event − sent.
    Ttfe,
    /// First event with content − sent.
    Ttft,
    /// First event with content − intended: what a client sees that does not wait for others.
    TtftIntended,
    /// Last event with content − sent.
    E2e,
    /// Last event with content − intended.
    E2eIntended,
    /// (last − first event with content) / (output tokens − 1).
    Tpot,
    /// Between events with content, pooled over requests.
    Itl,
    /// E2E / output tokens.
    Ntpot,
}
