//! How the API server is reached.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// Longer than the server lets a watch be silent (`follow::WATCH_SECONDS`), so that only dead connections end by it.
const READ_TIMEOUT: Duration = Duration::from_secs(90);

/// A client for the cluster of, in this order: the file `kubeconfig`, the files of the environment variable
/// KUBECONFIG, the service account of the pod this runs in, `~/.kube/config`. Sends nothing yet.
///
/// # Errors
/// When none of them is there, or the first that is there cannot be read.
pub async fn connect(kubeconfig: Option<&Path>) -> anyhow::Result<Client> {
    let named = match kubeconfig {
        Some(path) => Some(Kubeconfig::read_from(path)),
        None => Kubeconfig::from_env().transpose(),
    };
    let mut config = match named {
        Some(kubeconfig) => from_kubeconfig(kubeconfig?).await?,
        None => match Config::incluster() {
            Ok(config) => config,
            Err(error) => {
                let home = Kubeconfig::read().with_context(|| {
                    format!("no cluster: neither a kubeconfig nor a service account ({error})")
                });
                from_kubeconfig(home?).await?
            }
        },
    };
    config.read_timeout = Some(READ_TIMEOUT);
    config.reset_reader_on_write = true;
    Ok(Client::try_from(config)?)
}

async fn from_kubeconfig(kubeconfig: Kubeconfig) -> anyhow::Result<Config> {
    Ok(Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?)
}
