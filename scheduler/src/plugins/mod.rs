//! The plugins, and the scheduler that a configuration makes of them.
//!
//! One file holds one plugin; `roles.rs` is the registry, which knows what each kind of plugin can do. The rules are those
//! of `epp.md` §4, with the defects mended that `scheduler/README.md` lists.
//!
//! ```text
//! Config ─► Roles of each plugin ─► profiles, handler, producers, hooks ─► Scheduler
//! ```

mod context;
mod filters;
mod pickers;
mod policy;
mod pre_request;
mod producers;
mod profile_handlers;
mod response;
mod roles;
mod saturation;
mod scorers;
mod stages;
#[cfg(test)]
mod testbed;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use llmd_api::config::Profile;
use llmd_api::{Config, Dialect, Plugin, PluginKind};
use thiserror::Error;

pub use context::{Context, ExtensionPoint};
pub use policy::parameters;
pub use producers::ApproxPrefix;
pub use saturation::SaturationDetector;
pub use stages::Stages;

use crate::openai::Parsers;
use crate::scheduling::{Named, Producer, Scheduler, SchedulingProfile, Watched, WeightedScorer};
use roles::Roles;

/// Bytes of text that count as one token: there is no tokenizer (`epp.md` §4.3).
const BYTES_PER_TOKEN: usize = 4;

/// What a configuration makes.
pub struct Built {
    pub scheduler: Scheduler,
    pub saturation: SaturationDetector,
    pub parsers: Parsers,
    /// The answers that some plugin needs to see.
    pub watched: Watched,
    /// The stages of a request, if a profile handler knows any.
    pub stages: Option<Stages>,
    /// Position among them of the producer by which `expected-latency-scorer` knows cached prefixes; the first without
    /// that scorer.
    pub producer: usize,
    /// The scheduler's producers, with their names. They must be told of every endpoint that goes.
    pub prefix_indexes: Vec<(Box<str>, Arc<ApproxPrefix>)>,
}

/// Why no scheduler can be made of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BuildError {
    #[error("the plugin `{name}` ({type_name}) is not built")]
    NotBuilt { name: String, type_name: &'static str },
    #[error("the profile `{profile}` has no picker")]
    NoPicker { profile: String },
    #[error("there is no profile handler")]
    NoProfileHandler,
}

impl BuildError {
    fn not_built(plugin: &Plugin) -> Self {
        Self::NotBuilt { name: plugin.name.clone(), type_name: plugin.type_name }
    }
}

/// Makes the plugins of a configuration.
///
/// # Errors
/// When a plugin cannot be made, or when a profile or the configuration lacks what every one has that was loaded.
pub fn build(config: &Config, context: &Context<'_>) -> Result<Built, BuildError> {
    let indexes = 0..config.plugins.len();
    let roles: Result<_, _> = indexes.map(|index| Roles::of(index, config, context)).collect();
    let parts = Parts { config, context, roles: roles? };
    let handler = parts.role(config.profile_handler).and_then(|roles| roles.handler.clone());
    let handler = handler.ok_or(BuildError::NoProfileHandler)?;
    let finish_timer = parts.timer(config.profile_handler, ExtensionPoint::ProcessProfilesResults);
    let scheduler = Scheduler {
        profiles: config.profiles.iter().map(|profile| parts.profile(profile)).collect::<Result<_, _>>()?,
        handler: parts.named(config.profile_handler, ExtensionPoint::ProfilePicker, handler),
        finish_timer,
        producers: parts.all(ExtensionPoint::DataProducer, |roles| {
            roles.producer.clone().map(|producer| producer as Arc<dyn Producer>)
        }),
        pre_request: parts.all(ExtensionPoint::PreRequest, |roles| roles.pre_request.clone()),
        response_received: parts
            .all(ExtensionPoint::ResponseReceived, |roles| roles.response_received.clone()),
    };
    let named = config.plugins.iter().zip(&parts.roles);
    Ok(Built {
        scheduler,
        saturation: SaturationDetector::new(config),
        parsers: parsers(config),
        watched: config.plugins.iter().map(watched).max().unwrap_or(Watched::None),
        stages: Stages::of(config),
        producer: roles::producer_of_the_policy(config),
        prefix_indexes: named
            .filter_map(|(plugin, roles)| Some((plugin.name.as_str().into(), roles.producer.clone()?)))
            .collect(),
    })
}

/// Some count requests until they end, some write headers of answers.
fn watched(plugin: &Plugin) -> Watched {
    match plugin.kind {
        PluginKind::ActiveRequestScorer(_)
        | PluginKind::ExpectedLatencyScorer(_)
        | PluginKind::SessionAffinityScorer(_)
        | PluginKind::ConcurrencyDetector(_) => Watched::Inference,
        // The servers of the conformance suite know no inference.
        PluginKind::DestinationEndpointServedVerifier => Watched::All,
        _ => Watched::None,
    }
}

/// In the Gaie dialect, which knows no parsers, paths mean what they mean in the other.
fn parsers(config: &Config) -> Parsers {
    match config.dialect {
        Dialect::Gaie => Parsers::default(),
        Dialect::Router => Parsers::new(config.parsers.iter().copied()),
    }
}

/// The plugins that are made, to be put together.
struct Parts<'a> {
    config: &'a Config,
    context: &'a Context<'a>,
    /// Parallel to the configuration's plugins.
    roles: Vec<Roles>,
}

impl Parts<'_> {
    fn role(&self, index: usize) -> Option<&Roles> {
        self.roles.get(index)
    }

    fn timer(&self, index: usize, point: ExtensionPoint) -> crate::observability::PluginTimer {
        let plugin = &self.config.plugins[index];
        (self.context.timer)(point, plugin.type_name, &plugin.name)
    }

    fn named<T: ?Sized>(&self, index: usize, point: ExtensionPoint, plugin: Arc<T>) -> Named<T> {
        let Plugin { name, type_name, .. } = &self.config.plugins[index];
        Named { name: name.as_str().into(), type_name, plugin, timer: self.timer(index, point) }
    }

    /// Every plugin that has a role.
    fn all<T: ?Sized>(
        &self,
        point: ExtensionPoint,
        role: impl Fn(&Roles) -> Option<Arc<T>>,
    ) -> Vec<Named<T>> {
        let found = self.roles.iter().enumerate().filter_map(|(index, roles)| Some((index, role(roles)?)));
        found.map(|(index, plugin)| self.named(index, point, plugin)).collect()
    }

    fn profile(&self, profile: &Profile) -> Result<SchedulingProfile, BuildError> {
        let (mut filters, mut scorers, mut picker) = (Vec::new(), Vec::new(), None);
        for member in &profile.plugins {
            let Some(roles) = self.role(member.plugin) else { continue };
            if let Some(filter) = &roles.filter {
                filters.push(self.named(member.plugin, ExtensionPoint::Filter, Arc::clone(filter)));
            }
            if let Some(scorer) = &roles.scorer {
                let scorer = self.named(member.plugin, ExtensionPoint::Scorer, Arc::clone(scorer));
                scorers.push(WeightedScorer { scorer, weight: member.weight });
            }
            if let Some(found) = &roles.picker {
                picker = Some(self.named(member.plugin, ExtensionPoint::Picker, Arc::clone(found)));
            }
        }
        let picker = picker.ok_or_else(|| BuildError::NoPicker { profile: profile.name.clone() })?;
        Ok(SchedulingProfile { name: profile.name.as_str().into(), filters, scorers, picker })
    }
}
