//! Why a pod does not run, by class, and how long each class may last before it is final.

use std::time::Duration;

use serde_json::Value;

use super::{Cause, condition};
use crate::cluster::object::{list, number, text};

/// The first trouble of a pod. Loading a model is none: that takes its time.
pub fn trouble(pod: &Value, events: &[Value]) -> Option<Cause> {
    if pod.pointer("/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let name = text(pod, "/metadata/name");
    evicted(pod, name)
        .or_else(|| unschedulable(pod, name, events))
        .or_else(|| containers(pod).find_map(|container| container_trouble(container, name)))
        .or_else(|| unmounted(pod, name, events))
}

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    ["/status/initContainerStatuses", "/status/containerStatuses"]
        .into_iter()
        .flat_map(|path| list(pod, path))
}

fn evicted(pod: &Value, name: &str) -> Option<Cause> {
    if text(pod, "/status/phase") != "Failed" {
        return None;
    }
    let reason = text(pod, "/status/reason");
    let reason = if reason.is_empty() { "Failed" } else { reason };
    Some(Cause {
        code: "PodFailed",
        message: format!("Pod/{name} failed: {reason} {}", text(pod, "/status/message"))
            .trim_end()
            .to_owned(),
        hint: "look at the pod's events and at its node: kubectl describe".to_owned(),
        grace: seconds(30),
    })
}

/// No node takes the pod. With an autoscaler that says it adds one, that may take minutes.
fn unschedulable(pod: &Value, name: &str, events: &[Value]) -> Option<Cause> {
    let scheduled = condition(list(pod, "/status/conditions"), "PodScheduled")?;
    if text(scheduled, "/status") != "False" || text(scheduled, "/reason") != "Unschedulable" {
        return None;
    }
    let grace = if event(events, name, &["TriggeredScaleUp"]).is_some() {
        seconds(15 * 60)
    } else if event(events, name, &["NotTriggerScaleUp"]).is_some() {
        Duration::ZERO
    } else {
        seconds(30)
    };
    let message = text(scheduled, "/message");
    Some(Cause {
        code: "Unschedulable",
        message: format!("Pod/{name} cannot be scheduled: {}", first_sentence(message)),
        hint: scheduling_hint(message),
        grace,
    })
}

/// The scheduler's first sentence holds the counts; what follows is about preemption.
fn first_sentence(message: &str) -> &str {
    message.split(". ").next().unwrap_or(message).trim_end_matches('.')
}

/// What most nodes lack comes first; the scheduler lists its reasons in the order of their texts.
fn scheduling_hint(message: &str) -> String {
    let lacking = message
        .split([':', ','])
        .filter_map(|reason| reason.trim().split_once(" Insufficient "))
        .max_by_key(|(nodes, _)| nodes.parse::<u64>().unwrap_or_default())
        .map(|(_, rest)| resource_name(rest));
    if let Some(resource) = lacking {
        format!(
            "no node has enough free {resource}: add nodes, or ask for less (replicas, parallelism, resources)"
        )
    } else if message.contains("taint") {
        "the nodes have taints that the pod does not tolerate: add tolerations, or other nodes".to_owned()
    } else if message.contains("affinity") || message.contains("selector") {
        "no node has the labels that the pod asks for: check its node selector and affinity".to_owned()
    } else if message.contains("PersistentVolumeClaim") || message.contains("persistentvolumeclaim") {
        "a PersistentVolumeClaim that the pod uses is missing or not bound".to_owned()
    } else if message.contains("resourceclaim") || message.contains("device class") {
        "the devices that the pod claims cannot be had: check the DRA driver and its device classes"
            .to_owned()
    } else {
        "look at the pod's events: kubectl describe pod".to_owned()
    }
}

/// The resource at the head of a message; its name may hold dots (`nvidia.com/gpu`).
fn resource_name(rest: &str) -> &str {
    let end = rest.find([',', ' ']).unwrap_or(rest.len());
    rest[..end].trim_end_matches('.')
}

fn container_trouble(container: &Value, pod: &str) -> Option<Cause> {
    let restarts = number(container, "/restartCount").unwrap_or_default();
    let last = container.pointer("/lastState/terminated");
    if let Some(last) = last
        && text(last, "/reason") == "OOMKilled"
        && container["ready"] != true
    {
        let name = text(container, "/name");
        return Some(Cause {
            code: "OutOfMemory",
            message: format!("Pod/{pod}: container {name} was killed for its memory ({restarts} restarts)"),
            hint: "raise its memory limit, or lower what the model server reserves".to_owned(),
            grace: Duration::ZERO,
        });
    }
    let waiting = container.pointer("/state/waiting")?;
    let message = text(waiting, "/message");
    let image = text(container, "/image");
    match text(waiting, "/reason") {
        "InvalidImageName" => Some(Cause {
            code: "InvalidImageName",
            message: format!("Pod/{pod}: '{image}' is not the name of an image"),
            hint: "correct the image in the values".to_owned(),
            grace: Duration::ZERO,
        }),
        "ErrImagePull"
        | "ImagePullBackOff"
        | "ErrImageNeverPull"
        | "ImageInspectError"
        | "RegistryUnavailable" => Some(image_trouble(pod, image, message)),
        reason @ ("CreateContainerConfigError" | "CreateContainerError" | "RunContainerError") => {
            Some(Cause {
                code: "ContainerConfig",
                message: format!(
                    "Pod/{pod}: container {} cannot start: {reason}: {message}",
                    text(container, "/name")
                ),
                hint: config_hint(message),
                grace: seconds(20),
            })
        }
        "CrashLoopBackOff" => Some(crash(pod, container, restarts, last)),
        _ => None,
    }
}

fn image_trouble(pod: &str, image: &str, message: &str) -> Cause {
    let words = message.to_lowercase();
    let refused =
        ["unauthorized", "denied", "forbidden", "401", "403"].iter().any(|word| words.contains(word));
    let absent = ["not found", "manifest unknown", "no match for platform", "no such"]
        .iter()
        .any(|word| words.contains(word));
    let passing = ["429", "toomanyrequests", "timeout", "no such host", "x509", "connection re"]
        .iter()
        .any(|word| words.contains(word));
    let (grace, hint) = if passing {
        (
            seconds(120),
            "the registry cannot be reached from the node: check its network, name and certificate",
        )
    } else if refused {
        (
            Duration::ZERO,
            "the registry refuses: add an image pull secret to the ServiceAccount, or check its rights",
        )
    } else if absent {
        (Duration::ZERO, "no such image: correct its name and tag in the values, or push it")
    } else {
        (seconds(10), "check the image's name and tag, and that the nodes can reach its registry")
    };
    let why = if message.is_empty() { String::new() } else { format!(": {message}") };
    Cause {
        code: "ImagePull",
        message: format!("Pod/{pod}: image {image} cannot be pulled{why}"),
        hint: hint.to_owned(),
        grace,
    }
}

fn config_hint(message: &str) -> String {
    if message.contains("llm-d-hf-token") {
        "make the Secret with the Hugging Face token: \
         kubectl create secret generic llm-d-hf-token --from-literal=HF_TOKEN=…"
            .to_owned()
    } else {
        "make the Secret or ConfigMap that it names, or correct the values".to_owned()
    }
}

fn crash(pod: &str, container: &Value, restarts: i64, last: Option<&Value>) -> Cause {
    let name = text(container, "/name");
    let end = last.map_or_else(String::new, |last| {
        format!(" ({}, exit code {})", text(last, "/reason"), number(last, "/exitCode").unwrap_or_default())
    });
    Cause {
        code: "CrashLoop",
        message: format!("Pod/{pod}: container {name} keeps ending{end}, {restarts} restarts"),
        hint: format!("see why: kubectl logs --previous -c {name} {pod}"),
        grace: if restarts >= 2 { Duration::ZERO } else { seconds(60) },
    }
}

/// Volumes that cannot be mounted show in events only.
fn unmounted(pod: &Value, name: &str, events: &[Value]) -> Option<Cause> {
    if text(pod, "/status/phase") != "Pending" {
        return None;
    }
    let event = event(
        events,
        name,
        &["FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "FailedPrepareDynamicResources"],
    )?;
    Some(Cause {
        code: "FailedMount",
        message: format!("Pod/{name} cannot start: {}", text(event, "/message")),
        hint: "make what it names, or correct the values".to_owned(),
        grace: seconds(60),
    })
}

fn event<'a>(events: &'a [Value], pod: &str, reasons: &[&str]) -> Option<&'a Value> {
    events
        .iter()
        .find(|event| text(event, "/involvedObject/name") == pod && reasons.contains(&text(event, "/reason")))
}

/// What the pods that are not ready are busy with: `2 loading, 1 starting`.
pub fn activity(pods: &[&Value]) -> Option<String> {
    let (mut gated, mut waiting, mut starting, mut loading) = (0, 0, 0, 0);
    for pod in pods.iter().filter(|pod| pod.pointer("/metadata/deletionTimestamp").is_none()) {
        let conditions = list(pod, "/status/conditions");
        let is = |kind: &str, status: &str| {
            condition(conditions, kind).is_some_and(|condition| text(condition, "/status") == status)
        };
        if is("Ready", "True") {
            continue;
        }
        let reason = condition(conditions, "PodScheduled").map_or("", |scheduled| text(scheduled, "/reason"));
        match text(pod, "/status/phase") {
            _ if reason == "SchedulingGated" => gated += 1,
            "Running" => loading += 1,
            _ if is("PodScheduled", "True") => starting += 1,
            _ => waiting += 1,
        }
    }
    let parts: Vec<String> = [
        (loading, "loading"),
        (starting, "starting"),
        (waiting, "not scheduled yet"),
        (gated, "held by a scheduling gate"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn waiting(reason: &str, message: &str, restarts: i64) -> Value {
        json!({"metadata": {"name": "p"}, "status": {"phase": "Pending", "containerStatuses": [{
            "name": "vllm", "image": "r/i:t", "restartCount": restarts, "ready": false,
            "state": {"waiting": {"reason": reason, "message": message}},
            "lastState": {"terminated": {"reason": "Error", "exitCode": 1}}}]}})
    }

    #[test]
    fn classes_and_their_grace() {
        let cases = [
            (waiting("ContainerCreating", "", 0), None),
            (waiting("ErrImagePull", "failed: i:t: not found", 0), Some(("ImagePull", 0))),
            (waiting("ImagePullBackOff", "unauthorized", 0), Some(("ImagePull", 0))),
            (waiting("ErrImagePull", "429 Too Many Requests", 0), Some(("ImagePull", 120))),
            (waiting("ErrImagePull", "dial tcp: lookup r: no such host", 0), Some(("ImagePull", 120))),
            (waiting("ImagePullBackOff", "Back-off pulling image", 0), Some(("ImagePull", 10))),
            (waiting("InvalidImageName", "", 0), Some(("InvalidImageName", 0))),
            (
                waiting("CreateContainerConfigError", "secret \"x\" not found", 0),
                Some(("ContainerConfig", 20)),
            ),
            (waiting("CrashLoopBackOff", "", 1), Some(("CrashLoop", 60))),
            (waiting("CrashLoopBackOff", "", 2), Some(("CrashLoop", 0))),
        ];
        for (pod, expected) in cases {
            let cause = trouble(&pod, &[]);
            assert_eq!(cause.as_ref().map(|cause| (cause.code, cause.grace.as_secs())), expected, "{pod}");
        }
    }

    #[test]
    fn the_hint_names_what_most_nodes_lack() {
        let message =
            "0/13 nodes are available: 1 Insufficient cpu, 13 Insufficient nvidia.com/gpu. no new claims";
        assert!(scheduling_hint(message).starts_with("no node has enough free nvidia.com/gpu:"));
    }

    #[test]
    fn unschedulable_pods_say_what_is_lacking() {
        let pod = json!({"metadata": {"name": "p"}, "status": {"phase": "Pending", "conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/6 nodes are available: 6 Insufficient nvidia.com/gpu. preemption: 0/6 nodes are available."}]}});
        let cause = trouble(&pod, &[]).unwrap();
        assert_eq!(
            cause.message,
            "Pod/p cannot be scheduled: 0/6 nodes are available: 6 Insufficient nvidia.com/gpu"
        );
        assert!(cause.hint.starts_with("no node has enough free nvidia.com/gpu:"), "{}", cause.hint);
        assert_eq!(cause.grace.as_secs(), 30);
        let scaling = [json!({"reason": "TriggeredScaleUp", "involvedObject": {"name": "p"}})];
        assert_eq!(trouble(&pod, &scaling).unwrap().grace.as_secs(), 900);
        let refused = [json!({"reason": "NotTriggerScaleUp", "involvedObject": {"name": "p"}})];
        assert_eq!(trouble(&pod, &refused).unwrap().grace.as_secs(), 0);
    }

    #[test]
    fn memory_and_mounts() {
        let mut pod = waiting("CrashLoopBackOff", "", 3);
        pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["reason"] = "OOMKilled".into();
        assert_eq!(trouble(&pod, &[]).unwrap().code, "OutOfMemory");
        let creating = waiting("ContainerCreating", "", 0);
        let events = [json!({"reason": "FailedMount", "message": "configmap \"envoy\" not found",
                             "involvedObject": {"name": "p"}})];
        assert_eq!(
            trouble(&creating, &events).unwrap().message,
            "Pod/p cannot start: configmap \"envoy\" not found"
        );
        pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
        assert_eq!(trouble(&pod, &[]), None);
    }

    #[test]
    fn activity_counts_what_is_not_ready() {
        let pod = |phase: &str, scheduled: &str, ready: &str| {
            json!({"status": {"phase": phase, "conditions": [
                {"type": "PodScheduled", "status": scheduled}, {"type": "Ready", "status": ready}]}})
        };
        let pods = [
            pod("Running", "True", "True"),
            pod("Running", "True", "False"),
            pod("Pending", "True", "False"),
            pod("Pending", "False", "False"),
        ];
        let pods: Vec<&Value> = pods.iter().collect();
        assert_eq!(activity(&pods).unwrap(), "1 loading, 1 starting, 1 not scheduled yet");
        assert_eq!(activity(&pods[..1]), None);
    }
}
