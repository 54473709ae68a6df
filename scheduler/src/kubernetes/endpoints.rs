//! Which endpoints the pods of a pool are (`epp.md` §5.5).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use kube::core::{NotUsed, Object};
use serde::Deserialize;

use crate::model::EndpointSpec;

/// Names the ports of a pod that are in use; without it all are. The second name is the older one.
const ACTIVE_PORTS: [&str; 2] = ["llm-d.ai/active-ports", "inference.networking.k8s.io/active-ports"];

/// A pod without what the picker has no use for.
pub(super) type Pod = Object<NotUsed, PodStatus>;

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct PodStatus {
    #[serde(rename = "podIP")]
    ip: Option<String>,
    #[serde(default)]
    conditions: Vec<PodCondition>,
}

#[derive(Debug, Clone, Deserialize)]
struct PodCondition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
}

/// What makes endpoints of pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Labels that a pod must have; none where the API server has chosen the pods already.
    pub(super) labels: BTreeMap<String, String>,
    pub(super) ports: Vec<u16>,
    /// Where metrics are scraped instead of the endpoint's own port; counts where there is one port only.
    pub(super) metrics_port: Option<u16>,
}

impl Target {
    /// One endpoint for each port of each pod that may get requests.
    pub(super) fn endpoints<'a>(&self, pods: impl IntoIterator<Item = &'a Pod>) -> Vec<EndpointSpec> {
        pods.into_iter().flat_map(|pod| self.of_pod(pod)).collect()
    }

    fn of_pod<'a>(&'a self, pod: &'a Pod) -> impl Iterator<Item = EndpointSpec> + 'a {
        let address = self.address(pod);
        let active = ACTIVE_PORTS.iter().find_map(|name| pod.metadata.annotations.as_ref()?.get(*name));
        let is_active = move |port: u16| {
            active.is_none_or(|list| list.split(',').any(|entry| entry.trim().parse() == Ok(port)))
        };
        let metrics_port = self.metrics_port.filter(|_| self.ports.len() == 1);
        let ranks = address
            .into_iter()
            .flat_map(|ip| self.ports.iter().enumerate().map(move |(rank, &port)| (ip, rank, port)));
        ranks.filter(move |&(_, _, port)| is_active(port)).map(move |(ip, rank, port)| {
            let name = pod.metadata.name.clone().unwrap_or_default();
            EndpointSpec {
                namespace: pod.metadata.namespace.clone().unwrap_or_default(),
                name: format!("{name}-rank-{rank}"),
                pod: name,
                address: SocketAddr::new(ip, port),
                metrics_address: SocketAddr::new(ip, metrics_port.unwrap_or(port)),
                labels: pod.metadata.labels.clone().unwrap_or_default(),
            }
        })
    }

    /// The address of a pod of the pool that is ready and stays.
    fn address(&self, pod: &Pod) -> Option<IpAddr> {
        let status = pod.status.as_ref()?;
        let is_ready = || status.conditions.iter().any(|one| one.kind == "Ready" && one.status == "True");
        let labels = pod.metadata.labels.as_ref();
        let is_selected = || {
            self.labels.iter().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
        };
        let may_serve = pod.metadata.deletion_timestamp.is_none() && is_ready() && is_selected();
        status.ip.as_ref().filter(|_| may_serve)?.parse().ok()
    }
}

#[cfg(test)]
mod tests;
