//! The configuration as plain data: defaults filled in, references as indices.

mod kind;
mod metric;
mod parameters;
mod selector;

use serde::Serialize;

pub use self::kind::PluginKind;
pub use self::metric::MetricSpec;
pub use self::parameters::*;
pub use self::selector::{LabelRequirement, LabelSelector, Operator};
use crate::finding::Place;

/// Which upstream a configuration is written for; behaviour follows it (`epp.md` appendix C).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Dialect {
    /// `inference.networking.x-k8s.io/v1alpha1`: GAIE 1.x and llm-d-inference-scheduler to 0.5.
    Gaie,
    /// `llm-d.ai/v1alpha1`: llm-d-router.
    #[default]
    Router,
}

impl Dialect {
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Gaie => "inference.networking.x-k8s.io/v1alpha1",
            Self::Router => "llm-d.ai/v1alpha1",
        }
    }
}

/// An endpoint picker's configuration.
///
/// Indices of plugins count in [`Config::plugins`], those of profiles in [`Config::profiles`]; both are in range.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Config {
    pub dialect: Dialect,
    pub feature_gates: FeatureGates,
    /// The written plugins in their order, then the implied ones.
    pub plugins: Vec<Plugin>,
    /// At least one; each has exactly one picker.
    pub profiles: Vec<Profile>,
    /// Index of the one plugin that is a profile handler.
    pub profile_handler: usize,
    /// What tells that the pool is saturated.
    pub saturation: SaturationDetector,
    /// Endpoints from a file; none when they come from Kubernetes.
    pub discovery: Option<FileDiscovery>,
    /// Which request bodies are understood, first match wins. In the Gaie dialect every path is OpenAI's.
    pub parsers: Vec<Parser>,
    pub data_layer: DataLayer,
}

/// What is switched on by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FeatureGates {
    /// Queues before scheduling; not there yet.
    pub flow_control: bool,
    /// Standbys keep their datastore filled. Default true.
    pub warm_standby: bool,
}

impl Default for FeatureGates {
    fn default() -> Self {
        Self { flow_control: false, warm_standby: true }
    }
}

/// A named plugin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plugin {
    /// Unique among the written plugins. An implied prefix producer may bear the name of its scorer.
    pub name: String,
    /// The type string as it was written, such as `queue-scorer`.
    pub type_name: &'static str,
    pub role: Role,
    pub kind: PluginKind,
    /// Where its list item begins; the whole source when it is implied.
    #[serde(skip)]
    pub place: Place,
    /// Not written, but needed by what was.
    pub is_implied: bool,
    /// A profile, another plugin or a section names it.
    pub is_referenced: bool,
}

/// What a plugin is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Role {
    Filter,
    Scorer,
    Picker,
    ProfileHandler,
    /// Decides for a profile handler whether a stage runs.
    Decider,
    /// Prepares what scorers and filters read.
    Producer,
    /// Understands request bodies.
    Parser,
    SaturationDetector,
    /// Tells which endpoints there are.
    Discovery,
    /// Acts on requests, responses or metrics as soon as it is declared.
    Hook,
}

impl Role {
    /// Whether a profile is made of such plugins.
    pub fn is_in_profiles(self) -> bool {
        matches!(self, Self::Filter | Self::Scorer | Self::Picker)
    }

    /// As it reads in a message: "a filter".
    pub fn described(self) -> &'static str {
        match self {
            Self::Filter => "a filter",
            Self::Scorer => "a scorer",
            Self::Picker => "a picker",
            Self::ProfileHandler => "a profile handler",
            Self::Decider => "a decider",
            Self::Producer => "a producer",
            Self::Parser => "a parser",
            Self::SaturationDetector => "a saturation detector",
            Self::Discovery => "a source of endpoints",
            Self::Hook => "a plugin that acts by itself",
        }
    }
}

/// A way to choose endpoints: filters in their order, scorers, one picker.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    pub name: String,
    pub plugins: Vec<ProfilePlugin>,
    #[serde(skip)]
    pub place: Place,
}

/// A plugin of a profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProfilePlugin {
    /// Index of the plugin.
    pub plugin: usize,
    /// What a scorer's scores are multiplied by; 1 when not written. Means nothing for others.
    pub weight: f64,
    /// Where the weight was written; none when it was not.
    #[serde(skip)]
    pub weight_place: Option<Place>,
}

/// What tells that the pool is saturated (`epp.md` §4.11).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum SaturationDetector {
    Utilization(UtilizationDetector),
    Concurrency(ConcurrencyDetector),
}

/// Where the endpoints' metrics come from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DataLayer {
    /// How metrics are scraped; none when nothing is (`injectDefaults: false` without a source).
    pub metrics: Option<MetricsDataSource>,
    /// Which metrics of which engine mean what.
    pub extractor: CoreMetricsExtractor,
}
