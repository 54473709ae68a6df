//! What can go wrong between us and the API server, and the exit code and next step of each.

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use kube::core::Status;
use thiserror::Error;

use super::admission::Gate;
use super::clock::ServerClock;
use super::credentials::Credentials;
use super::history::HistoryError;
use super::lock::LockError;
use super::object::ObjectRef;
use crate::{Exit, Failure};

/// Reason that kube gives an error body that is no `Status`: the path itself is unknown to the server.
pub(super) const UNPARSED: &str = "Failed to parse error data";
/// What we say where time was up.
const SILENCE: &str = "no answer in time";
/// What we say where a connection ended too early.
const CUT: &str = "the connection was cut before the answer came";

#[derive(Debug, Error)]
pub enum Error {
    #[error("no cluster to talk to: {reason}")]
    NoCluster { reason: String },
    #[error("failed to read kubeconfig {}: {reason}", path.display())]
    Kubeconfig { path: PathBuf, reason: String },
    #[error("cannot reach the API server {server}: {reason}")]
    Unreachable { server: String, reason: String },
    #[error("the API server {server} does not accept our credentials: {reason}")]
    Unauthorized { server: String, reason: String },
    #[error("not allowed to {doing}: {reason}")]
    Forbidden { doing: String, reason: String },
    #[error("failed to {doing}: {gate}: {reason}")]
    Denied { doing: String, gate: Box<Gate>, reason: String },
    #[error("the API server {server} turns requests away, the last one to {doing}: {reason}")]
    Overloaded { server: String, doing: String, reason: String },
    #[error("failed to {doing}: somebody else changed it at the same moment: {reason}")]
    Raced { doing: String, reason: String },
    #[error("{object} needs {api_version}, which the cluster does not have")]
    MissingKind { object: String, kind: String, api_version: String },
    #[error("namespace {namespace} is being deleted{}", details(.reason))]
    NamespaceTerminating { namespace: String, reason: String },
    #[error(transparent)]
    History(Box<HistoryError>),
    #[error(transparent)]
    Lock(Box<LockError>),
    #[error("{object} exists and is not part of release {release}: it belongs to {owner}")]
    NotOwned { object: String, release: String, owner: String },
    #[error("{object} has fields that others own: {}", listed(.fields))]
    Conflict { object: Box<ObjectRef>, fields: Vec<FieldConflict> },
    #[error("the API server refuses to {doing}: {reason}")]
    Rejected { doing: String, reason: String },
    #[error("{object} cannot be changed in place: {reason}")]
    Immutable { object: Box<ObjectRef>, reason: String },
    #[error("there is no {object} in this stack; it has {}", .known.join(", "))]
    UnknownObject { object: String, known: Vec<String> },
    #[error("saved plan {}: {reason}", path.display())]
    SavedPlan { path: PathBuf, reason: String },
    #[error("release record {secret} cannot be read: {reason}")]
    Record { secret: String, reason: String },
    #[error("failed to {doing}: {reason}")]
    Api { doing: String, reason: String },
}

/// A field that we set and another field manager owns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldConflict {
    pub field: String,
    pub manager: String,
    /// When the manager wrote last.
    pub since: Option<String>,
    /// Their value and ours, as JSON; secrets are hidden.
    pub theirs: Option<String>,
    pub ours: Option<String>,
}

/// `spec.replicas (by autoscaler since 2026-11-26T20:00:00Z: 5, not 8)`, as far as it is known.
impl fmt::Display for FieldConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (by {}", self.field, self.manager)?;
        if let Some(since) = &self.since {
            write!(f, " since {since}")?;
        }
        if let (Some(theirs), Some(ours)) = (&self.theirs, &self.ours) {
            write!(f, ": {theirs}, not {ours}")?;
        }
        f.write_str(")")
    }
}

impl From<HistoryError> for Error {
    fn from(error: HistoryError) -> Self {
        Self::History(Box::new(error))
    }
}

impl From<LockError> for Error {
    fn from(error: LockError) -> Self {
        Self::Lock(Box::new(error))
    }
}

fn listed(fields: &[FieldConflict]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn details(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

/// The object or collection that a request is about, for messages.
pub(super) struct Request<'a> {
    pub(super) server: &'a str,
    /// Reads after "failed to", for example `apply Deployment/decode`.
    pub(super) doing: String,
    pub(super) credentials: &'a Credentials,
    pub(super) clock: &'a ServerClock,
}

impl Error {
    /// Classifies a failed request.
    pub(super) fn of(request: &Request<'_>, error: kube::Error) -> Self {
        let server = request.server.to_owned();
        let doing = request.doing.clone();
        match error {
            kube::Error::Api(status) if status.code == 401 => {
                let told: Vec<String> = request
                    .credentials
                    .standing(request.clock.now())
                    .into_iter()
                    .chain(request.clock.difference())
                    .collect();
                let told = if told.is_empty() { String::new() } else { format!(" ({})", told.join("; ")) };
                Self::Unauthorized { server, reason: format!("{}{told}", status.message) }
            }
            kube::Error::Api(status) => Self::of_status(server, doing, &status),
            kube::Error::HyperError(source) => Self::Unreachable { server, reason: innermost(&source) },
            kube::Error::Service(source) => Self::Unreachable { server, reason: innermost(source.as_ref()) },
            kube::Error::Auth(source) => Self::Unauthorized { server, reason: source.to_string() },
            other => Self::Api { doing, reason: other.to_string() },
        }
    }

    fn of_status(server: String, doing: String, status: &Status) -> Self {
        let reason = status.message.clone();
        if let Some((gate, reason)) = Gate::of(&reason) {
            return Self::Denied { doing, gate: Box::new(gate), reason };
        }
        match status.code {
            403 if is_terminating(status) => {
                // "… unable to create new content in namespace NAME because it is being terminated"
                let name = reason.split("in namespace ").nth(1).and_then(|rest| rest.split(' ').next());
                let namespace = name.unwrap_or_default().to_owned();
                Self::NamespaceTerminating { namespace, reason }
            }
            403 => Self::Forbidden { doing, reason },
            400 | 422 => Self::Rejected { doing, reason },
            409 => Self::Raced { doing, reason },
            429 | 503 | 504 => Self::Overloaded { server, doing, reason },
            500 if is_fault_of_object(status) => Self::Rejected { doing, reason },
            _ => Self::Api { doing, reason },
        }
    }

    /// Whether the same request may succeed when it is sent again.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Overloaded { .. } | Self::Api { .. })
    }

    pub fn exit(&self) -> Exit {
        match self {
            Self::NoCluster { .. }
            | Self::Kubeconfig { .. }
            | Self::Unreachable { .. }
            | Self::Overloaded { .. }
            | Self::Unauthorized { .. }
            | Self::Forbidden { .. }
            | Self::MissingKind { .. }
            | Self::NamespaceTerminating { .. } => Exit::Preflight,
            Self::History(error) => error.exit(),
            Self::Lock(_) => LockError::EXIT,
            Self::NotOwned { .. } | Self::Conflict { .. } | Self::Raced { .. } => Exit::Conflict,
            Self::UnknownObject { .. } | Self::SavedPlan { .. } => Exit::Usage,
            Self::Denied { .. }
            | Self::Rejected { .. }
            | Self::Immutable { .. }
            | Self::Record { .. }
            | Self::Api { .. } => Exit::Failed,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoCluster { .. } => {
                "set KUBECONFIG, or name a file with --kubeconfig and a context with --context".to_owned()
            }
            Self::Kubeconfig { .. } => "check the file, or name another with --kubeconfig".to_owned(),
            Self::Unreachable { reason, .. } if reason.contains("certificate") => {
                "compare this machine's clock (date -u) with the server's, and the kubeconfig's \
                 certificate-authority with the server's certificate: kubectl cluster-info"
                    .to_owned()
            }
            Self::Unreachable { reason, .. } if reason == SILENCE => {
                "something between here and the server may drop packets, or the server is overloaded: kubectl get \
                 --raw /readyz; --request-timeout grants it more"
                    .to_owned()
            }
            Self::Unreachable { reason, .. } if reason == CUT => {
                "what was sent may have been done or not: run this again, it goes on from what is there; if it happens \
                 again, something between here and the server ends connections"
                    .to_owned()
            }
            Self::Unreachable { .. } => {
                "check that the cluster runs and that the context is the right one: kubectl cluster-info"
                    .to_owned()
            }
            Self::Unauthorized { .. } => {
                "log in again, or choose another context with --context; dates count by the server's clock: \
                 compare it with date -u"
                    .to_owned()
            }
            Self::Forbidden { .. } => {
                "ask for this right; what you may do: kubectl auth can-i --list".to_owned()
            }
            Self::Denied { gate, .. } => gate.hint(),
            Self::Overloaded { .. } => {
                "try again in a while; what loads it: kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels"
                    .to_owned()
            }
            Self::Raced { .. } => "run this again: it starts from what is there now".to_owned(),
            Self::MissingKind { kind, api_version, .. } => super::install_hint::for_kind(api_version, kind),
            Self::NamespaceTerminating { namespace, .. } => format!(
                "wait until it is gone, then try again; what holds it: kubectl get namespace {namespace} -o yaml"
            ),
            Self::History(error) => error.hint(),
            Self::Lock(error) => error.hint(),
            Self::NotOwned { .. } => {
                "delete the object, choose another postfix, or take it over with --take-ownership".to_owned()
            }
            Self::Conflict { object, fields } => format!(
                "take a field over with --take-over '{object}:{}', all with --take-ownership; who set what: \
                 kubectl get {} {} -o yaml --show-managed-fields",
                fields.first().map_or("PATH", |conflict| conflict.field.as_str()),
                object.resource(),
                object.location()
            ),
            Self::Immutable { .. } => {
                "apply with --recreate: it is deleted and made anew, and its pods with it".to_owned()
            }
            Self::Record { secret, .. } => format!("look at the Secret {secret}"),
            Self::UnknownObject { .. }
            | Self::SavedPlan { .. }
            | Self::Rejected { .. }
            | Self::Api { .. } => return None,
        })
    }
}

fn is_terminating(status: &Status) -> bool {
    let causes = status.details.as_ref().map_or(&[][..], |details| &details.causes);
    causes.iter().any(|cause| cause.reason == "NamespaceTerminating")
}

/// The last cause of an error: the one that says what happened ("connection refused").
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    loop {
        if cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::TimedOut) {
            return SILENCE.to_owned();
        }
        match cause.source() {
            Some(next) => cause = next,
            None => return plain(cause.to_string()),
        }
    }
}

/// What the libraries say of a connection, in words that say what happened and by what it was judged.
fn plain(cause: String) -> String {
    let known = [
        ("certificate not valid yet", "its certificate is not valid yet by this machine's clock"),
        ("certificate expired", "its certificate has expired by this machine's clock"),
        ("UnknownIssuer", "nobody whom the kubeconfig trusts has signed its certificate"),
        ("certificate not valid for name", "its certificate is for another name"),
        ("close_notify", CUT),
        ("connection closed before message completed", CUT),
        ("Connection reset by peer", CUT),
        // The words of h2.
        ("connection reset", CUT),
        ("broken pipe", CUT),
        ("connection error received", CUT),
        ("operation timed out", SILENCE),
    ];
    let told = known.into_iter().find(|(sign, _)| cause.contains(sign));
    told.map_or(cause, |(_, words)| words.to_owned())
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (exit, hint) = (error.exit(), error.hint());
        let failure = Self::new(exit, error);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// Several problems as one failure: the gravest exit code, each problem on its line, each hint once.
pub fn failure(summary: &str, mut errors: Vec<Error>) -> Failure {
    if errors.len() == 1 {
        return errors.remove(0).into();
    }
    let exit = errors.iter().map(Error::exit).max_by_key(|exit| exit.code()).unwrap_or(Exit::Failed);
    let mut hints: Vec<String> = Vec::new();
    for hint in errors.iter().filter_map(Error::hint) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    let mut problems: Vec<String> = errors.iter().map(ToString::to_string).collect();
    // An outage says the same of everything.
    problems.dedup();
    let failure = Failure::message(exit, summary).problems(problems);
    hints.into_iter().fold(failure, Failure::hint)
}

/// Whether this is "there is no such object" (the kind itself is known).
pub(super) fn is_not_found(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404 && status.reason != UNPARSED)
}

/// Whether this is "there is no such kind".
pub(super) fn is_unknown_kind(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404 && status.reason == UNPARSED)
}

/// Whether somebody else wrote the object at the same moment. Conflicts over fields are none of these.
pub(super) fn is_raced(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 409
        && status.details.as_ref().is_none_or(|details| details.causes.is_empty()))
}

/// Whether a field was to change that cannot.
pub(super) fn is_immutable(error: &kube::Error) -> bool {
    const SIGNS: [&str; 3] = ["field is immutable", "cannot change roleRef", "updates to statefulset spec"];
    matches!(error, kube::Error::Api(status)
        if status.code == 422 && SIGNS.iter().any(|sign| status.message.contains(sign)))
}

/// Whether an internal error is about the object that was sent: an unknown field (kubernetes#139255).
fn is_fault_of_object(status: &Status) -> bool {
    const SIGNS: [&str; 3] =
        ["failed to create typed patch object", "field not declared in schema", "strict decoding error"];
    SIGNS.iter().any(|sign| status.message.contains(sign))
}

/// Whether an internal error will be the same again: the object's fault, or a webhook that does not answer and has been
/// waited for already.
pub(super) fn is_certain(status: &Status) -> bool {
    is_fault_of_object(status) || status.message.contains("failed calling webhook")
}

/// What the API server says.
pub(super) fn message(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) => status.message.clone(),
        other => other.to_string(),
    }
}
