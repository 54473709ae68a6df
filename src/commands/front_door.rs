//! The flags that say whose front door is asked, shared by the verbs that send requests.

use http::HeaderMap;
use llmd_bench::client::{Client, Options, Url};
use serde_json::Value;

use super::TargetArgs;
use super::local::none_there;
use crate::environment::is_local;
use crate::local as stack;
use crate::serving::Serving;
use crate::verify::Process;
use crate::{Exit, Failure};

/// Whose front door.
#[derive(Clone, Debug, clap::Args)]
pub struct FrontDoorArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// A front door that can be reached already, such as a port-forward; no environment is looked at then
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The model that requests name [default: the one that the stack serves]
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

impl FrontDoorArgs {
    /// These flags, or this front door where they name neither a front door nor a stack on this machine.
    pub(super) fn or(&self, url: Option<&str>, model: Option<&str>) -> Self {
        let is_named = self.url.is_some() || is_local(&self.target.environment).unwrap_or_default();
        Self {
            url: if is_named { self.url.clone() } else { url.map(str::to_owned) },
            model: self.model.clone().or_else(|| model.filter(|_| !is_named).map(str::to_owned)),
            ..self.clone()
        }
    }

    /// The stack that requests go to.
    pub(super) async fn serving(&self) -> Result<Serving, Failure> {
        match &self.url {
            Some(url) => by_url(url, self.model.as_deref()).await,
            None => Ok(self.named(stack::find(self.postfix()?)?.ok_or_else(|| self.none_there())?)),
        }
    }

    /// The stack, whatever of it runs, and its processes where it is one of processes.
    pub(super) async fn stack(&self) -> Result<(Serving, Option<Vec<Process>>), Failure> {
        if let Some(url) = &self.url {
            return Ok((by_url(url, self.model.as_deref()).await?, None));
        }
        let postfix = self.postfix()?;
        let (serving, status) = (stack::described(postfix)?, stack::status(postfix).await?);
        let (serving, status) = serving.zip(status).ok_or_else(|| self.none_there())?;
        let processes = status.processes.into_iter().map(|process| Process {
            is_up: process.state == "up",
            state: format!("{}: {}", process.state, process.message),
            name: process.name,
        });
        Ok((self.named(serving), Some(processes.collect())))
    }

    /// The stack's requests with the model that the flag names.
    fn named(&self, serving: Serving) -> Serving {
        Serving { model: self.model.clone().unwrap_or(serving.model), ..serving }
    }

    /// The postfix of a stack on this machine.
    fn postfix(&self) -> Result<&str, Failure> {
        let environment = &self.target.environment;
        if !is_local(environment)? {
            let text =
                format!("environment {environment} is in a cluster, whose front door is not reached yet");
            return Err(Failure::usage(text)
                .hint("keep a way to it open, such as `kubectl port-forward`, and name it with --url")
                .hint("a stack on this machine is named by -e local"));
        }
        self.target.postfix()
    }

    fn none_there(&self) -> Failure {
        let postfix = self.target.postfix().unwrap_or_default();
        none_there(postfix, &self.target.environment)
    }
}

/// A stack of which only the front door is known.
async fn by_url(text: &str, model: Option<&str>) -> Result<Serving, Failure> {
    let text = text.trim().trim_end_matches('/');
    let text = text.strip_suffix("/v1").unwrap_or(text);
    let url: Url = text.parse().map_err(|error| Failure::new(Exit::Usage, error))?;
    let model = match model {
        Some(model) => model.to_owned(),
        None => served_model(&url).await?,
    };
    Ok(Serving { front_door: url.to_string(), model, picker_metrics: None, replicas: Vec::new() })
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
