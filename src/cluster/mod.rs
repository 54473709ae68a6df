//! Everything that talks to the API server.
//!
//! ```text
//!  Stack ─► plan ─► apply ─► rollout ─► ApplyReport        records (Helm release Secrets) ─► status, destroy, list
//!           live    graph    readiness
//!           objects
//! ```
//!
//! Nothing here prints: operations return reports and send [`Progress`] while they work.

mod admission;
mod apply;
mod autoscaler;
mod client;
mod clock;
mod comparison;
mod credentials;
mod destroy;
mod drift;
mod error;
mod events;
mod fields;
mod front_door;
mod graph;
mod history;
mod install_hint;
mod last_words;
mod load_job;
mod lock;
mod namespace;
pub(crate) mod object;
mod overview;
mod plan;
mod port_forward;
pub mod readiness;
mod reading;
pub mod release;
mod retry;
mod rollback;
mod rollout;
mod saved_plan;
mod secret;
mod stands;
mod status;
mod surroundings;
mod survey;
mod take_over;
pub(crate) mod topology;
mod unfinished;

use std::path::PathBuf;
use std::time::Duration;

use futures::{Stream, StreamExt};
use kube::api::{DeleteParams, GetParams, ListParams, Patch, PatchParams, PostParams, ValidationDirective};
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::core::request::Request as Path;
use kube::{Client, Config};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use self::clock::ServerClock;
use self::credentials::Credentials;
use self::retry::Retries;
use crate::render::kinds;

pub use apply::{AppliedObject, ApplyReport, Operation, ReleaseReport};
pub use comparison::Step;
pub use destroy::{DestroyReport, Destruction, Extent, HoldUp, Left};
pub use drift::{Drift, drift};
pub use error::{Error, FieldConflict, failure};
pub use events::EventReport;
pub use fields::FieldChange;
pub use fields::secrecy::hidden;
pub use front_door::{FrontDoor, Way, front_door};
pub use history::{HISTORY_MAX, HistoryError};
pub use load_job::{LoadError, LoadJob, SCENARIO};
pub use lock::{Lock, LockError, Standing};
pub use object::ObjectRef;
pub use overview::{AddressReport, ConditionReport, Overview, PodReport};
pub use plan::{Change, ObjectChange, Plan, PlannedRelease};
pub use port_forward::{Destination, ForwardError, PortForward};
pub use rollback::{Rollback, Wanted};
pub use rollout::{ObjectReport, Verdict, budget};
pub use saved_plan::SavedPlan;
pub use secret::Kept;
pub(crate) use secret::value as secret_value;
pub use stands::Stands;
pub use status::{ListedRelease, StatusReport, status};
pub use surroundings::{Surrounding, surrounding};
pub use take_over::TakeOver;

/// The name under which our fields are managed: Helm's, so that `helm upgrade` can take over at any time.
pub(crate) const FIELD_MANAGER: &str = "helm";

/// How long a request may take when nothing is said. A webhook may take 30 s of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often an object may be written by others while we apply it until we give up.
const RACES: usize = 5;

/// How many requests are under way at once.
const PARALLEL: usize = 16;

/// How to find the cluster; the same rules as kubectl's.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ConnectArgs {
    /// Path of the kubeconfig file [default: $KUBECONFIG, else ~/.kube/config]
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig to use [default: its current one]
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// How long the API server may take to answer a request, in seconds [default: 60]
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub request_timeout: Option<u64>,
}

/// What an operation tells while it works.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Something worth a line of its own.
    Notice(String),
    /// Something to look at, even when little is told.
    Warning(String),
    /// An object was sent to the cluster.
    Applied { object: ObjectRef, action: Action },
    /// Where an object stands while we wait for it to be ready.
    Rollout { object: ObjectRef, readiness: readiness::Readiness },
    /// Where an object stands while it goes away; `None` when it is gone.
    Removing { object: ObjectRef, waits_for: Option<String> },
}

/// What applying did to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It was not there.
    Created,
    /// Some of its fields changed.
    Configured,
    /// It was what it shall be.
    Unchanged,
    /// No release has it any more.
    Removed,
}

/// What came of asking for an object's deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Departure {
    /// There was none.
    Absent,
    /// It is gone.
    Gone,
    /// It goes when what holds it lets it go.
    Asked,
}

impl Action {
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Configured => "configured",
            Self::Unchanged => "unchanged",
            Self::Removed => "removed",
        }
    }
}

/// Where progress goes. A receiver that went away is no reason to stop.
#[derive(Clone)]
pub struct ProgressSender(UnboundedSender<Progress>);

impl ProgressSender {
    pub fn new(sender: UnboundedSender<Progress>) -> Self {
        Self(sender)
    }

    fn send(&self, progress: Progress) {
        // The view may have ended (broken pipe); the work goes on.
        let _ = self.0.send(progress);
    }
}

/// A connection to one cluster.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    /// How long the server may take to answer.
    patience: Duration,
    /// For connections that may be silent for long.
    config: Box<Config>,
    context: String,
    server: String,
    credentials: Credentials,
    clock: ServerClock,
    retries: Retries,
}

impl Cluster {
    /// Reads the kubeconfig as kubectl does, then falls back to the service account of a pod. Sends nothing yet.
    pub async fn connect(args: &ConnectArgs) -> Result<Self, Error> {
        let (mut config, context) = configuration(args).await?;
        let patience = args.request_timeout.map_or(PATIENCE, Duration::from_secs);
        config.connect_timeout = Some(patience.min(Duration::from_secs(10)));
        // We know better which requests may be sent twice.
        config.default_retry = false;
        let credentials = Credentials::of(&config.auth_info);
        let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
        Ok(Self {
            client: client::shared(config.clone())?,
            patience,
            config: Box::new(config),
            context,
            server,
            credentials,
            clock: ServerClock::default(),
            retries: Retries::default(),
        })
    }

    /// A client whose connections may be silent for as long as they like.
    fn patient_client(&self) -> Result<Client, Error> {
        client::separate((*self.config).clone())
    }

    pub fn context(&self) -> &str {
        &self.context
    }

    pub fn server(&self) -> &str {
        &self.server
    }

    fn error(&self, doing: impl Into<String>, error: kube::Error) -> Error {
        let request = error::Request {
            server: &self.server,
            doing: doing.into(),
            credentials: &self.credentials,
            clock: &self.clock,
        };
        Error::of(&request, error)
    }

    /// The object as it is, or None where there is none.
    async fn get(&self, object: &ObjectRef) -> Result<Option<Value>, Error> {
        match self.send(Path::new(object.collection()).get(&object.name, &GetParams::default())).await {
            Ok(live) => Ok(Some(live)),
            Err(error) if error::is_not_found(&error) => Ok(None),
            Err(error) if error::is_unknown_kind(&error) => Err(missing(object)),
            Err(error) => Err(self.error(format!("read {object}"), error)),
        }
    }

    /// The items of a collection that a label selector picks.
    async fn list(&self, path: &str, selector: &str) -> Result<Vec<Value>, Error> {
        self.list_where(path, &ListParams::default().labels(selector)).await
    }

    /// The same as the server's watch cache has them, at once: [`Self::list`] waits until that cache has seen whatever was
    /// written before, for up to a tenth of a second (KEP-2340). What was made
    /// in the last moments may be missing, and more where a replica of the server lags.
    async fn list_cached(&self, path: &str, selector: &str) -> Result<Vec<Value>, Error> {
        self.list_where(path, &ListParams::default().labels(selector).match_any()).await
    }

    async fn list_where(&self, path: &str, parameters: &ListParams) -> Result<Vec<Value>, Error> {
        let answer = self
            .send(Path::new(path).list(parameters))
            .await
            .map_err(|error| self.error(format!("list {}", object::describe(path)), error))?;
        Ok(items(answer))
    }

    /// Server-side apply. Conflicts come back as [`Error::Conflict`].
    async fn patch(&self, object: &ObjectRef, manifest: &Value, force: bool) -> Result<Value, Error> {
        self.server_side_apply(object, manifest, force, false).await
    }

    /// What [`Self::patch`] would store and answer.
    async fn dry_run(&self, object: &ObjectRef, manifest: &Value, force: bool) -> Result<Value, Error> {
        self.server_side_apply(object, manifest, force, true).await
    }

    async fn server_side_apply(
        &self,
        object: &ObjectRef,
        manifest: &Value,
        force: bool,
        dry_run: bool,
    ) -> Result<Value, Error> {
        let parameters = PatchParams {
            dry_run,
            force,
            field_manager: Some(FIELD_MANAGER.to_owned()),
            field_validation: Some(ValidationDirective::Strict),
        };
        let mut tries = 0;
        let error = loop {
            let request =
                Path::new(object.collection()).patch(&object.name, &parameters, &Patch::Apply(manifest));
            match self.send(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) if error::is_raced(&error) && tries < RACES => tries += 1,
                Err(error) => break error,
            }
        };
        Err(match conflict(object, &error) {
            Some(conflict) => conflict,
            None if error::is_unknown_kind(&error) => missing(object),
            None if error::is_immutable(&error) => {
                Error::Immutable { object: Box::new(object.clone()), reason: error::message(&error) }
            }
            None => self.refused(format!("apply {object}"), error).await,
        })
    }

    async fn merge(&self, object: &ObjectRef, change: &Value) -> Result<Value, Error> {
        let request = Path::new(object.collection()).patch(
            &object.name,
            &PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() },
            &Patch::Merge(change),
        );
        match self.send(request).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.refused(format!("change {object}"), error).await),
        }
    }

    async fn create(&self, object: &ObjectRef, manifest: &Value) -> Result<Value, Error> {
        let parameters =
            PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
        let request = Path::new(object.collection()).create(&parameters, manifest.to_string().into_bytes());
        match self.send(request).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.refused(format!("create {object}"), error).await),
        }
    }

    /// Asks for an object's deletion; its dependents go in the background.
    async fn delete(&self, object: &ObjectRef) -> Result<Departure, Error> {
        match self
            .send(Path::new(object.collection()).delete(&object.name, &DeleteParams::background()))
            .await
        {
            // The server answers with a Status or with the object as it was, and while something holds it with the
            // object as it is: then it has the time of this in it.
            Ok(answer) if answer.pointer("/metadata/deletionTimestamp").is_some() => Ok(Departure::Asked),
            Ok(_) => Ok(Departure::Gone),
            Err(error) if error::is_not_found(&error) || error::is_unknown_kind(&error) => {
                Ok(Departure::Absent)
            }
            Err(error) => Err(self.refused(format!("delete {object}"), error).await),
        }
    }

    /// The place of an object in the API; asks the cluster about kinds that we do not know.
    async fn locate(&self, manifest: &Value, namespace: &str) -> Result<ObjectRef, Error> {
        let (api_version, kind) = (object::text(manifest, "/apiVersion"), object::text(manifest, "/kind"));
        let (plural, namespaced) = match kinds::known(kind) {
            Some((plural, namespaced)) => (plural.to_owned(), namespaced),
            None => self.discover(api_version, kind, object::text(manifest, "/metadata/name")).await?,
        };
        let named = manifest.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or(namespace);
        Ok(ObjectRef {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            plural,
            namespace: namespaced.then(|| named.to_owned()),
            name: object::text(manifest, "/metadata/name").to_owned(),
        })
    }

    async fn discover(&self, api_version: &str, kind: &str, name: &str) -> Result<(String, bool), Error> {
        let missing = || Error::MissingKind {
            object: format!("{kind}/{name}"),
            kind: kind.to_owned(),
            api_version: api_version.to_owned(),
        };
        let (root, version) = api_version.split_once('/').map_or_else(
            || ("/api".to_owned(), api_version),
            |(group, version)| (format!("/apis/{group}"), version),
        );
        let answer = match self.send(Path::new(root).get(version, &GetParams::default())).await {
            Ok(answer) => answer,
            Err(error) if error::is_unknown_kind(&error) || error::is_not_found(&error) => {
                return Err(missing());
            }
            Err(error) => return Err(self.error(format!("ask for the kinds of {api_version}"), error)),
        };
        object::list(&answer, "/resources")
            .iter()
            .find(|entry| object::text(entry, "/kind") == kind && !object::text(entry, "/name").contains('/'))
            .map(|entry| (object::text(entry, "/name").to_owned(), entry["namespaced"] == true))
            .ok_or_else(missing)
    }
}

fn missing(object: &ObjectRef) -> Error {
    Error::MissingKind {
        object: object.to_string(),
        kind: object.kind.clone(),
        api_version: object.api_version.clone(),
    }
}

/// Field conflicts of a server-side apply: one line per field, with its owner.
fn conflict(object: &ObjectRef, error: &kube::Error) -> Option<Error> {
    let kube::Error::Api(status) = error else { return None };
    let causes = &status.details.as_ref()?.causes;
    let fields: Vec<FieldConflict> = causes
        .iter()
        .filter(|cause| cause.reason == "FieldManagerConflict")
        .map(|cause| FieldConflict {
            field: cause.field.trim_start_matches('.').to_owned(),
            // The message reads `conflict with "NAME" using apps/v1`.
            manager: cause.message.split('"').nth(1).unwrap_or(&cause.message).to_owned(),
            ..FieldConflict::default()
        })
        .collect();
    (status.code == 409 && !fields.is_empty())
        .then(|| Error::Conflict { object: Box::new(object.clone()), fields })
}

fn items(mut answer: Value) -> Vec<Value> {
    match answer.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

async fn configuration(args: &ConnectArgs) -> Result<(Config, String), Error> {
    let kubeconfig = match &args.kubeconfig {
        Some(path) => Kubeconfig::read_from(path),
        None => Kubeconfig::read(),
    };
    let kubeconfig = match kubeconfig {
        Ok(kubeconfig) => kubeconfig,
        Err(error) if args.kubeconfig.is_none() && args.context.is_none() => {
            return match Config::incluster() {
                Ok(config) => Ok((config, "in-cluster".to_owned())),
                Err(_) => Err(unreadable(error)),
            };
        }
        Err(error) => return Err(unreadable(error)),
    };
    let context = args.context.clone().or_else(|| kubeconfig.current_context.clone()).unwrap_or_default();
    let known: Vec<String> = kubeconfig.contexts.iter().map(|named| named.name.clone()).collect();
    let options = KubeConfigOptions { context: args.context.clone(), ..KubeConfigOptions::default() };
    match Config::from_custom_kubeconfig(kubeconfig, &options).await {
        Ok(config) => Ok((config, context)),
        Err(KubeconfigError::LoadContext(name)) => Err(Error::NoCluster {
            reason: format!("the kubeconfig has no context '{name}'; it has: {}", known.join(", ")),
        }),
        Err(error) => Err(Error::NoCluster { reason: error.to_string() }),
    }
}

fn unreadable(error: KubeconfigError) -> Error {
    match error {
        KubeconfigError::ReadConfig(source, path) => Error::Kubeconfig { path, reason: source.to_string() },
        other => Error::NoCluster { reason: other.to_string() },
    }
}

/// Runs requests at most [`PARALLEL`] at a time and gives their results in the order of the input.
async fn parallel<T, F: Future<Output = T>>(futures: impl IntoIterator<Item = F>) -> Vec<T> {
    buffered(futures::stream::iter(futures)).await
}

async fn buffered<T, F: Future<Output = T>>(futures: impl Stream<Item = F>) -> Vec<T> {
    futures.buffered(PARALLEL).collect().await
}
