//! A picker put together: plugins, director, datastore, metrics.

use std::sync::Arc;
use std::time::Duration;

use llmd_api::Config;

use crate::clock::Clock;
use crate::datastore::Datastore;
use crate::director::{Director, Parts, Settings};
use crate::expected_latency::Policy;
use crate::observability::{DecisionLog, Metrics};
use crate::plugins::{self, ApproxPrefix, BuildError, Context};
use crate::scheduling::Watched;

/// What a picker is made with beside its configuration.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Options {
    pub heed_subset: bool,
    pub emit_endpoint_scores: bool,
    pub max_body_bytes: usize,
    /// Whether to leave answers alone where no plugin needs them.
    pub skip_responses: bool,
    pub metrics_staleness: Duration,
    pub stream_metrics: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            heed_subset: true,
            emit_endpoint_scores: false,
            max_body_bytes: 64 << 20,
            skip_responses: false,
            metrics_staleness: Duration::from_secs(2),
            stream_metrics: false,
        }
    }
}

/// Everything that decides, with nothing that listens.
pub struct Picker {
    pub clock: Clock,
    pub datastore: Arc<Datastore>,
    pub director: Arc<Director>,
    pub metrics: Arc<Metrics>,
    pub log: Arc<DecisionLog>,
    /// The prefix indexes, by the name of their plugin.
    pub prefix_indexes: Vec<(Box<str>, Arc<ApproxPrefix>)>,
}

impl Picker {
    /// # Errors
    /// When the configuration's plugins cannot be made.
    pub fn new(config: &Config, options: &Options) -> Result<Self, BuildError> {
        Self::with_clock(config, options, Clock::start())
    }

    /// The same where time is counted by a given clock.
    ///
    /// # Errors
    /// When the configuration's plugins cannot be made.
    pub fn with_clock(config: &Config, options: &Options, clock: Clock) -> Result<Self, BuildError> {
        let metrics = Metrics::new(options.stream_metrics);
        let policy = Arc::new(Policy::new(plugins::parameters(config)));
        let context = Context {
            timer: &|point, plugin_type, name| metrics.plugin_timer(point.as_str(), plugin_type, name),
            metrics_staleness: options.metrics_staleness,
            policy: Arc::clone(&policy),
            ..Context::default()
        };
        let built = plugins::build(config, &context)?;
        let datastore = Arc::new(Datastore::default());
        for (_, index) in &built.prefix_indexes {
            let index = Arc::clone(index);
            datastore.on_removed(move |endpoint| index.forget(endpoint));
        }
        let log = Arc::new(DecisionLog::default());
        let settings = Settings {
            dialect: config.dialect,
            parsers: built.parsers,
            heed_subset: options.heed_subset,
            emit_endpoint_scores: options.emit_endpoint_scores,
            max_body_bytes: options.max_body_bytes,
            watched: if options.skip_responses {
                built.watched
            } else {
                built.watched.max(Watched::Inference)
            },
        };
        let director = Director::new(Parts {
            datastore: Arc::clone(&datastore),
            scheduler: built.scheduler,
            saturation: built.saturation,
            stages: built.stages,
            policy,
            producer: built.producer,
            settings,
            clock: clock.clone(),
            metrics: Arc::clone(&metrics),
            log: Arc::clone(&log),
        });
        Ok(Self { clock, datastore, director, metrics, log, prefix_indexes: built.prefix_indexes })
    }
}
