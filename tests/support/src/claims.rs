//! Volumes: no provisioner runs here, so a claim is bound to a volume made for it.

use std::time::Duration;

use serde_json::json;

use crate::ControlPlane;
use crate::patience::eventually;

impl ControlPlane {
    /// Makes a claim of that name, as the guide's model store asks for it, and the volume it is bound to.
    pub fn bound_claim(&self, namespace: &str, name: &str) {
        let capacity = json!({"storage": "1Ti"});
        let volume = format!("{namespace}-{name}");
        let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {"name": volume},
                "spec": {
                    "capacity": capacity,
                    "accessModes": ["ReadWriteMany"],
                    "storageClassName": "",
                    "hostPath": {"path": "/nowhere"},
                    "claimRef": {"namespace": namespace, "name": name},
                },
            },
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": name, "namespace": namespace},
                "spec": {
                    "accessModes": ["ReadWriteMany"],
                    "storageClassName": "",
                    "volumeName": volume,
                    "resources": {"requests": capacity},
                },
            },
        ]});
        self.kubectl_with_input(&["create", "-f", "-"], &objects.to_string()).success();
        let path = format!("/api/v1/namespaces/{namespace}/persistentvolumeclaims/{name}");
        eventually(&format!("claim {name} to be bound"), Duration::from_secs(60), || {
            self.object(&path).filter(|claim| claim["status"]["phase"] == "Bound")
        });
    }
}
