//! Metrics and logs.

mod metrics;
mod plugin_timer;
mod process;

pub use metrics::{
    Answered, Mean, Metrics, OpenStream, PoolGauges, QueueOf, RequestLabels, RequestMetrics, Scheduled,
};
pub use plugin_timer::PluginTimer;
