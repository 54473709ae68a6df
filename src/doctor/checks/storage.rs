//! The claims that pods mount and that are not part of the stack.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Facts, Seen, Wanted};
use crate::cluster::object::{list, meta, text};
use crate::doctor::report::{Finding, Verdict};

pub(super) fn storage(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    let ours = |claim: &str| {
        let mut manifests = wanted.stack.manifests();
        manifests.any(|manifest| manifest.kind() == "PersistentVolumeClaim" && manifest.name() == claim)
    };
    let names: BTreeSet<&str> = wanted
        .workloads
        .iter()
        .flat_map(|workload| list(workload.spec(), "/volumes"))
        .map(|volume| text(volume, "/persistentVolumeClaim/claimName"))
        .filter(|claim| !claim.is_empty() && !ours(claim))
        .collect();
    if names.is_empty() {
        return Err("no pod mounts a claim".to_owned());
    }
    let claims = facts.claims.known()?;
    let classes = facts.storage_classes.get().map_or(&[][..], Vec::as_slice);
    let findings = names.iter().filter_map(|name| {
        let live = claims.iter().find(|claim| text(claim, "/metadata/name") == *name);
        fault(name, live, classes, &wanted.stack.namespace)
    });
    let told = names.iter().copied().collect::<Vec<_>>().join(", ");
    Ok(Verdict::new(format!("{told} can be mounted"), findings.collect()))
}

fn is_default(class: &Value) -> bool {
    meta(class, "annotations", "storageclass.kubernetes.io/is-default-class") == "true"
}

fn fault(name: &str, live: Option<&Value>, classes: &[Value], namespace: &str) -> Option<Finding> {
    let place = format!("PersistentVolumeClaim/{name}");
    let look = format!("kubectl describe pvc {name} -n {namespace}");
    let Some(claim) = live else {
        let cause = if classes.iter().any(is_default) {
            "it does not exist, and pods that mount it never start".to_owned()
        } else {
            "it does not exist, and the cluster has no default StorageClass to make it with".to_owned()
        };
        let made = format!(
            "echo '{{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolumeClaim\",\"metadata\":{{\"name\":\"{name}\"}},\"spec\":\
             {{\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{{\"requests\":{{\"storage\":\"100Gi\"}}}}}}}}' | kubectl apply -n \
             {namespace} -f -"
        );
        return Some(Finding::error(place, cause, made));
    };
    let named = text(claim, "/spec/storageClassName");
    let class = classes.iter().find(|class| text(class, "/metadata/name") == named);
    match text(claim, "/status/phase") {
        "Lost" => Some(Finding::error(place, "its volume is gone", look)),
        "Pending" => match class {
            // It is made once the first pod wants it.
            Some(class) if text(class, "/volumeBindingMode") == "WaitForFirstConsumer" => None,
            Some(_) => {
                Some(Finding::warning(place, format!("StorageClass {named} has not provided it yet"), look))
            }
            None if named.is_empty() => Some(Finding::error(
                place,
                "it names no StorageClass and the cluster has no default one",
                "kubectl get storageclass",
            )),
            None => Some(Finding::error(
                place,
                format!("there is no StorageClass {named}"),
                "kubectl get storageclass",
            )),
        },
        _ => None,
    }
}
