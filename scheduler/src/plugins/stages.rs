//! Counting how requests were split.

use llmd_api::{Config, PluginKind};

use crate::model::Decision;

/// The profile of the prefill stage, for those who count decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stages {
    prefill: Option<usize>,
}

impl Stages {
    /// None when the profile handler splits no requests.
    pub(super) fn of(config: &Config) -> Option<Self> {
        match &config.plugins.get(config.profile_handler)?.kind {
            PluginKind::DisaggProfileHandler(handler) => Some(Self { prefill: handler.prefill }),
            _ => None,
        }
    }

    /// The label `decision_type` of `pd_decision_total` and `disagg_decision_total` (`epp.md` §4.7).
    pub fn decision_type(self, decision: &Decision) -> &'static str {
        match self.prefill.and_then(|profile| decision.of_profile(profile)) {
            Some(_) => "prefill-decode",
            None => "decode-only",
        }
    }
}
