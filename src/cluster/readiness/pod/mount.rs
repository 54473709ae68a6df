//! Pods that stay at `ContainerCreating`: only their events say why.

use serde_json::Value;

use super::container::Missing;
use super::{Cause, Evidence, Trouble, seconds};
use crate::cluster::events;
use crate::cluster::object::text;

const VOLUMES: [&str; 3] = ["FailedMount", "FailedAttachVolume", "FailedMapVolume"];
const CLAIMS: [&str; 3] =
    ["FailedResourceClaimCreation", "FailedPrepareDynamicResources", "FailedResourceClaim"];
const SANDBOX: [&str; 1] = ["FailedCreatePodSandBox"];

/// A volume that cannot be mounted, devices that cannot be prepared, a network that cannot be had.
pub(super) fn trouble(pod: &Value, evidence: &Evidence<'_>) -> Option<Trouble> {
    if text(pod, "/status/phase") != "Pending" {
        return None;
    }
    let name = text(pod, "/metadata/name");
    let classes: [(&str, &str, &[&str], &str); 3] = [
        (
            "FailedMount",
            "volume not mounted",
            &VOLUMES,
            "make what it names, or correct the values; kubectl describe tells each try",
        ),
        (
            "ResourceClaim",
            "devices not prepared",
            &CLAIMS,
            "check the DRA driver on the node, its device classes and the ResourceClaims: kubectl get resourceclaims",
        ),
        (
            "FailedSandbox",
            "no network or sandbox",
            &SANDBOX,
            "the node cannot start pods: look at its network plugin and its container runtime",
        ),
    ];
    classes.into_iter().find_map(|(code, summary, reasons, hint)| {
        let event = events::latest(evidence.events, name, reasons)?;
        let message = text(event, "/message");
        let missing = Missing::named_in(message);
        Some(Trouble {
            summary: missing.as_ref().map_or_else(|| summary.to_owned(), Missing::summary),
            cause: Cause {
                code,
                message: format!("Pod/{name} cannot start: {message}"),
                hint: missing.map_or_else(|| hint.to_owned(), |missing| missing.hint()),
                grace: seconds(60),
                ..Cause::default()
            },
            crashed: None,
        })
    })
}
