//! Takes a stack away: its processes, whatever state they are in, and its folder.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::end::{self, EndedProcess};
use super::lock::{self, Operation};
use super::{Folder, Health, Kind};
use crate::Failure;

/// A stack that is to go, and the right to take it away.
#[derive(Debug)]
pub struct Destruction {
    folder: Folder,
    operation: Operation,
    /// Processes that live.
    alive: Vec<String>,
}

/// What went.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DestroyReport {
    /// Name of the stack.
    pub postfix: String,
    /// Those that ran.
    pub processes: Vec<EndedProcess>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl DestroyReport {
    /// There was nothing.
    pub fn nothing(postfix: &str) -> Self {
        Self { postfix: postfix.to_owned(), processes: Vec::new(), seconds: 0.0 }
    }
}

impl Destruction {
    /// Looks at what there is; none when nothing is. It goes by the locks, so that it needs no file to be right.
    ///
    /// # Errors
    /// When another command changes the stack.
    pub fn plan(postfix: &str) -> Result<Option<Self>, Failure> {
        let folder = Folder::of(postfix)?;
        if !folder.path().exists() {
            return Ok(None);
        }
        let operation = Operation::begin(&folder, "destroy")?;
        let mut alive = Vec::new();
        for name in folder.locked_names() {
            if lock::holder(&folder.lock(&name))?.is_alive() {
                alive.push(name);
            }
        }
        Ok(Some(Self { folder, operation, alive }))
    }

    /// The processes that live, in the order in which they are ended.
    pub fn alive(&self) -> Vec<&str> {
        let (front, behind) = self.stages();
        front.into_iter().chain(behind).collect()
    }

    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// What lets requests in goes first, so that those under way find their server.
    fn stages(&self) -> (Vec<&str>, Vec<&str>) {
        let is_front = |name: &&str| [Kind::Envoy, Kind::Scheduler].iter().any(|kind| kind.name() == *name);
        self.alive.iter().map(String::as_str).partition(is_front)
    }

    /// Ends the processes, each stage within `patience` and by force after it, and removes the folder.
    ///
    /// # Errors
    /// When a process does not go, or the folder cannot be removed.
    pub async fn run(
        self,
        patience: Duration,
        tell: &mut dyn FnMut(&str, &Health),
    ) -> Result<DestroyReport, Failure> {
        let begun = Instant::now();
        let (front, behind) = self.stages();
        let mut processes = end::end(&self.folder, &front, patience, tell).await?;
        processes.extend(end::end(&self.folder, &behind, patience, tell).await?);
        self.folder.remove()?;
        let postfix = self.folder.postfix();
        drop(self.operation);
        Ok(DestroyReport { postfix, processes, seconds: begun.elapsed().as_secs_f64() })
    }
}
