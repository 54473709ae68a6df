//! What ought to run: `stack.json`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Folder, io_failure, verb_line};
use crate::{Exit, Failure};

/// Names of ports.
pub(super) const FRONT_DOOR: &str = "front-door";
pub(super) const HTTP: &str = "http";
pub(super) const EXT_PROC: &str = "ext-proc";
pub(super) const HEALTH: &str = "health";
pub(super) const METRICS: &str = "metrics";

/// A stack of processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stack {
    pub postfix: String,
    /// The model that is served.
    pub model: String,
    /// The port where requests go.
    pub front_door: u16,
    /// How often it was changed, from 1.
    pub revision: u64,
    /// When that was last.
    pub updated: jiff::Timestamp,
    /// In the order in which they are started: the servers first.
    pub processes: Vec<Process>,
}

/// A process, as it is to run. A process that differs from this is ended and started anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Process {
    pub name: String,
    pub kind: Kind,
    /// Which build of its program it is: another one is another process.
    #[serde(default)]
    pub program: String,
    /// Without the program itself.
    pub arguments: Vec<String>,
    pub environment: BTreeMap<String, String>,
    /// Ports on loopback, by what they are for.
    pub ports: BTreeMap<String, u16>,
    /// Texts that it reads at its start, by path.
    pub files: BTreeMap<PathBuf, String>,
}

/// Which program a process is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Simulator,
    Scheduler,
    Envoy,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::Scheduler => "scheduler",
            Self::Envoy => "envoy",
        }
    }
}

impl Process {
    /// The port that says most about it.
    pub fn port(&self) -> u16 {
        let port = [FRONT_DOOR, HTTP, EXT_PROC].into_iter().find_map(|name| self.ports.get(name));
        port.copied().unwrap_or_default()
    }
}

impl Stack {
    /// The stack of a folder; none where none was made.
    pub(super) fn read(folder: &Folder) -> Result<Option<Self>, Failure> {
        let path = folder.stack();
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_failure("failed to read", &path, &error)),
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            Failure::message(Exit::Failed, format!("{} is not what this llmd wrote: {error}", path.display()))
                .hint(format!(
                    "{} takes the stack away whatever the file says; then apply it again",
                    verb_line("destroy", &folder.postfix())
                ))
        })
    }

    pub(super) fn write(&self, folder: &Folder) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::new(Exit::Failed, error))?;
        Folder::write(&folder.stack(), &text)
    }

    pub(super) fn servers(&self) -> impl Iterator<Item = &Process> {
        self.processes.iter().filter(|process| process.kind == Kind::Simulator)
    }

    pub(super) fn process(&self, name: &str) -> Option<&Process> {
        self.processes.iter().find(|process| process.name == name)
    }
}
