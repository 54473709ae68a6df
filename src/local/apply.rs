//! Makes processes what the values say.

use std::process::Child;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::lock::Operation;
use super::ports::Ports;
use super::stack::{Process, Stack};
use super::{Folder, Health, blueprint, end, health, lock, start, verb_line};
use crate::environment::Section;
use crate::environment::values::Local;
use crate::{Exit, Failure};

/// How often processes are asked how they fare.
const INTERVAL: Duration = Duration::from_millis(100);
/// How long a process that is replaced may take to end.
const ENDING: Duration = Duration::from_secs(20);

/// What is done with a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    Started,
    Restarted,
    Unchanged,
    Ended,
}

/// A process and what is done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AppliedProcess {
    /// Its name: `server-0`.
    pub name: String,
    /// What was done to it.
    pub action: Deed,
}

/// What an apply came to.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplyReport {
    /// Name of the stack.
    pub postfix: String,
    /// How often it was changed, from 1.
    pub revision: u64,
    /// `http://HOST:PORT`: where requests go.
    pub front_door: String,
    /// The model that is served.
    pub model: String,
    /// Whether all processes do their work; null when that was not waited for.
    pub ready: Option<bool>,
    /// The model servers first.
    pub processes: Vec<AppliedProcess>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// A stack that is to become another, and the right to do it.
#[derive(Debug)]
pub struct Application {
    folder: Folder,
    _operation: Operation,
    after: Stack,
    deeds: Vec<AppliedProcess>,
}

impl Application {
    /// Compares what runs with what values describe; nothing is touched yet.
    ///
    /// # Errors
    /// When a value cannot be used, a port cannot be had, or another command changes the stack.
    pub fn plan(values: &Section<Local>) -> Result<Self, Failure> {
        let folder = Folder::of(&values.release)?;
        let operation = Operation::begin(&folder, "apply")?;
        let before = Stack::read(&folder)?;
        let mut ports = Ports::of(&folder, before.as_ref())?;
        let mut after = blueprint::design(values, &folder, &mut ports)?;
        let deeds = deeds(&folder, before.as_ref(), &after)?;
        if let Some(before) = before {
            let is_same = (&before.model, &before.processes) == (&after.model, &after.processes);
            if is_same && deeds.iter().all(|deed| deed.action == Deed::Unchanged) {
                after = before;
            } else {
                after.revision = before.revision.saturating_add(1);
            }
        }
        Ok(Self { folder, _operation: operation, after, deeds })
    }

    /// What is done with each process.
    pub fn deeds(&self) -> &[AppliedProcess] {
        &self.deeds
    }

    pub fn stack(&self) -> &Stack {
        &self.after
    }

    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Ends what is in the way, starts what is missing, and waits until all of it works. It may be dropped at any time: the
    /// next one goes on.
    ///
    /// # Errors
    /// When a process cannot be started, ends by itself, or does not work in time.
    pub async fn run(
        &self,
        wait: Option<Duration>,
        tell: &mut dyn FnMut(&str, &Health),
    ) -> Result<ApplyReport, Failure> {
        let begun = Instant::now();
        let named = |actions: &[Deed]| -> Vec<&str> {
            let deeds = self.deeds.iter().filter(|deed| actions.contains(&deed.action));
            deeds.map(|deed| deed.name.as_str()).collect()
        };
        // In this order a recorded process that lives is always the one that is recorded.
        end::end(&self.folder, &named(&[Deed::Restarted, Deed::Ended]), ENDING, tell).await?;
        self.after.write(&self.folder)?;
        Folder::write(&self.folder.endpoints(), &blueprint::endpoints(&self.after))?;
        let mut children = Vec::new();
        for name in named(&[Deed::Started, Deed::Restarted]) {
            if let Some(process) = self.after.process(name) {
                children.push((process, start::start(&self.folder, process).await?));
            }
        }
        if let Some(patience) = wait {
            self.until_up(&mut children, patience, tell).await?;
        }
        Ok(ApplyReport {
            postfix: self.after.postfix.clone(),
            revision: self.after.revision,
            front_door: self.after.serving().front_door,
            model: self.after.model.clone(),
            ready: wait.map(|_| true),
            processes: self.deeds.clone(),
            seconds: begun.elapsed().as_secs_f64(),
        })
    }

    async fn until_up(
        &self,
        children: &mut [(&Process, Child)],
        patience: Duration,
        tell: &mut dyn FnMut(&str, &Health),
    ) -> Result<(), Failure> {
        let deadline = Instant::now() + patience;
        loop {
            for (process, child) in &mut *children {
                if let Ok(Some(status)) = child.try_wait() {
                    return Err(start::ended(&self.folder, &process.name, Some(status)));
                }
            }
            let all = health::of_all(&self.folder, &self.after).await?;
            let named = || self.after.processes.iter().zip(&all);
            for (process, health) in named() {
                tell(&process.name, health);
            }
            if all.iter().all(Health::is_up) {
                return Ok(());
            }
            // One of ours is waited for above, so that its exit is told.
            let is_ours = |name: &str| children.iter().any(|(process, _)| process.name == name);
            let gone = named()
                .find(|(process, health)| matches!(health, Health::Down { .. }) && !is_ours(&process.name));
            if let Some((process, _)) = gone {
                return Err(start::ended(&self.folder, &process.name, None));
            }
            if Instant::now() >= deadline {
                let open = named().filter(|(_, health)| !health.is_up());
                let problems =
                    open.map(|(process, health)| format!("{}: {}", process.name, health.message()));
                let text = format!("not ready after {} s", patience.as_secs());
                return Err(Failure::message(Exit::NotReady, text)
                    .problems(problems)
                    .hint(format!("look again: {}", verb_line("status", &self.after.postfix))));
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

/// What is to be done so that `after` runs and nothing else.
fn deeds(folder: &Folder, before: Option<&Stack>, after: &Stack) -> Result<Vec<AppliedProcess>, Failure> {
    let is_alive = |name: &str| Ok::<_, Failure>(lock::holder(&folder.lock(name))?.is_alive());
    let mut deeds = Vec::new();
    for process in &after.processes {
        let earlier = before.and_then(|stack| stack.process(&process.name));
        let action = match (is_alive(&process.name)?, earlier == Some(process)) {
            (true, true) => Deed::Unchanged,
            (true, false) => Deed::Restarted,
            (false, _) => Deed::Started,
        };
        deeds.push(AppliedProcess { name: process.name.clone(), action });
    }
    for name in folder.locked_names() {
        if after.process(&name).is_none() && is_alive(&name)? {
            deeds.push(AppliedProcess { name, action: Deed::Ended });
        }
    }
    Ok(deeds)
}
