//! How a process fares, by what it says itself.

use serde_json::Value;

use super::lock::{self, Holder};
use super::stack::{FRONT_DOOR, HTTP, Kind, METRICS, Process, Stack};
use super::{Folder, probe};
use crate::Failure;

/// How a process fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It does its work.
    Up { pid: Option<u32>, message: String },
    /// It runs, and does not do its work yet, or not any more.
    Waiting { pid: Option<u32>, message: String },
    /// It does not run.
    Down { message: String },
}

impl Health {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Up { .. } => "up",
            Self::Waiting { .. } => "waiting",
            Self::Down { .. } => "down",
        }
    }

    pub fn message(&self) -> &str {
        let (Self::Up { message, .. } | Self::Waiting { message, .. } | Self::Down { message }) = self;
        message
    }

    pub fn pid(&self) -> Option<u32> {
        match self {
            Self::Up { pid, .. } | Self::Waiting { pid, .. } => *pid,
            Self::Down { .. } => None,
        }
    }

    pub fn is_up(&self) -> bool {
        matches!(self, Self::Up { .. })
    }
}

/// How each process of a stack fares, in the stack's order.
pub(super) async fn of_all(folder: &Folder, stack: &Stack) -> Result<Vec<Health>, Failure> {
    let all = stack.processes.iter().map(|process| of(folder, stack, process));
    futures::future::try_join_all(all).await
}

async fn of(folder: &Folder, stack: &Stack, process: &Process) -> Result<Health, Failure> {
    let Holder::Process(pid) = lock::holder(&folder.lock(&process.name))? else {
        let last = folder.log_end(&process.name, 1).pop();
        let message = match last {
            Some(line) => format!("ended; its last line: {line}"),
            None => "not started".to_owned(),
        };
        return Ok(Health::Down { message });
    };
    Ok(match work(stack, process).await {
        Ok(message) => Health::Up { pid, message },
        Err(message) => Health::Waiting { pid, message },
    })
}

/// What a process says of its work; an error when it does not do it.
async fn work(stack: &Stack, process: &Process) -> Result<String, String> {
    match process.kind {
        Kind::Simulator => {
            let port = port(process, HTTP)?;
            answered(port, "/health").await?;
            let page = answered(port, "/metrics").await.unwrap_or_default();
            let count = |metric| probe::sum(&page, metric).unwrap_or_default();
            let (running, waiting) = (count("vllm:num_requests_running"), count("vllm:num_requests_waiting"));
            Ok(format!("{running} running, {waiting} waiting"))
        }
        Kind::Scheduler => {
            let metrics = port(process, METRICS)?;
            answered(metrics, "/readyz").await?;
            let known = known_servers(&answered(metrics, "/debug/endpoints").await?);
            let all = stack.servers().count();
            let text = format!("{known} of {all} servers known");
            if known != all {
                return Err(text);
            }
            front_door(process).await.map(|()| text)
        }
        Kind::Envoy => front_door(process).await.map(|()| "passes requests".to_owned()),
    }
}

/// Sends a request through, if this process is the front door.
async fn front_door(process: &Process) -> Result<(), String> {
    match process.ports.get(FRONT_DOOR) {
        Some(port) => answered(*port, "/v1/models").await.map(drop),
        None => Ok(()),
    }
}

/// Endpoints whose metrics have been read.
fn known_servers(page: &str) -> usize {
    let page: Value = serde_json::from_str(page).unwrap_or_default();
    let endpoints = page["endpoints"].as_array().map(Vec::as_slice).unwrap_or_default();
    endpoints.iter().filter(|endpoint| endpoint["metrics"]["age_ms"].is_u64()).count()
}

fn port(process: &Process, usage: &str) -> Result<u16, String> {
    process.ports.get(usage).copied().ok_or_else(|| format!("has no port for {usage}"))
}

async fn answered(port: u16, path: &str) -> Result<String, String> {
    match probe::get(port, path).await {
        Ok((200, body)) => Ok(body),
        Ok((status, _)) => Err(format!("{path} answers {status}")),
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            Err("does not listen yet".to_owned())
        }
        Err(error) => Err(format!("{path}: {error}")),
    }
}
