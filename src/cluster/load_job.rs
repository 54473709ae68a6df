//! Load from within the cluster: an Indexed Job of this program, whose pods begin at one time and write what came of it
//! into their logs.

use std::collections::BTreeMap;
use std::time::Duration;

use kube::api::{LogParams, PostParams};
use kube::core::request::Request as Path;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::object::{ObjectRef, collection, text};
use super::readiness::pod::{self, Evidence, Stage};
use super::{Cluster, Error};

/// Between two looks at the pods.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a Job stays that nobody takes away, in seconds.
const TIME_TO_LIVE: u64 = 600;
/// Where pods find the scenario.
pub const SCENARIO: &str = "/scenario/scenario.json";
const CONTAINER: &str = "llmd";

/// What is to be run.
#[derive(Clone, Debug)]
pub struct LoadJob {
    pub namespace: String,
    pub name: String,
    pub image: String,
    /// How many pods.
    pub parts: u32,
    /// Of each pod; it knows its number by `JOB_COMPLETION_INDEX`.
    pub arguments: Vec<String>,
    /// The file [`SCENARIO`].
    pub scenario: String,
    /// What the pods may take in all.
    pub deadline: Duration,
}

/// Why there is no load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Api(#[from] Box<Error>),
    #[error("Pod/{pod}: {reason}")]
    Pod { pod: String, reason: String, hint: Option<String> },
    #[error("the load generators have not ended after {0:?}")]
    Late(Duration),
}

impl From<Error> for LoadError {
    fn from(error: Error) -> Self {
        Self::Api(Box::new(error))
    }
}

impl LoadJob {
    /// The Job itself.
    pub fn job(&self) -> Value {
        let labels = json!({"app.kubernetes.io/name": "llmd-bench", "app.kubernetes.io/managed-by": "llmd"});
        json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": self.name, "namespace": self.namespace, "labels": labels},
            "spec": {
                "completionMode": "Indexed",
                "completions": self.parts,
                "parallelism": self.parts,
                // A load that begins again is another load.
                "backoffLimit": 0,
                "activeDeadlineSeconds": self.deadline.as_secs(),
                "ttlSecondsAfterFinished": TIME_TO_LIVE,
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "restartPolicy": "Never",
                        "automountServiceAccountToken": false,
                        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                        "containers": [{
                            "name": CONTAINER,
                            "image": self.image,
                            "args": self.arguments,
                            "resources": {"requests": {"cpu": "1", "memory": "512Mi"}},
                            "securityContext": {
                                "allowPrivilegeEscalation": false,
                                "readOnlyRootFilesystem": true,
                                "capabilities": {"drop": ["ALL"]},
                            },
                            "volumeMounts": [{"name": "scenario", "mountPath": "/scenario"}],
                        }],
                        "volumes": [{"name": "scenario", "configMap": {"name": self.name}}],
                    },
                },
            },
        })
    }

    /// The scenario; it goes with the Job.
    fn config_map(&self, job: &Value) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": self.name, "namespace": self.namespace,
                "ownerReferences": [{
                    "apiVersion": "batch/v1", "kind": "Job", "name": self.name, "uid": text(job, "/metadata/uid"),
                }],
            },
            "data": {"scenario.json": self.scenario},
        })
    }

    /// Creates the Job and what it reads.
    ///
    /// # Errors
    /// When the API server refuses either; then nothing is left.
    pub async fn start(&self, cluster: &Cluster) -> Result<(), LoadError> {
        let parameters = PostParams::default();
        let create =
            |path: String, body: Value| Path::new(path).create(&parameters, body.to_string().into_bytes());
        let jobs = collection("batch/v1", "jobs", Some(&self.namespace));
        let error = |error| cluster.error(format!("create Job/{}", self.name), error);
        let job = cluster.send(create(jobs, self.job())).await.map_err(error)?;
        let maps = collection("v1", "configmaps", Some(&self.namespace));
        if let Err(error) = cluster.send(create(maps, self.config_map(&job))).await {
            self.remove(cluster).await?;
            return Err(cluster.error(format!("create ConfigMap/{}", self.name), error).into());
        }
        Ok(())
    }

    /// Waits for every pod's log that `read` takes; what it made of them, in the order of the pods' numbers.
    ///
    /// # Errors
    /// When a pod fails or cannot start, the first of them with the end of its log; when they take longer than they may.
    pub async fn gather<T>(
        &self,
        cluster: &Cluster,
        read: impl Fn(&str) -> Option<T>,
        mut told: impl FnMut(usize),
    ) -> Result<Vec<T>, LoadError> {
        let pods = collection("v1", "pods", Some(&self.namespace));
        let selector = format!("batch.kubernetes.io/job-name={}", self.name);
        let end = Instant::now() + self.deadline;
        let mut done: BTreeMap<u32, T> = BTreeMap::new();
        while done.len() < self.parts as usize {
            if Instant::now() >= end {
                return Err(LoadError::Late(self.deadline));
            }
            for pod in cluster.list(&pods, &selector).await? {
                let name = text(&pod, "/metadata/name");
                let number =
                    super::object::meta(&pod, "annotations", "batch.kubernetes.io/job-completion-index");
                let Ok(number) = number.parse::<u32>() else { continue };
                match text(&pod, "/status/phase") {
                    _ if done.contains_key(&number) => {}
                    "Succeeded" => {
                        // Logs may come a moment later than the end of the pod.
                        if let Some(part) = read(&self.log(cluster, name, None).await?) {
                            done.insert(number, part);
                            told(done.len());
                        }
                    }
                    "Failed" => {
                        let log = self.log(cluster, name, Some(5)).await.unwrap_or_default();
                        return Err(failed(name, log.trim(), None));
                    }
                    _ => {
                        let evidence = Evidence { events: &[], now: cluster.now() };
                        if let Stage::Failing(trouble) = pod::stage(&pod, &evidence)
                            && is_final(trouble.cause.grace, &pod, evidence.now)
                        {
                            return Err(failed(name, &trouble.cause.message, Some(trouble.cause.hint)));
                        }
                    }
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(done.into_values().collect())
    }

    async fn log(&self, cluster: &Cluster, pod: &str, lines: Option<i64>) -> Result<String, Error> {
        let parameters =
            LogParams { container: Some(CONTAINER.to_owned()), tail_lines: lines, ..LogParams::default() };
        let path = collection("v1", "pods", Some(&self.namespace));
        let error = |error| cluster.error(format!("read the log of Pod/{pod}"), error);
        let request = Path::new(path).logs(pod, &parameters);
        let request = request.map_err(kube::Error::BuildRequest).map_err(error)?;
        cluster.in_time(cluster.client.request_text(request)).await.map_err(error)
    }

    /// Takes the Job away, and its pods and scenario with it.
    ///
    /// # Errors
    /// When the API server refuses.
    pub async fn remove(&self, cluster: &Cluster) -> Result<(), LoadError> {
        let job = ObjectRef::namespaced("batch/v1", "Job", "jobs", &self.namespace, &self.name);
        cluster.delete(&job).await.map(drop).map_err(LoadError::from)
    }
}

fn failed(pod: &str, reason: &str, hint: Option<String>) -> LoadError {
    let reason = if reason.is_empty() { "it failed and says nothing" } else { reason };
    LoadError::Pod { pod: pod.to_owned(), reason: reason.to_owned(), hint }
}

/// Whether a trouble has lasted for its grace: no longer than its pod is there.
fn is_final(grace: Duration, pod: &Value, now: jiff::Timestamp) -> bool {
    let created: Option<jiff::Timestamp> = text(pod, "/metadata/creationTimestamp").parse().ok();
    let age = created.and_then(|created| Duration::try_from(now.duration_since(created)).ok());
    age.is_some_and(|age| age >= grace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_job_is_indexed_and_its_pods_may_do_nothing_but_send() {
        let job = LoadJob {
            namespace: "demo".to_owned(),
            name: "llmd-bench-1".to_owned(),
            image: "ghcr.io/llmd/llmd:v1".to_owned(),
            parts: 4,
            arguments: vec!["bench".to_owned(), "part".to_owned()],
            scenario: "{}".to_owned(),
            deadline: Duration::from_secs(90),
        }
        .job();
        let spec = &job["spec"];
        assert_eq!((&spec["completionMode"], &spec["completions"]), (&"Indexed".into(), &4.into()));
        assert_eq!((&spec["parallelism"], &spec["backoffLimit"]), (&4.into(), &0.into()));
        let pod = &spec["template"]["spec"];
        assert_eq!(pod["automountServiceAccountToken"], false);
        assert_eq!(pod["containers"][0]["args"], json!(["bench", "part"]));
        assert_eq!(pod["volumes"][0]["configMap"]["name"], "llmd-bench-1");
    }
}
