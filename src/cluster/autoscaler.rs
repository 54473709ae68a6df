//! Who else counts replicas: an autoscaler, or whoever uses the `scale` subresource, as KEDA does.

use kube::api::ListParams;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::Cluster;
use super::fields::managed;
use super::object::{ObjectRef, collection, text};

/// The field that autoscalers own.
pub(super) const REPLICAS: &str = "spec.replicas";

/// The autoscalers of a namespace, read when the first object asks: most deployments have none, and their namespace may
/// hold many of others.
pub(super) struct Autoscalers<'a> {
    cluster: &'a Cluster,
    namespace: &'a str,
    found: OnceCell<Vec<Autoscaler>>,
}

/// A `HorizontalPodAutoscaler`.
struct Autoscaler {
    name: String,
    /// `Kind/name` of what it scales.
    target: String,
}

impl<'a> Autoscalers<'a> {
    pub(super) fn of(cluster: &'a Cluster, namespace: &'a str) -> Self {
        Self { cluster, namespace, found: OnceCell::new() }
    }

    /// `Kind/name` of the one that scales an object; none where they may not be read or the cluster does not know them.
    pub(super) async fn scaling(&self, object: &ObjectRef) -> Option<String> {
        let found = self.found.get_or_init(|| self.read()).await;
        let target = object.to_string();
        let scaler = found.iter().find(|autoscaler| autoscaler.target == target)?;
        Some(ObjectRef::display("HorizontalPodAutoscaler", &scaler.name))
    }

    async fn read(&self) -> Vec<Autoscaler> {
        let path = collection("autoscaling/v2", "horizontalpodautoscalers", Some(self.namespace));
        let found = self.cluster.list_where(&path, &ListParams::default()).await.unwrap_or_default();
        found
            .iter()
            .map(|autoscaler| Autoscaler {
                name: text(autoscaler, "/metadata/name").to_owned(),
                target: ObjectRef::display(
                    text(autoscaler, "/spec/scaleTargetRef/kind"),
                    text(autoscaler, "/spec/scaleTargetRef/name"),
                ),
            })
            .collect()
    }
}

/// Whoever set the replicas through the `scale` subresource, if that is who owns them now.
pub(super) fn scaler(live: &Value) -> Option<&str> {
    managed::entries(live)
        .find(|entry| {
            text(entry, "/subresource") == "scale" && entry.pointer("/fieldsV1/f:spec/f:replicas").is_some()
        })
        .map(|entry| text(entry, "/manager"))
}

/// Whether somebody but this manager owns the replicas.
pub(super) fn is_scaled_by_others(live: &Value, manager: &str) -> bool {
    managed::entries(live).any(|entry| {
        entry.pointer("/fieldsV1/f:spec/f:replicas").is_some()
            && (text(entry, "/manager") != manager || text(entry, "/subresource") == "scale")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_scale_subresource_tells_who_counts() {
        let entry = |manager: &str, subresource: &str, fields: Value| json!({"manager": manager, "subresource": subresource, "fieldsV1": {"f:spec": fields}});
        let live = |entries: Value| json!({"metadata": {"managedFields": entries}});
        let replicas = json!({"f:replicas": {}});
        let ours = live(json!([entry("helm", "", replicas.clone()), entry("kube", "status", json!({}))]));
        assert_eq!(scaler(&ours), None);
        assert!(!is_scaled_by_others(&ours, "helm"));
        let scaled = live(json!([entry("helm", "", json!({})), entry("keda", "scale", replicas)]));
        assert_eq!(scaler(&scaled), Some("keda"));
        assert!(is_scaled_by_others(&scaled, "helm"));
    }
}
