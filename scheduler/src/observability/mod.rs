//! Metrics and logs.

mod decision_log;
mod metrics;
mod plugin_timer;
mod process;

pub use decision_log::{DecisionLog, Record, refill};
pub use metrics::{
    Answered, Mean, Metrics, OpenStream, PoolGauges, QueueOf, RequestLabels, RequestMetrics, Scheduled,
};
pub use plugin_timer::PluginTimer;
