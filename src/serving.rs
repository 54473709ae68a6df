//! What clients of a running stack need to know of it.

use serde::{Deserialize, Serialize};

/// A stack that serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Serving {
    /// `http://HOST:PORT`: where requests go.
    pub front_door: String,
    /// The name that requests give.
    pub model: String,
    /// The picker's `/metrics`; none where it cannot be reached from here.
    pub picker_metrics: Option<String>,
    /// The model servers; empty where they cannot be reached from here.
    pub replicas: Vec<Replica>,
}

/// One model server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Replica {
    /// As `x-inference-pod` of its answers says.
    pub name: String,
    /// `http://HOST:PORT`.
    pub url: String,
}
