//! The environment `local`: processes on this machine instead of pods.
//!
//! ```text
//!  values ─► blueprint ─► apply ─► processes (this binary again, Envoy) ◄─ status, destroy
//!              ▲            │                     │ hold
//!            ports          └──► stack.json     locks/NAME
//! ```
//!
//! A process lives exactly while its lock is held: it inherits the open lock file from whoever starts it, and the kernel
//! lets go of it when the process ends, however that comes. Nothing is signalled whose lock is free, so a number that has
//! become another process's is never taken for ours. `stack.json` says what ought to run, never what does.
//!
//! Nothing here prints. This is the only user of the crates `scheduler` and `simulator` as programs.

mod apply;
mod blueprint;
pub mod child;
mod destroy;
mod end;
mod envoy;
mod folder;
mod health;
mod lock;
mod plugins_config;
mod ports;
mod probe;
mod stack;
mod start;
mod status;

use std::path::PathBuf;

use crate::serving::{Replica, Serving};
use crate::{Exit, Failure};

pub use apply::{Application, AppliedProcess, ApplyReport, Deed};
pub use blueprint::preview;
pub use destroy::{DestroyReport, Destruction};
pub use end::EndedProcess;
pub use folder::{Folder, state_folder};
pub use health::Health;
pub use stack::{Kind, Process, Stack};
pub use start::command;
pub use status::{ListedStack, ProcessReport, StatusReport, list, status};

/// Every process listens here.
const LOOPBACK: std::net::Ipv4Addr = std::net::Ipv4Addr::LOCALHOST;

/// The stack of this postfix as its clients need to know it; none when there is none.
///
/// # Errors
/// When it is there, and a process of it is not.
pub fn find(postfix: &str) -> Result<Option<Serving>, Failure> {
    let folder = Folder::of(postfix)?;
    let Some(stack) = Stack::read(&folder)? else { return Ok(None) };
    let mut ended = Vec::new();
    for process in &stack.processes {
        if !lock::holder(&folder.lock(&process.name))?.is_alive() {
            ended.push(process.name.clone());
        }
    }
    if ended.is_empty() {
        return Ok(Some(stack.serving()));
    }
    let text = if ended.len() == stack.processes.len() { "is down" } else { "is not whole" };
    Err(Failure::message(Exit::NotReady, format!("the local stack {postfix} {text}"))
        .problems(ended.into_iter().map(|name| format!("{name} does not run")))
        .hint(format!(
            "start what is missing, with the same values as before: {} --replicas {}",
            verb_line("apply", postfix),
            stack.servers().count()
        )))
}

/// The same of a stack that may be broken.
pub fn described(postfix: &str) -> Result<Option<Serving>, Failure> {
    Ok(Stack::read(&Folder::of(postfix)?)?.map(|stack| stack.serving()))
}

/// The command that does something with a stack, for hints.
pub fn verb_line(verb: &str, postfix: &str) -> String {
    format!("llmd {verb} -e local{}", postfix_flag(postfix))
}

/// The flag that names a stack, with a blank before it; nothing where it has the name that goes without saying.
pub fn postfix_flag(postfix: &str) -> String {
    if postfix == crate::environment::names::DEFAULT_POSTFIX {
        String::new()
    } else {
        format!(" --postfix {postfix}")
    }
}

impl Stack {
    fn serving(&self) -> Serving {
        let url = |port: u16| format!("http://{LOOPBACK}:{port}");
        let metrics = self.processes.iter().find_map(|process| process.ports.get(stack::METRICS));
        Serving {
            front_door: url(self.front_door),
            model: self.model.clone(),
            picker_metrics: metrics.map(|port| format!("{}/metrics", url(*port))),
            replicas: self
                .servers()
                .map(|server| Replica { name: server.name.clone(), url: url(server.port()) })
                .collect(),
        }
    }
}

/// A failure of the file system, with the path.
fn io_failure(what: &str, path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::message(Exit::Failed, format!("{what} {}: {error}", path.display()))
}

/// This very program.
fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(|error| {
        Failure::message(Exit::Failed, format!("failed to find this program's file: {error}"))
    })
}

/// Which build a program's file is, as far as its size and time tell; empty where there is no such file.
fn build_of(path: &std::path::Path) -> String {
    use std::os::unix::fs::MetadataExt as _;
    let of = |file: std::fs::Metadata| {
        format!("{} bytes of {}.{:09}", file.len(), file.mtime(), file.mtime_nsec())
    };
    std::fs::metadata(path).map(of).unwrap_or_default()
}

/// Which build this very program is.
fn this_build() -> Result<String, Failure> {
    Ok(format!("llmd {}, {}", env!("CARGO_PKG_VERSION"), build_of(&program()?)))
}
