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
    let (servers, others): (Vec<_>, Vec<_>) =
        stack.processes.iter().partition(|process| process.kind == Kind::Simulator);
    let all = |processes: Vec<_>, servers| {
        futures::future::try_join_all(processes.into_iter().map(move |process| of(folder, process, servers)))
    };
    let mut found = all(servers, Servers::default()).await?;
    let servers = Servers { count: found.len(), are_up: found.iter().all(Health::is_up) };
    found.extend(all(others, servers).await?);
    Ok(found)
}

/// The model servers, as far as it matters to those before them.
#[derive(Clone, Copy, Default)]
struct Servers {
    count: usize,
    are_up: bool,
}

async fn of(folder: &Folder, process: &Process, servers: Servers) -> Result<Health, Failure> {
    let pid = match lock::holder(&folder.lock(&process.name))? {
        Holder::Process(pid) => pid,
        Holder::Elsewhere => {
            return Ok(Health::Waiting { pid: None, message: lock::ELSEWHERE.to_owned() });
        }
        Holder::Nobody => {
            let message = match folder.log_end(&process.name, 1).pop() {
                Some(line) => format!("ended; its last line: {line}"),
                None => "not started".to_owned(),
            };
            return Ok(Health::Down { message });
        }
    };
    Ok(match work(process, servers).await {
        Ok(message) => Health::Up { pid, message },
        Err(message) => Health::Waiting { pid, message },
    })
}

/// What a process says of its work; an error when it does not do it.
async fn work(process: &Process, servers: Servers) -> Result<String, String> {
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
            let text = format!("{known} of {} servers known", servers.count);
            if known != servers.count {
                return Err(text);
            }
            front_door(process, servers).await.map(|()| text)
        }
        Kind::Envoy => front_door(process, servers).await.map(|()| "passes requests".to_owned()),
    }
}

/// Sends a request through, if this process is the front door. A server that is down is not its fault.
async fn front_door(process: &Process, servers: Servers) -> Result<(), String> {
    let Some(port) = process.ports.get(FRONT_DOOR) else { return Ok(()) };
    match answered(*port, "/v1/models").await {
        Err(error) if servers.are_up => Err(error),
        _ => Ok(()),
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
