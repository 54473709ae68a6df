//! Metrics and logs.

mod decision_log;
mod limiter;
mod logs;
mod metrics;
mod plugin_timer;
mod process;

pub use decision_log::{DecisionLog, Record};
pub use limiter::Limiter;
pub use logs::{LogError, LogSettings, REQUEST, init_logs};
pub use metrics::{
    Answered, Mean, Metrics, OpenStream, PoolGauges, QueueOf, RequestLabels, RequestMetrics, Scheduled,
};
pub use plugin_timer::PluginTimer;
