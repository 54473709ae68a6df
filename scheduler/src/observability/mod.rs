//! Metrics and logs.

mod plugin_timer;

pub use plugin_timer::PluginTimer;
