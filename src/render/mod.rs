//! Environment → objects. Pure: no network, no clock, no randomness.
//!
//! Each part of the stack is one file here and a folder of templates: the file turns typed values into what its
//! templates show, the templates say how the objects look.

pub mod budget;
mod engine;
mod epp_container;
mod gaie;
mod helpers;
mod infra;
pub mod kinds;
mod latency_predictor;
pub mod manifest;
mod ms;
pub mod output;
mod renderer;
mod route;

pub use engine::EngineError;
pub use manifest::{Chart, Manifest, Part, Release, Stack};
use renderer::{Reject, Renderer};

use self::engine::Engine;
use self::manifest::install_rank;
use crate::environment::{Environment, Section, fixes, invalid};
use crate::error::{Exit, Failure};

/// Renders every part of the environment.
///
/// # Errors
/// What the charts' templates refuse, with its place (exit 2).
pub fn render(environment: &Environment) -> Result<Stack, Failure> {
    let engine = Engine::new();
    let mut releases = Vec::new();
    if let Some(section) = &environment.infra {
        let renderer = Renderer::new(&engine, environment, Part::Infra, section);
        releases.push(release(environment, Part::Infra, section, infra::manifests(&renderer))?);
    }
    if let Some(section) = &environment.gaie {
        let renderer = Renderer::new(&engine, environment, Part::Gaie, section);
        let manifests = gaie::manifests(&renderer).and_then(|mut manifests| {
            manifests.extend(route::manifest(&renderer)?);
            Ok(manifests)
        });
        releases.push(release(environment, Part::Gaie, section, manifests)?);
    }
    if let Some(section) = &environment.ms {
        let renderer = Renderer::new(&engine, environment, Part::Ms, section);
        releases.push(release(environment, Part::Ms, section, ms::manifests(&renderer))?);
    }
    Ok(Stack { environment: environment.name.clone(), namespace: environment.namespace.clone(), releases })
}

fn release<T>(
    environment: &Environment,
    part: Part,
    section: &Section<T>,
    manifests: Result<Vec<Manifest>, Reject>,
) -> Result<Release, Failure> {
    let mut manifests = manifests.map_err(|reject| match reject {
        Reject::Value(problem) => invalid(&[*problem]),
        Reject::Engine(error) => Failure::new(Exit::Failed, error),
    })?;
    manifests.sort_by(|a, b| {
        let key = |manifest: &Manifest| {
            (install_rank(manifest.kind()), manifest.kind().to_owned(), manifest.name().to_owned())
        };
        key(a).cmp(&key(b))
    });
    for manifest in &mut manifests {
        if manifest.is_namespaced()
            && manifest.namespace().is_none()
            && environment.fixes.mends(fixes::NAMESPACE)
        {
            manifest.set_namespace(&environment.namespace);
        }
    }
    Ok(Release {
        part,
        name: section.release.clone(),
        config: section.config.clone(),
        defaults: section.defaults.clone(),
        manifests,
    })
}
