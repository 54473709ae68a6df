//! Environment → objects. Pure: no network, no clock, no randomness.
//!
//! Each part of the stack is one file here and a folder of templates: the file turns typed values into what its
//! templates show, the templates say how the objects look.

pub mod budget;
mod engine;
mod gaie;
mod helpers;
mod infra;
pub mod kinds;
pub mod manifest;
mod ms;
pub mod output;
mod renderer;

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
    releases.extend(release(
        &engine,
        environment,
        Part::Infra,
        environment.infra.as_ref(),
        infra::manifests,
    )?);
    releases.extend(release(&engine, environment, Part::Gaie, environment.gaie.as_ref(), gaie::manifests)?);
    releases.extend(release(&engine, environment, Part::Ms, environment.ms.as_ref(), ms::manifests)?);
    Ok(Stack { environment: environment.name.clone(), namespace: environment.namespace.clone(), releases })
}

/// Renders one part, if the environment has it.
fn release<T>(
    engine: &Engine,
    environment: &Environment,
    part: Part,
    section: Option<&Section<T>>,
    manifests: impl FnOnce(&Renderer<'_, T>) -> Result<Vec<Manifest>, Reject>,
) -> Result<Option<Release>, Failure> {
    let Some(section) = section else { return Ok(None) };
    let renderer = Renderer::new(engine, environment, part, section);
    let mut manifests = manifests(&renderer).map_err(|reject| match reject {
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
    Ok(Some(Release {
        part,
        name: section.release.clone(),
        config: section.config.clone(),
        defaults: section.defaults.clone(),
        manifests,
    }))
}
