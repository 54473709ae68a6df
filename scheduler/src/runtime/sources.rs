//! Where endpoints come from: a file, or Kubernetes.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use kube::Client;
use llmd_api::{Config, Dialect, names};
use tokio_util::sync::CancellationToken;

use super::tasks::Tasks;
use crate::args::Flags;
use crate::datastore::Datastore;
use crate::discovery::file::{self, FileSource};
use crate::env_vars;
use crate::kubernetes::election::{Elector, Times};
use crate::kubernetes::{self, EndpointSource, PoolSource};

/// Name of the pool in metrics where nothing gives one.
const UNNAMED: &str = "epp";

/// Where endpoints come from.
pub(super) enum Source {
    File { source: FileSource, pool: String },
    Kubernetes { client: Client, source: PoolSource },
}

impl Source {
    /// What flags and configuration say. A file is read once here, so that what is wrong with it ends the start.
    pub(super) async fn of(flags: &Flags, config: &Config) -> anyhow::Result<Self> {
        if let Some(discovery) = &config.discovery {
            let source = FileSource {
                path: PathBuf::from(&discovery.path),
                watch: discovery.watch.then_some(FileSource::INTERVAL),
            };
            let trial = CancellationToken::new();
            trial.cancel();
            file::run(source.clone(), Arc::default(), trial).await?;
            let pool = if flags.pool_name.is_empty() { UNNAMED.to_owned() } else { flags.pool_name.clone() };
            return Ok(Self::File { source, pool });
        }
        if flags.pool_name.is_empty() && flags.endpoint_selector.is_none() {
            bail!(
                "nothing says where the endpoints are\n\nhint: give --pool-name, or --endpoint-selector with \
                 --endpoint-target-ports, or a configuration with file-discovery"
            );
        }
        let client = kubernetes::connect(flags.kubeconfig.as_deref()).await;
        let client = client.context("failed to find the API server")?;
        let (name, endpoints) = match flags.endpoint_selector.clone() {
            Some(selector) => {
                let target_ports = flags.endpoint_target_ports.clone();
                let name = deployment(&env_vars::pod_name()).to_owned();
                (name, EndpointSource::Selector { selector, target_ports })
            }
            None => (flags.pool_name.clone(), EndpointSource::Pool(flags.pool_group)),
        };
        let source = PoolSource {
            namespace: flags.pool_namespace.clone(),
            name,
            endpoints,
            metrics_port: Some(flags.model_server_metrics_port).filter(|port| *port != 0),
            retry_missing: PoolSource::RETRY_MISSING,
        };
        Ok(Self::Kubernetes { client, source })
    }

    /// Name of the pool in metrics.
    pub(super) fn pool_name(&self) -> &str {
        match self {
            Self::File { pool, .. } => pool,
            Self::Kubernetes { source, .. } => &source.name,
        }
    }

    /// The API server's client, where there is one.
    pub(super) fn client(&self) -> Option<&Client> {
        match self {
            Self::File { .. } => None,
            Self::Kubernetes { client, .. } => Some(client),
        }
    }

    /// What stands for election, when asked to. None: there is nobody to compete with.
    pub(super) fn elector(&self, flags: &Flags, dialect: Dialect) -> Option<Elector> {
        let Self::Kubernetes { client, source } = self else { return None };
        if !flags.ha_enable_leader_election {
            return None;
        }
        let lease = names::lease(dialect, &source.namespace, &source.name);
        let pod = env_vars::pod_name();
        Some(Elector::new(client.clone(), &source.namespace, lease, &pod, Times::default()))
    }

    /// Keeps the datastore up to date. Gives the name of the pool.
    pub(super) fn follow(self, datastore: Arc<Datastore>, tasks: &Tasks) -> String {
        let pool = self.pool_name().to_owned();
        match self {
            Self::File { source, .. } => tasks.spawn("following the endpoints' file", async move |end| {
                if let Err(error) = file::run(source, datastore, end).await {
                    tracing::error!(%error, "the endpoints' file went bad at the start");
                }
            }),
            Self::Kubernetes { client, source } => {
                tasks.spawn("following the pool", |end| kubernetes::run(client, source, datastore, end));
            }
        }
        pool
    }
}

/// The Deployment of a pod: its name without the last two parts, the hashes of ReplicaSet and pod.
fn deployment(pod: &str) -> &str {
    let mut parts = pod.rsplitn(3, '-');
    let (_, _, deployment) = (parts.next(), parts.next(), parts.next());
    deployment.filter(|name| !name.is_empty()).unwrap_or(pod)
}

#[cfg(test)]
mod tests {
    use super::deployment;

    #[test]
    fn a_pod_is_named_after_its_deployment() {
        assert_eq!(deployment("gaie-demo-epp-7d9f-x2x4z"), "gaie-demo-epp");
        assert_eq!(deployment("laptop"), "laptop");
        assert_eq!(deployment("a-b"), "a-b");
    }
}
