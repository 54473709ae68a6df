//! Containers that do not come up, or do not stay up.

use serde_json::Value;

use super::{Cause, Evidence, Trouble, image, seconds, since, time};
use crate::cluster::events;
use crate::cluster::object::{list, number, text};

/// A container that crashed before and runs again counts as crashing for this long, so that the verdict does not flap.
const TRIAL: u64 = 30;

/// The first trouble among the containers of a pod, init containers first.
pub(super) fn trouble(pod: &Value, evidence: &Evidence<'_>) -> Option<Trouble> {
    let pairs = [
        ("/status/initContainerStatuses", "/spec/initContainers"),
        ("/status/containerStatuses", "/spec/containers"),
    ];
    pairs.into_iter().find_map(|(statuses, specs)| {
        list(pod, statuses).iter().filter(|status| status["ready"] != true).find_map(|status| {
            let name = text(status, "/name");
            let spec = list(pod, specs).iter().find(|spec| text(spec, "/name") == name);
            let container = Container { pod, status, spec, name };
            container.waiting(evidence).or_else(|| container.ended(evidence))
        })
    })
}

struct Container<'a> {
    pod: &'a Value,
    status: &'a Value,
    spec: Option<&'a Value>,
    name: &'a str,
}

impl Container<'_> {
    fn pod_name(&self) -> &str {
        text(self.pod, "/metadata/name")
    }

    fn restarts(&self) -> i64 {
        number(self.status, "/restartCount").unwrap_or_default()
    }

    /// It waits for something that does not come.
    fn waiting(&self, evidence: &Evidence<'_>) -> Option<Trouble> {
        let waiting = self.status.pointer("/state/waiting")?;
        let message = text(waiting, "/message");
        let image = text(self.status, "/image");
        match text(waiting, "/reason") {
            "InvalidImageName" => Some(image::invalid_name(self.pod, image)),
            "ErrImagePull"
            | "ImagePullBackOff"
            | "ErrImageNeverPull"
            | "ImageInspectError"
            | "RegistryUnavailable" => Some(image::trouble(self.pod_name(), image, message, evidence)),
            reason @ ("CreateContainerConfigError" | "CreateContainerError" | "RunContainerError") => {
                Some(self.misconfigured(reason, message))
            }
            _ => None,
        }
    }

    fn misconfigured(&self, reason: &str, message: &str) -> Trouble {
        let missing = Missing::named_in(message);
        let summary = missing.as_ref().map_or_else(|| "cannot start".to_owned(), Missing::summary);
        let message = match message {
            "" => reason.to_owned(),
            message => format!("{reason}: {message}"),
        };
        Trouble {
            summary,
            cause: Cause {
                code: "ContainerConfig",
                message: format!("Pod/{}: container {} cannot start: {message}", self.pod_name(), self.name),
                hint: missing.map_or_else(
                    || "correct the values: the container cannot be made as they say".to_owned(),
                    |missing| missing.hint(),
                ),
                grace: seconds(20),
                ..Cause::default()
            },
            crashed: None,
        }
    }

    /// It has ended, and may have begun again since.
    fn ended(&self, evidence: &Evidence<'_>) -> Option<Trouble> {
        let restarts = self.restarts();
        let last = self
            .status
            .pointer("/lastState/terminated")
            .or_else(|| self.status.pointer("/state/terminated"))
            .filter(|last| number(last, "/exitCode") != Some(0) || restarts > 0)?;
        if let Some(killed) = self.killed_by_probe(evidence) {
            return Some(killed);
        }
        if text(last, "/reason") == "OOMKilled" {
            return Some(self.out_of_memory(restarts));
        }
        let running = time(self.status, "/state/running/startedAt").map(|begun| since(begun, evidence));
        if running.is_some_and(|running| restarts < 2 || running >= seconds(TRIAL)) {
            return None;
        }
        Some(self.crash(last, restarts))
    }

    /// The kubelet has ended it because a probe failed.
    fn killed_by_probe(&self, evidence: &Evidence<'_>) -> Option<Trouble> {
        let killings = events::about(evidence.events, self.pod_name(), &["Killing"]);
        let message = killings
            .map(|event| text(event, "/message"))
            .find(|message| message.contains(&format!("Container {} failed ", self.name)))?;
        let probe = events::latest(evidence.events, self.pod_name(), &["Unhealthy"])
            .map(|event| format!(": {}", text(event, "/message").trim_end()))
            .unwrap_or_default();
        let (code, which) = if message.contains("liveness") {
            ("LivenessFailed", "liveness")
        } else {
            ("StartupFailed", "startup")
        };
        let allowed = self.spec.and_then(super::startup::budget).filter(|_| which == "startup");
        let within =
            allowed.map(|budget| format!(" within {}", super::startup::exact(budget))).unwrap_or_default();
        Some(Trouble {
            summary: format!("killed by its {which} probe"),
            cause: Cause {
                code,
                message: format!(
                    "Pod/{}: container {} did not answer its {which} probe{within} and was killed \
                     ({} restarts){probe}",
                    self.pod_name(),
                    self.name,
                    self.restarts()
                ),
                hint: format!(
                    "see why it does not answer: kubectl logs --previous -c {} {}; if it only needs longer, \
                     allow it more in {which}Probe",
                    self.name,
                    self.pod_name()
                ),
                ..Cause::default()
            },
            crashed: Some(self.name.to_owned()),
        })
    }

    fn out_of_memory(&self, restarts: i64) -> Trouble {
        let limit = self.spec.map_or("", |spec| text(spec, "/resources/limits/memory"));
        let limit = match limit {
            "" => "it has no limit, so the node itself ran out".to_owned(),
            limit => format!("its limit is {limit}"),
        };
        Trouble {
            summary: "out of memory".to_owned(),
            cause: Cause {
                code: "OutOfMemory",
                message: format!(
                    "Pod/{}: container {} was killed for its memory ({restarts} restarts): {limit}",
                    self.pod_name(),
                    self.name
                ),
                hint: "raise its memory limit, or lower what the model server reserves".to_owned(),
                ..Cause::default()
            },
            crashed: None,
        }
    }

    fn crash(&self, last: &Value, restarts: i64) -> Trouble {
        let code = number(last, "/exitCode").unwrap_or_default();
        let signal = if code == 137 { ", killed from outside, as for memory" } else { "" };
        let name = self.name;
        Trouble {
            summary: format!("crash loop (exit code {code})"),
            cause: Cause {
                code: "CrashLoop",
                message: format!(
                    "Pod/{}: container {name} keeps ending ({}, exit code {code}{signal}), {restarts} restarts",
                    self.pod_name(),
                    text(last, "/reason")
                ),
                hint: format!("see why: kubectl logs --previous -c {name} {}", self.pod_name()),
                grace: if restarts >= 2 { seconds(0) } else { seconds(60) },
                ..Cause::default()
            },
            crashed: Some(name.to_owned()),
        }
    }
}

/// An object, or a key of one, that a pod needs and that is not there.
#[derive(Debug, PartialEq)]
pub(super) struct Missing {
    /// `Secret/llm-d-hf-token`.
    object: String,
    key: Option<String>,
}

impl Missing {
    /// Reads the kubelet's `secret "x" not found` and `couldn't find key K in Secret NAMESPACE/x`.
    pub(super) fn named_in(message: &str) -> Option<Self> {
        const KINDS: [(&str, &str); 4] = [
            ("secret", "Secret"),
            ("configmap", "ConfigMap"),
            ("persistentvolumeclaim", "PersistentVolumeClaim"),
            ("serviceaccount", "ServiceAccount"),
        ];
        if let Some((_, rest)) = message.split_once("find key ") {
            let mut words = rest.split_whitespace();
            let (key, kind) = (words.next()?, words.nth(1)?);
            let name = words.next()?.rsplit('/').next()?;
            return Some(Self { object: format!("{kind}/{name}"), key: Some(key.to_owned()) });
        }
        KINDS.into_iter().find_map(|(word, kind)| {
            let (_, rest) = message.split_once(&format!("{word} \""))?;
            let (name, rest) = rest.split_once('"')?;
            rest.trim_start()
                .starts_with("not found")
                .then(|| Self { object: format!("{kind}/{name}"), key: None })
        })
    }

    pub(super) fn summary(&self) -> String {
        match &self.key {
            Some(key) => format!("{} has no key {key}", self.object),
            None => format!("{} is missing", self.object),
        }
    }

    pub(super) fn hint(&self) -> String {
        let Self { object, key } = self;
        if object.ends_with("/llm-d-hf-token") {
            return "make the Secret with the Hugging Face token: \
                    kubectl create secret generic llm-d-hf-token --from-literal=HF_TOKEN=…"
                .to_owned();
        }
        match key {
            Some(key) => format!("put the key {key} into {object}, or name another in the values"),
            None => format!("make {object}, or name another in the values"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_key() {
        let missing = |message: &str| Missing::named_in(message).map(|missing| missing.summary());
        assert_eq!(missing("secret \"s\" not found").unwrap(), "Secret/s is missing");
        assert_eq!(
            missing("couldn't find key HF_TOKEN in Secret demo/s").unwrap(),
            "Secret/s has no key HF_TOKEN"
        );
        assert_eq!(
            missing("MountVolume.SetUp failed for volume \"e\" : configmap \"envoy\" not found").unwrap(),
            "ConfigMap/envoy is missing"
        );
        assert_eq!(missing("container has runAsNonRoot and image will run as root"), None);
    }
}
