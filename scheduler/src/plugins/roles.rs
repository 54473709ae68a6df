//! The registry: what each kind of plugin is.

use std::sync::Arc;

use llmd_api::config::{SessionAffinityScorer, SessionStrategy};
use llmd_api::{Config, Plugin, PluginKind};

use super::filters::{HeaderTestFilter, RoleFilter};
use super::pickers::{MaxScorePicker, RandomPicker, WeightedRandomPicker};
use super::pre_request::PrefillHeader;
use super::producers::ApproxPrefix;
use super::profile_handlers::{DataParallelHandler, DisaggHandler, HeaderHandler, SingleHandler};
use super::response::ServedVerifier;
use super::scorers::{
    ActiveRequestScorer, EncodedEndpoint, ExpectedLatencyScorer, Known, KvCacheUtilizationScorer,
    LoadAwareScorer, LoraAffinityScorer, NoHitLruScorer, PrefixCacheScorer, QueueScorer,
    RunningRequestsScorer, SessionId,
};
use super::{BuildError, Context};
use crate::scheduling::{Filter, Picker, PreRequest, ProfileHandler, ResponseReceived, Scorer};

/// What one plugin can do.
#[derive(Default)]
pub(super) struct Roles {
    pub(super) filter: Option<Arc<dyn Filter>>,
    pub(super) scorer: Option<Arc<dyn Scorer>>,
    pub(super) picker: Option<Arc<dyn Picker>>,
    pub(super) handler: Option<Arc<dyn ProfileHandler>>,
    pub(super) producer: Option<Arc<ApproxPrefix>>,
    pub(super) pre_request: Option<Arc<dyn PreRequest>>,
    pub(super) response_received: Option<Arc<dyn ResponseReceived>>,
}

impl Roles {
    /// Makes the objects of the plugin with this index.
    #[expect(clippy::too_many_lines, reason = "it is the list of plugins")]
    pub(super) fn of(index: usize, config: &Config, context: &Context<'_>) -> Result<Self, BuildError> {
        let plugin = &config.plugins[index];
        let known = Known { staleness: context.metrics_staleness };
        let producer_at = |index| position(config, index);
        Ok(match &plugin.kind {
            PluginKind::DecodeFilter => Self::filter(RoleFilter::decode(config.dialect)),
            PluginKind::PrefillFilter => Self::filter(RoleFilter::prefill(config.dialect)),
            PluginKind::LabelFilter(filter) => Self::filter(filter.clone()),
            PluginKind::LabelSelectorFilter(selector) => Self::filter(selector.clone()),
            PluginKind::HeaderBasedTestingFilter => Self::filter(HeaderTestFilter),
            PluginKind::UtilizationDetector(detector) => Self::filter(detector.clone()),
            PluginKind::ConcurrencyDetector(detector) => Self::filter(detector.clone()),

            PluginKind::QueueScorer => Self::scorer(QueueScorer(known)),
            PluginKind::RunningRequestsSizeScorer => Self::scorer(RunningRequestsScorer(known)),
            PluginKind::KvCacheUtilizationScorer => Self::scorer(KvCacheUtilizationScorer(known)),
            PluginKind::LoadAwareScorer { threshold } => {
                Self::scorer(LoadAwareScorer { known, threshold: *threshold as f64 })
            }
            PluginKind::ActiveRequestScorer(scorer) => Self::scorer(ActiveRequestScorer {
                idle_threshold: scorer.idle_threshold,
                max_busy_score: scorer.max_busy_score,
            }),
            PluginKind::PrefixCacheScorer(scorer) => Self::scorer(PrefixCacheScorer {
                producer: producer_at(scorer.producer).ok_or_else(|| BuildError::not_built(plugin))?,
                length_weight: scorer.match_length_weight,
                scale_tokens: scorer.match_length_scale_tokens as f64,
            }),
            PluginKind::LoraAffinityScorer => Self::scorer(LoraAffinityScorer),
            PluginKind::SessionAffinityScorer(scorer) => Self::session_affinity(scorer),
            PluginKind::NoHitLruScorer { producer, lru_size: _ } => {
                let scorer = Arc::new(NoHitLruScorer::new(producer.and_then(producer_at)));
                Self { scorer: Some(scorer.clone()), pre_request: Some(scorer), ..Self::default() }
            }
            PluginKind::ExpectedLatencyScorer(scorer) => {
                let producer = producer_at(scorer.producer).ok_or_else(|| BuildError::not_built(plugin))?;
                Self::scorer(ExpectedLatencyScorer::new(
                    Arc::clone(&context.policy),
                    producer,
                    context.metrics_staleness,
                ))
            }

            PluginKind::MaxScorePicker { max_endpoints } => {
                Self::picker(MaxScorePicker { max_endpoints: (*max_endpoints).max(1) })
            }
            PluginKind::WeightedRandomPicker { max_endpoints } => {
                Self::picker(WeightedRandomPicker { max_endpoints: (*max_endpoints).max(1) })
            }
            PluginKind::RandomPicker { max_endpoints } => {
                Self::picker(RandomPicker { max_endpoints: (*max_endpoints).max(1) })
            }

            PluginKind::SingleProfileHandler => Self::handler(SingleHandler),
            PluginKind::DisaggProfileHandler(handler) => {
                Self::handler(DisaggHandler::new(handler, producer_at))
            }
            PluginKind::DataParallelProfileHandler { primary_port } => {
                Self::handler(DataParallelHandler { primary_port: *primary_port })
            }
            PluginKind::HeaderProfileHandler(handler) => Self::handler(HeaderHandler {
                header: handler.header.clone(),
                default_profile: handler.default_profile,
                profiles: config.profiles.iter().map(|profile| profile.name.clone()).collect(),
            }),

            PluginKind::ApproxPrefixCacheProducer(producer) => {
                let position = producer_at(index).unwrap_or_default();
                let producer = Arc::new(ApproxPrefix::new(producer, position, context.prefix_index_bytes));
                Self { producer: Some(producer.clone()), pre_request: Some(producer), ..Self::default() }
            }
            PluginKind::PrefillHeaderHandler { prefill } => {
                Self { pre_request: Some(Arc::new(PrefillHeader { profile: *prefill })), ..Self::default() }
            }
            PluginKind::DestinationEndpointServedVerifier => {
                Self { response_received: Some(Arc::new(ServedVerifier)), ..Self::default() }
            }

            // Read elsewhere: deciders by their handler, the rest by the data layer, the parsers and the discovery.
            PluginKind::AlwaysDisaggPdDecider
            | PluginKind::PrefixBasedPdDecider(_)
            | PluginKind::TokenProducer
            | PluginKind::InflightLoadProducer(_)
            | PluginKind::MetricsDataSource(_)
            | PluginKind::CoreMetricsExtractor(_)
            | PluginKind::FileDiscovery(_)
            | PluginKind::Parser(_)
            | PluginKind::Later { .. } => Self::default(),
        })
    }

    fn filter(filter: impl Filter + 'static) -> Self {
        Self { filter: Some(Arc::new(filter)), ..Self::default() }
    }

    fn scorer(scorer: impl Scorer + 'static) -> Self {
        Self { scorer: Some(Arc::new(scorer)), ..Self::default() }
    }

    fn picker(picker: impl Picker + 'static) -> Self {
        Self { picker: Some(Arc::new(picker)), ..Self::default() }
    }

    fn handler(handler: impl ProfileHandler + 'static) -> Self {
        Self { handler: Some(Arc::new(handler)), ..Self::default() }
    }

    fn session_affinity(config: &SessionAffinityScorer) -> Self {
        match &config.strategy {
            SessionStrategy::EncodedEndpoint { header } => {
                let scorer = Arc::new(EncodedEndpoint::new(header, config.profile));
                Self { scorer: Some(scorer.clone()), response_received: Some(scorer), ..Self::default() }
            }
            SessionStrategy::SessionId { headers, idle } => {
                let scorer = Arc::new(SessionId::new(headers.clone(), *idle, config.profile));
                Self { scorer: Some(scorer.clone()), pre_request: Some(scorer), ..Self::default() }
            }
        }
    }
}

fn is_producer(plugin: &Plugin) -> bool {
    matches!(plugin.kind, PluginKind::ApproxPrefixCacheProducer(_))
}

/// The position among the scheduler's producers of the plugin with this index; none when it is no producer.
fn position(config: &Config, index: usize) -> Option<usize> {
    let before = config.plugins.get(..index)?;
    is_producer(config.plugins.get(index)?)
        .then(|| before.iter().filter(|plugin| is_producer(plugin)).count())
}

/// The position of the producer that `expected-latency-scorer` reads; the first where there is no such scorer.
pub(super) fn producer_of_the_policy(config: &Config) -> usize {
    let scorer = config.plugins.iter().find_map(|plugin| match &plugin.kind {
        PluginKind::ExpectedLatencyScorer(scorer) => position(config, scorer.producer),
        _ => None,
    });
    scorer.unwrap_or_default()
}
