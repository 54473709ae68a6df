//! What plugins are built with beside their parameters.

use std::sync::Arc;
use std::time::Duration;

use crate::expected_latency::{Parameters, Policy};
use crate::observability::PluginTimer;

/// Where in a decision a plugin acts, as the metric families label it (`extension_point`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExtensionPoint {
    DataProducer,
    ProfilePicker,
    Filter,
    Scorer,
    Picker,
    ProcessProfilesResults,
    PreRequest,
    ResponseReceived,
}

impl ExtensionPoint {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DataProducer => "DataProducer",
            Self::ProfilePicker => "ProfilePicker",
            Self::Filter => "Filter",
            Self::Scorer => "Scorer",
            Self::Picker => "Picker",
            Self::ProcessProfilesResults => "ProcessProfilesResults",
            Self::PreRequest => "PreRequest",
            Self::ResponseReceived => "ResponseReceived",
        }
    }
}

/// What plugins are built with beside their parameters.
#[derive(Clone)]
pub struct Context<'a> {
    /// Gives the timer of a plugin by the point at which it acts, its type and its name.
    pub timer: &'a dyn Fn(ExtensionPoint, &str, &str) -> PluginTimer,
    /// Most bytes of memory that one prefix index may take.
    pub prefix_index_bytes: usize,
    /// Metrics older than this count as unknown to scorers.
    pub metrics_staleness: Duration,
    /// Of the pool; what `expected-latency-scorer` goes by.
    pub policy: Arc<Policy>,
}

impl Default for Context<'_> {
    /// Nothing is timed; 512 MiB for an index, which are 22 million blocks; 2 s as the flag
    /// `--metrics-staleness-threshold` has it.
    fn default() -> Self {
        Self {
            timer: &|_, _, _| PluginTimer::default(),
            prefix_index_bytes: 512 << 20,
            metrics_staleness: Duration::from_secs(2),
            policy: Arc::new(Policy::new(Parameters::default())),
        }
    }
}
