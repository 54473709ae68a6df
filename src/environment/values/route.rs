//! Values of the HTTPRoute, which the guide applies by hand and no chart renders.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Values;

/// The HTTPRoute from the Gateway to the InferencePool.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Route {
    /// Whether there is a route.
    pub enabled: bool,
    /// Port of the backend reference; null leaves it out.
    pub port: Option<u16>,
    /// Timeouts of the route's rule; null leaves them to the Gateway.
    pub timeouts: Option<RouteTimeouts>,
}

/// Timeouts as Gateway API durations; `0s` is none.
#[derive(Clone, Debug, Default, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RouteTimeouts {
    /// From the request's arrival to the end of the answer.
    pub request: Option<String>,
    /// For one try at a backend.
    pub backend_request: Option<String>,
}

impl Values for Route {
    const KEY: &'static str = "route";
}
