//! What runs, and how it fares.

use serde::Serialize;

use super::{Folder, Health, Kind, Stack, health, lock};
use crate::Failure;

/// Where a stack stands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// Name of the stack.
    pub postfix: String,
    /// Whether all of its processes do their work.
    pub ready: bool,
    /// `http://HOST:PORT`: where requests go.
    pub front_door: String,
    /// The model that is served.
    pub model: String,
    /// How often it was changed, from 1.
    pub revision: u64,
    /// Where it is kept; logs are below it.
    pub folder: std::path::PathBuf,
    /// The model servers first.
    pub processes: Vec<ProcessReport>,
}

/// Where a process stands.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProcessReport {
    /// Its name: `server-0`.
    pub name: String,
    /// Which program it is.
    pub kind: Kind,
    /// Whether it does its work.
    #[schemars(extend("enum" = ["up", "waiting", "down"]))]
    pub state: &'static str,
    /// Its number; null when it is down.
    pub pid: Option<u32>,
    /// Where it listens, on the loopback address.
    pub port: u16,
    /// When it was started; null when it is down.
    pub since: Option<jiff::Timestamp>,
    /// What it says of its work, or why it does none.
    pub message: String,
}

/// A stack as `llmd list` shows it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedStack {
    /// Name of the stack.
    pub postfix: String,
    /// How often it was changed, from 1.
    pub revision: u64,
    /// When that was last.
    pub updated: jiff::Timestamp,
    /// By which of its processes live.
    #[schemars(extend("enum" = ["up", "half down", "down"]))]
    pub status: &'static str,
    /// How many model servers it has.
    pub servers: usize,
    /// The model that is served.
    pub model: String,
    /// `http://HOST:PORT`: where requests go.
    pub front_door: String,
}

/// How the stack of this postfix fares; none when there is none.
pub async fn status(postfix: &str) -> Result<Option<StatusReport>, Failure> {
    let folder = Folder::of(postfix)?;
    let Some(stack) = Stack::read(&folder)? else { return Ok(None) };
    let all = health::of_all(&folder, &stack).await?;
    let processes = stack.processes.iter().zip(&all).map(|(process, health)| ProcessReport {
        name: process.name.clone(),
        kind: process.kind,
        state: health.word(),
        pid: health.pid(),
        port: process.port(),
        since: health.pid().and_then(|_| signed_at(&folder, &process.name)),
        message: health.message().to_owned(),
    });
    Ok(Some(StatusReport {
        postfix: stack.postfix.clone(),
        ready: all.iter().all(Health::is_up),
        front_door: stack.serving().front_door,
        model: stack.model.clone(),
        revision: stack.revision,
        folder: folder.path().to_owned(),
        processes: processes.collect(),
    }))
}

/// A process writes its lock once, at its start.
fn signed_at(folder: &Folder, name: &str) -> Option<jiff::Timestamp> {
    let written = std::fs::metadata(folder.lock(name)).ok()?.modified().ok()?;
    written.try_into().ok()
}

/// Every stack of this user, in order, and what is wrong with those that cannot be read.
pub fn list() -> Result<(Vec<ListedStack>, Vec<Failure>), Failure> {
    let (mut listed, mut broken) = (Vec::new(), Vec::new());
    for postfix in Folder::postfixes()? {
        match of(postfix) {
            Ok(stack) => listed.extend(stack),
            Err(failure) => broken.push(failure),
        }
    }
    Ok((listed, broken))
}

fn of(postfix: String) -> Result<Option<ListedStack>, Failure> {
    let folder = Folder::of(&postfix)?;
    let Some(stack) = Stack::read(&folder)? else { return Ok(None) };
    let mut alive = 0;
    for process in &stack.processes {
        alive += usize::from(lock::holder(&folder.lock(&process.name))?.is_alive());
    }
    let status = match alive {
        0 => "down",
        alive if alive == stack.processes.len() => "up",
        _ => "half down",
    };
    Ok(Some(ListedStack {
        postfix,
        revision: stack.revision,
        updated: stack.updated,
        status,
        servers: stack.servers().count(),
        front_door: stack.serving().front_door,
        model: stack.model,
    }))
}
