//! Who decides where a request goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use llmd_api::{Config, Finding, GAIE_DEFAULT, PROJECT_DEFAULT, load, nearest};
use thiserror::Error;

/// A routing policy.
#[derive(Clone, Debug)]
pub struct Policy {
    name: String,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    RoundRobin,
    Random,
    LeastRequest,
    Picker(Arc<Config>),
}

/// Why there is no such policy.
#[derive(Debug, Error)]
pub enum PolicyError {
    #[error("no policy is named `{name}`{}", near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown { name: String, near: Option<&'static str> },
    #[error("failed to read the policy's configuration {path}", path = path.display())]
    Unread { path: PathBuf, source: std::io::Error },
    #[error("the policy's configuration {name} is not valid")]
    Wrong { name: String, findings: Vec<Finding> },
}

impl Policy {
    /// The policies that need no file, each with what it does.
    pub const BUILT_IN: [(&str, &str); 5] = [
        ("default", "this project's scheduler: expected latency, learned speeds, late binding"),
        ("upstream-default", "the upstream picker's scorers: queue 2, KV cache 2, prefix 3"),
        ("round-robin", "each replica in turn"),
        ("random", "any replica, as a plain Service does"),
        ("least-request", "the replica with the fewest requests in flight"),
    ];

    /// A built-in policy, or the one of an `EndpointPickerConfig` file where the name has a `/` or a `.`.
    pub fn named(name: &str) -> Result<Self, PolicyError> {
        let kind = match name {
            "default" => picker(PROJECT_DEFAULT, name)?,
            "upstream-default" => picker(GAIE_DEFAULT, name)?,
            "round-robin" => Kind::RoundRobin,
            "random" => Kind::Random,
            "least-request" => Kind::LeastRequest,
            path if path.contains(['/', '.']) => {
                let unread = |source| PolicyError::Unread { path: Path::new(path).to_owned(), source };
                picker(&std::fs::read_to_string(path).map_err(unread)?, path)?
            }
            unknown => {
                let near = nearest(unknown, Self::BUILT_IN.map(|(name, _)| name));
                let near = Self::BUILT_IN.into_iter().map(|(name, _)| name).find(|name| Some(*name) == near);
                return Err(PolicyError::Unknown { name: unknown.to_owned(), near });
            }
        };
        Ok(Self { name: name.to_owned(), kind })
    }

    /// The name that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn picker(text: &str, name: &str) -> Result<Kind, PolicyError> {
    let wrong = |findings| PolicyError::Wrong { name: name.to_owned(), findings };
    Ok(Kind::Picker(Arc::new(load(text, name).map_err(wrong)?.config)))
}
