//! The front door of a deployment on a cluster, and the parts behind it, each on a port of this machine.

use http::{HeaderMap, StatusCode};
use llmd_bench::client::{Client, Options};

use super::{Inside, Reached, base, served_model};
use crate::cluster::{
    self, Cluster, ConnectArgs, Destination, FrontDoor, PortForward, Surrounding, front_door,
};
use crate::commands::{Target, TargetArgs, nothing_installed};
use crate::serving::{Replica, Serving};
use crate::verify::{Behind, Deployment, Standing};
use crate::{Exit, Failure};

/// Which deployment, and how it is reached.
pub(super) struct Deployed<'a> {
    pub(super) target: &'a TargetArgs,
    pub(super) connection: &'a ConnectArgs,
    /// The way to its gateway, in the place of a port-forward.
    pub(super) url: Option<&'a str>,
    pub(super) model: Option<&'a str>,
}

impl Deployed<'_> {
    pub(super) async fn reach(&self) -> Result<Reached, Failure> {
        let (cluster, target) = self.connect().await?;
        self.reach_on(&cluster, &target).await.map(|(reached, _)| reached)
    }

    /// The same, with what the cluster knows of it.
    pub(super) async fn look(&self) -> Result<Reached, Failure> {
        let (cluster, target) = self.connect().await?;
        let ((mut reached, door), deployment) =
            futures::try_join!(self.reach_on(&cluster, &target), deployment(&cluster, &target))?;
        if let Some(page) = &reached.serving.picker_metrics
            && demands_a_token(page).await
        {
            reached.picker_token = door.token(&cluster).await;
        }
        reached.behind = Behind::Deployment(Box::new(deployment));
        Ok(reached)
    }

    /// The front door on the cluster's own network.
    pub(super) async fn inside(&self) -> Result<Inside, Failure> {
        let (cluster, target) = self.connect().await?;
        let door = front_door(&cluster, &target.namespace, &target.releases).await?;
        let Some(door) = door else { return Err(nothing_installed(&cluster, &target).await) };
        let url = match (self.url, door.inside()) {
            (Some(url), _) => base(url)?.to_string(),
            (None, Some(url)) => url,
            (None, None) => {
                let text = format!("{} cannot be reached from within the cluster", door.name);
                return Err(Failure::message(Exit::Preflight, text).hint("name its address with --url"));
            }
        };
        let model = self.model.map(str::to_owned).or(door.model);
        let model =
            model.ok_or_else(|| Failure::usage("the values name no model: say which with --model"))?;
        Ok(Inside { cluster, namespace: target.namespace, url, model, name: door.name })
    }

    /// Refuses flags that cannot be meant before anybody is asked.
    async fn connect(&self) -> Result<(Cluster, Target), Failure> {
        let target = self.target.target()?;
        self.url.map(base).transpose()?;
        Ok((Cluster::connect(self.connection).await?, target))
    }

    async fn reach_on(&self, cluster: &Cluster, target: &Target) -> Result<(Reached, FrontDoor), Failure> {
        let door = front_door(cluster, &target.namespace, &target.releases).await?;
        let Some(door) = door else { return Err(nothing_installed(cluster, target).await) };
        let mut forwards = Vec::new();
        let mut closed = None;
        let front_door = match (self.url, &door.way) {
            (Some(url), _) => base(url)?.to_string(),
            (None, cluster::Way::Address(url)) => url.clone(),
            (None, cluster::Way::Forward(to)) => {
                let url = open(cluster, to, &mut forwards).await?;
                let reach = match forwards.last() {
                    Some(forward) => forward.reach().await,
                    None => Ok(()),
                };
                closed = reach.err().map(|error| error.to_string());
                url
            }
        };
        let picker_metrics = match &door.picker {
            Some(to) => Some(format!("{}/metrics", open(cluster, to, &mut forwards).await?)),
            None => None,
        };
        let mut replicas = Vec::new();
        for (name, to) in &door.servers {
            replicas.push(Replica { name: name.clone(), url: open(cluster, to, &mut forwards).await? });
        }
        let model = match self.model.map(str::to_owned).or_else(|| door.model.clone()) {
            Some(model) => model,
            None => served_model(&base(&front_door)?).await?,
        };
        let reached = Reached {
            name: format!("{} in namespace {}", door.name, target.namespace),
            serving: Serving { front_door, model, picker_metrics, replicas },
            behind: Behind::Unknown,
            picker_token: None,
            closed,
            forwards,
        };
        Ok((reached, door))
    }
}

/// Opens a free port that leads there; its URL.
async fn open(
    cluster: &Cluster,
    to: &Destination,
    forwards: &mut Vec<PortForward>,
) -> Result<String, Failure> {
    let forward = PortForward::open(cluster, to.clone(), 0).await.map_err(|error| {
        Failure::message(Exit::Preflight, format!("failed to open a port of this machine for {to}: {error}"))
    })?;
    let url = forward.url();
    forwards.push(forward);
    Ok(url)
}

/// Whether a page is shown to those only who bring a token.
async fn demands_a_token(page: &str) -> bool {
    let Ok(url) = page.parse() else { return false };
    let answer = Client::new(Options::default()).get(&url, HeaderMap::new()).await;
    answer.is_ok_and(|answer| {
        answer.status == StatusCode::UNAUTHORIZED || answer.status == StatusCode::FORBIDDEN
    })
}

/// What the cluster knows of a deployment.
async fn deployment(cluster: &Cluster, target: &Target) -> Result<Deployment, Failure> {
    let Target { namespace, releases } = target;
    let (status, differing, surrounding) = futures::try_join!(
        cluster::status(cluster, namespace, releases),
        cluster::drift(cluster, namespace, releases),
        cluster::surrounding(cluster, namespace),
    )?;
    let Some(status) = status else { return Err(nothing_installed(cluster, target).await) };
    let missing = status.missing.iter().map(|name| Standing {
        name: format!("release {name}"),
        state: "not installed".to_owned(),
        is_good: false,
        hint: Some("`llmd apply` goes on with it".to_owned()),
    });
    let recorded = status.releases.iter().map(|release| Standing {
        name: format!("release {}", release.name),
        state: release.status.clone(),
        is_good: release.status == "deployed",
        hint: Some("`llmd history` tells what went wrong; `llmd apply` goes on with it".to_owned()),
    });
    let objects = status.objects.iter().map(|report| Standing {
        name: report.object.to_string(),
        state: report.readiness.message().to_owned(),
        is_good: report.readiness.is_ready(),
        hint: report.readiness.cause().map(|cause| cause.hint.clone()),
    });
    let Surrounding { objects: surrounding, unreadable } = surrounding;
    Ok(Deployment {
        releases: recorded.chain(missing).collect(),
        differing: differing
            .iter()
            .map(|drift| format!("{}: {}", drift.object, drift.differences.join(", ")))
            .collect(),
        objects: objects.collect(),
        surrounding,
        unreadable: unreadable.into_iter().map(str::to_owned).collect(),
    })
}
