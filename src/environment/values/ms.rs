//! TEMPORARY
use schemars::JsonSchema; use serde::Deserialize; use super::Values;
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Ms {}
impl Values for Ms { const KEY: &'static str = "ms"; }
