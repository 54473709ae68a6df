//! The flags that say whose front door is asked, shared by the verbs that send requests.

mod cluster;

use std::time::Duration;

use http::HeaderMap;
use llmd_bench::client::{Client, Options, Url};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::cluster::Deployed;
use super::TargetArgs;
use super::local::none_there;
use crate::cluster::{Cluster, ConnectArgs, PortForward};
use crate::env_vars;
use crate::environment::is_local;
use crate::local as stack;
use crate::serving::Serving;
use crate::verify::{Behind, Process, Subject, Token};
use crate::{Exit, Failure};

/// How long a look at the front door may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whose front door.
#[derive(Clone, Debug, clap::Args)]
pub struct FrontDoorArgs {
    /// Environment: a name from `llmd env list`, or the path of a file of your own [default: istio, without --url]
    #[arg(short, long, env = env_vars::LLMD_ENVIRONMENT, value_name = "ENV|FILE")]
    environment: Option<String>,
    /// Namespace [default: llm-d-inference-scheduler]
    #[arg(short, long, env = env_vars::NAMESPACE, value_name = "NS")]
    namespace: Option<String>,
    /// End of the release names [default: inference-scheduling]
    #[arg(long, env = env_vars::RELEASE_NAME_POSTFIX, value_name = "POSTFIX")]
    postfix: Option<String>,
    #[command(flatten)]
    connection: ConnectArgs,
    /// A front door that can be reached already. Alone no environment is looked at; beside -e of a cluster it is the way
    /// to that one's gateway
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The model that requests name [default: the one that the stack serves]
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

/// A stack that requests can be sent to, for as long as this value is kept.
pub(super) struct Reached {
    pub(super) serving: Serving,
    /// What takes the requests, in words: `Gateway/NAME in namespace NS`, or its URL.
    pub(super) name: String,
    behind: Behind,
    picker_token: Option<String>,
    /// Why nobody can be asked.
    closed: Option<String>,
    forwards: Vec<PortForward>,
}

impl Reached {
    /// Without a port-forward.
    fn here(serving: Serving) -> Self {
        Self {
            name: serving.front_door.clone(),
            serving,
            behind: Behind::Unknown,
            picker_token: None,
            closed: None,
            forwards: Vec::new(),
        }
    }

    /// The same for checks.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            serving: &self.serving,
            behind: &self.behind,
            picker_token: self.picker_token.as_deref().map(Token),
            closed: self.closed.as_deref(),
        }
    }

    /// Whether requests go by way of the API server.
    pub(super) fn is_forwarded(&self) -> bool {
        self.forwards.iter().any(|forward| forward.url() == self.serving.front_door)
    }

    /// Whether somebody takes requests now: a ready pod behind the port-forward, or whoever listens at `target`, the front
    /// door's `HOST:PORT`.
    ///
    /// # Errors
    /// Why nobody does.
    pub(super) async fn look(&self, target: &str) -> Result<(), String> {
        let forward = self.forwards.iter().find(|forward| forward.url() == self.serving.front_door);
        let look = async {
            match forward {
                Some(forward) => forward.reach().await.map_err(|error| error.to_string()),
                None => TcpStream::connect(target).await.map(drop).map_err(|error| error.to_string()),
            }
        };
        let late = |_| Err(format!("no answer within {} s", PATIENCE.as_secs()));
        timeout(PATIENCE, look).await.unwrap_or_else(late)
    }

    /// What went wrong on the way to pods since: pod, port and cause of each way's last failure.
    pub(super) fn troubles(&self) -> Vec<String> {
        let mut troubles: Vec<String> = self.forwards.iter().filter_map(PortForward::trouble).collect();
        troubles.dedup();
        troubles
    }
}

/// A front door on the cluster's own network.
pub(super) struct Inside {
    pub(super) cluster: Cluster,
    pub(super) namespace: String,
    pub(super) url: String,
    pub(super) model: String,
    /// What takes the requests.
    pub(super) name: String,
}

/// Where the flags lead.
enum Way<'a> {
    Url(&'a str),
    Local,
    /// With the way to its gateway, where that is named.
    Cluster(Option<&'a str>),
}

impl FrontDoorArgs {
    /// These flags, or this front door where they name neither a front door nor an environment.
    pub(super) fn or(&self, url: Option<&str>, model: Option<&str>) -> Self {
        let is_named = self.url.is_some() || self.environment.is_some();
        Self {
            url: if is_named { self.url.clone() } else { url.map(str::to_owned) },
            model: self.model.clone().or_else(|| model.filter(|_| !is_named).map(str::to_owned)),
            ..self.clone()
        }
    }

    /// The stack that requests go to; it takes them.
    pub(super) async fn reach(&self) -> Result<Reached, Failure> {
        let target = self.target();
        let reached = match self.way()? {
            Way::Url(url) => Reached::here(by_url(url, self.model.as_deref()).await?),
            Way::Local => {
                let found = stack::find(target.postfix()?)?;
                let serving = found.ok_or_else(|| self.none_there())?;
                Reached::here(self.named(serving))
            }
            Way::Cluster(url) => {
                self.deployed(&target, url).reach().await.map_err(|failure| self.hinted(failure))?
            }
        };
        match &reached.closed {
            None => Ok(reached),
            Some(reason) => {
                Err(Failure::message(Exit::Preflight, format!("failed to reach {}: {reason}", reached.name))
                    .hint(format!("see what is not ready: llmd status {}", target.flags()?)))
            }
        }
    }

    /// The stack, whatever of it runs, and what is known of it beside its answers.
    pub(super) async fn stack(&self) -> Result<Reached, Failure> {
        let target = self.target();
        match self.way()? {
            Way::Url(url) => Ok(Reached::here(by_url(url, self.model.as_deref()).await?)),
            Way::Local => {
                let postfix = target.postfix()?;
                let (serving, status) = (stack::described(postfix)?, stack::status(postfix).await?);
                let (serving, status) = serving.zip(status).ok_or_else(|| self.none_there())?;
                let processes = status.processes.into_iter().map(|process| Process {
                    is_up: process.state == "up",
                    state: format!("{}: {}", process.state, process.message),
                    name: process.name,
                });
                let behind = Behind::Processes(processes.collect());
                Ok(Reached { behind, ..Reached::here(self.named(serving)) })
            }
            Way::Cluster(url) => {
                Box::pin(self.deployed(&target, url).look()).await.map_err(|failure| self.hinted(failure))
            }
        }
    }

    /// The stack's front door as pods of its cluster reach it.
    pub(super) async fn inside(&self) -> Result<Inside, Failure> {
        let Way::Cluster(url) = self.way()? else {
            return Err(Failure::usage("there is no cluster to send from: name its environment with -e"));
        };
        let target = self.target();
        self.deployed(&target, url).inside().await
    }

    fn way(&self) -> Result<Way<'_>, Failure> {
        Ok(match (self.url.as_deref(), self.environment.as_deref()) {
            (Some(url), None) => Way::Url(url),
            (Some(url), Some(environment)) if is_local(environment)? => Way::Url(url),
            (None, Some(environment)) if is_local(environment)? => Way::Local,
            (url, _) => Way::Cluster(url),
        })
    }

    fn deployed<'a>(&'a self, target: &'a TargetArgs, url: Option<&'a str>) -> Deployed<'a> {
        Deployed { target, connection: &self.connection, url, model: self.model.as_deref() }
    }

    fn target(&self) -> TargetArgs {
        TargetArgs {
            environment: self.environment.clone().unwrap_or_else(|| "istio".to_owned()),
            namespace: self.namespace.clone(),
            postfix: self.postfix.clone(),
        }
    }

    /// The stack's requests with the model that the flag names.
    fn named(&self, serving: Serving) -> Serving {
        Serving { model: self.model.clone().unwrap_or(serving.model), ..serving }
    }

    /// Who named nothing may mean what runs here.
    fn hinted(&self, failure: Failure) -> Failure {
        match self.environment {
            None => failure.hint("a stack on this machine is named by -e local"),
            Some(_) => failure,
        }
    }

    fn none_there(&self) -> Failure {
        let target = self.target();
        let postfix = target.postfix().unwrap_or_default();
        none_there(postfix, &target.environment)
    }
}

/// A stack of which only the front door is known.
async fn by_url(text: &str, model: Option<&str>) -> Result<Serving, Failure> {
    let url = base(text)?;
    let model = match model {
        Some(model) => model.to_owned(),
        None => served_model(&url).await?,
    };
    Ok(Serving { front_door: url.to_string(), model, picker_metrics: None, replicas: Vec::new() })
}

/// A front door as people write it, with or without the API's own path.
fn base(text: &str) -> Result<Url, Failure> {
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_suffix("/v1").unwrap_or(text);
    text.parse().map_err(|error| Failure::new(Exit::Usage, error))
}

/// The first model that a front door lists.
async fn served_model(url: &Url) -> Result<String, Failure> {
    let failed = |what: String| {
        Failure::message(Exit::Preflight, format!("failed to learn from {url} which model it serves: {what}"))
            .hint("--model says which one to ask for")
    };
    let models = url.join("/v1/models").map_err(|error| Failure::new(Exit::Usage, error))?;
    let answer = Client::new(Options::default()).get(&models, HeaderMap::new()).await;
    let answer = answer.map_err(|failure| failed(failure.detail))?;
    if answer.status != http::StatusCode::OK {
        return Err(failed(format!("answered by {}: {}", answer.status.as_u16(), answer.message())));
    }
    let page: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let first = page["data"][0]["id"].as_str().map(str::to_owned);
    first.ok_or_else(|| failed("/v1/models lists none".to_owned()))
}
