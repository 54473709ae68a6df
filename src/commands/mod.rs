//! One verb per file: its arguments, what they mean, the call, the print.

pub mod apply;
pub mod ask;
pub mod bench;
mod checks;
pub mod completions;
pub mod connect;
pub mod crds;
pub mod demo;
pub mod destroy;
pub mod diff;
pub mod doctor;
pub mod env;
mod event_stream;
pub mod exit_codes;
pub mod fixes;
mod front_door;
pub mod get;
pub mod history;
pub mod image;
pub mod list;
mod local;
pub mod local_process;
pub mod names;
mod plan;
mod plugins_config;
mod progress;
mod recorded;
pub mod render;
pub mod rollback;
pub mod schema;
pub mod secret;
mod shell;
mod stack_args;
pub mod status;
pub mod values;
pub mod verify;

pub use event_stream::ReportForm;
pub use front_door::FrontDoorArgs;
pub use stack_args::{StackArgs, TargetArgs};

use std::task::Poll;

use futures::FutureExt as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{Exit, Failure};

/// Where a deployment lives: its namespace and the names of its releases, in order of installation.
#[derive(Clone, Debug)]
pub struct Target {
    pub namespace: String,
    pub releases: Vec<String>,
}

impl Target {
    /// The release of that name, or of that part: `gaie`.
    pub fn release(&self, name: &str) -> Result<&str, Failure> {
        let is_meant = |release: &&String| {
            **release == name || release.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
        };
        self.releases.iter().find(is_meant).map(String::as_str).ok_or_else(|| {
            let text =
                format!("this deployment has no release `{name}`; it has {}", self.releases.join(", "));
            Failure::usage(text)
        })
    }
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    #[default]
    Table,
    Json,
}

/// A number of seconds, or one with a unit: `90`, `500ms`, `90s`, `15m`, `1h`.
pub(crate) fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    let split = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let milliseconds = match unit {
        "ms" => 1,
        "" | "s" => 1000,
        "m" => 60 * 1000,
        "h" => 3600 * 1000,
        _ => return Err(format!("'{unit}' is not a unit of time: use ms, s, m or h, for example 15m")),
    };
    let number: u64 = number.parse().map_err(|_| "expected a number, for example 90s or 15m".to_owned())?;
    number
        .checked_mul(milliseconds)
        .map(std::time::Duration::from_millis)
        .ok_or_else(|| "too long".to_owned())
}

/// A duration as a person writes it: `45m`, `1h5m`, `12s`.
fn duration_text(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs();
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let text: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text.concat() }
}

/// What asks us to stop, heard from its making on: none is lost between two waits.
struct Interrupts {
    /// Empty where the system has none; then the work runs to its end.
    signals: Vec<Signal>,
}

impl Interrupts {
    /// Must be called within a runtime.
    fn listen() -> Self {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self { signals: kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect() }
    }

    /// Resolves when the user or the system asks us to stop once more.
    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let came = self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if came { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Whether we were asked since the last look.
    fn came(&mut self) -> bool {
        self.next().now_or_never().is_some()
    }
}

/// Resolves when the user or the system asks us to stop.
async fn interrupted() {
    Interrupts::listen().next().await;
}

/// Runs what changes nothing yet, until it is done or we are asked to stop.
async fn unless_interrupted<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        result = work => result,
        () = interrupted() => Err(Failure::message(Exit::Interrupted, "interrupted: nothing was changed")),
    }
}

/// Refuses what the processes on this machine do not have.
fn only_on_a_cluster(environment: &str, what: &str) -> Result<(), Failure> {
    if crate::environment::is_local(environment)? {
        return Err(Failure::usage(format!(
            "the processes of `local` keep no {what}; name a cluster's environment"
        )));
    }
    Ok(())
}

/// What there is when nothing was found under the names that were asked for.
async fn nothing_installed(cluster: &crate::cluster::Cluster, target: &Target) -> Failure {
    let failure = Failure::message(
        Exit::Failed,
        format!(
            "nothing is installed in namespace {} under {}",
            target.namespace,
            target.releases.join(", ")
        ),
    );
    match cluster.releases(Some(&target.namespace)).await {
        Ok(releases) if !releases.is_empty() => {
            let names: Vec<&str> = releases.iter().map(crate::cluster::release::Record::name).collect();
            failure.hint(format!(
                "the namespace has the releases {}: a --postfix other than the one they were applied with finds nothing",
                names.join(", ")
            ))
        }
        _ => failure.hint("see what is installed anywhere: llmd list --all-namespaces"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_release_is_named_in_full_or_by_its_part() {
        let releases = ["gaie-blue", "ms-blue"].map(str::to_owned).to_vec();
        let target = Target { namespace: "demo".to_owned(), releases };
        assert_eq!(target.release("gaie").unwrap(), "gaie-blue");
        assert_eq!(target.release("ms-blue").unwrap(), "ms-blue");
        for name in ["infra", "gai", ""] {
            assert_eq!(target.release(name).unwrap_err().exit, Exit::Usage, "{name}");
        }
    }

    #[test]
    fn durations_are_read_and_written() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("15m", 900), ("1h", 3600), ("0s", 0)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        for text in ["", "m", "ms", "5d", "-1s", "99999999999999999999h"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        assert_eq!(duration_text(Duration::from_secs(3900)), "1h5m");
        assert_eq!(duration_text(Duration::ZERO), "0s");
    }
}
