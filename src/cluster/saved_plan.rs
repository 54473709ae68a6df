//! A plan in a file: what is wanted, and what the cluster was like when it was made.
//!
//! JSON of `format` "llmd-plan" and `version` 1. It holds the rendered stack whole, and of every object that the plan
//! is about its uid, its `resourceVersion` and a digest of what people write of it.

use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::fields::{essence, managed, secrecy};
use super::object::{ObjectRef, text};
use super::plan::Plan;
use super::release::Record;
use super::take_over::TakeOver;
use super::{Cluster, Error};
use crate::draft;
use crate::render::manifest::Stack;

const FORMAT: &str = "llmd-plan";
const VERSION: u32 = 1;

/// What `apply` needs to do what was planned, and to see that it still can.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedPlan {
    format: String,
    version: u32,
    pub created: Timestamp,
    pub context: String,
    server: String,
    /// The flags that name the deployment, for hints.
    pub flags: String,
    /// Whether simulators take the place of the model servers.
    pub is_simulated: bool,
    pub take_over: TakeOver,
    /// The releases' latest records.
    records: Vec<SeenRecord>,
    objects: Vec<SeenObject>,
    pub stack: Stack,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SeenRecord {
    release: String,
    /// Absent where there is no record.
    latest: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeenObject {
    object: String,
    namespace: Option<String>,
    /// Absent where there is no object.
    state: Option<State>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    uid: String,
    resource_version: String,
    /// SHA-256 of the object without its status and what controllers write.
    digest: String,
}

impl SavedPlan {
    pub fn new(cluster: &Cluster, plan: &Plan, stack: Stack, flags: String, is_simulated: bool) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            created: Timestamp::now(),
            context: cluster.context().to_owned(),
            server: cluster.server().to_owned(),
            flags,
            is_simulated,
            take_over: plan.take_over.clone(),
            records: records(plan),
            objects: looked_at(plan).map(|(object, live)| SeenObject::of(object, live)).collect(),
            stack,
        }
    }

    /// Whether it holds values that nobody should see.
    pub fn has_secrets(&self) -> bool {
        self.stack.manifests().any(|manifest| secrecy::hidden(&manifest.object).is_some())
    }

    /// Writes it to a file that only its owner can read.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let bad = |reason: String| Error::SavedPlan { path: path.to_owned(), reason };
        let mut text = serde_json::to_string_pretty(self).map_err(|error| bad(error.to_string()))?;
        text.push('\n');
        draft::replace(path, draft::PRIVATE, |file| file.write_all(text.as_bytes()))
            .map_err(|error| bad(error.to_string()))
    }

    pub fn read(path: &Path) -> Result<Self, Error> {
        let bad = |reason: String| Error::SavedPlan { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        let value: Value =
            serde_json::from_str(&text).map_err(|error| bad(format!("it is no saved plan: {error}")))?;
        if value["format"] != FORMAT {
            return Err(bad("it is no saved plan".to_owned()));
        }
        if value["version"] != VERSION {
            return Err(bad(format!(
                "it has version {}, this llmd reads version {VERSION}",
                value["version"]
            )));
        }
        serde_json::from_value(value).map_err(|error| bad(error.to_string()))
    }

    /// What the saved plan is for and this connection is not.
    pub fn elsewhere(&self, cluster: &Cluster) -> Option<String> {
        (self.server != cluster.server()).then(|| {
            format!(
                "the plan is for context {} ({}), this is context {} ({})",
                self.context,
                self.server,
                cluster.context(),
                cluster.server()
            )
        })
    }

    /// What has changed in the cluster since, by a plan that was made now: one line each, with who did it.
    pub fn moved(&self, now: &Plan) -> Vec<String> {
        let releases = records(now).into_iter().filter_map(|record| {
            let before = self.records.iter().find(|seen| seen.release == record.release)?;
            let word = |latest: &Option<String>| latest.clone().unwrap_or_else(|| "no record".to_owned());
            (*before != record).then(|| {
                format!("release {}: {} → {}", record.release, word(&before.latest), word(&record.latest))
            })
        });
        let objects = looked_at(now).filter_map(|(object, live)| {
            let seen = SeenObject::of(object, live);
            let before = self
                .objects
                .iter()
                .find(|known| (&known.object, &known.namespace) == (&seen.object, &seen.namespace));
            let change = match (before.and_then(|before| before.state.as_ref()), seen.state) {
                (Some(_), None) => format!("{object} was deleted"),
                (None, Some(_)) => format!("{object} was created{}", by_whom(live)),
                (Some(before), Some(now)) if before.uid != now.uid => {
                    format!("{object} was deleted and made anew{}", by_whom(live))
                }
                (Some(before), Some(now)) if before.digest != now.digest => format!(
                    "{object} was changed{} (resourceVersion {} → {})",
                    by_whom(live),
                    before.resource_version,
                    now.resource_version
                ),
                _ => return None,
            };
            Some(change)
        });
        let gone = self.objects.iter().filter(|seen| {
            let is_known = |(object, _): (&ObjectRef, _)| object.to_string() == seen.object;
            seen.state.is_some() && !looked_at(now).any(is_known)
        });
        releases.chain(objects).chain(gone.map(|seen| format!("{} was deleted", seen.object))).collect()
    }
}

impl SeenObject {
    fn of(object: &ObjectRef, live: Option<&Value>) -> Self {
        let state = live.map(|live| {
            let digest = Sha256::digest(essence(live).to_string());
            State {
                uid: text(live, "/metadata/uid").to_owned(),
                resource_version: text(live, "/metadata/resourceVersion").to_owned(),
                digest: BASE64.encode(digest),
            }
        });
        Self { object: object.to_string(), namespace: object.namespace.clone(), state }
    }
}

fn records(plan: &Plan) -> Vec<SeenRecord> {
    let latest = |record: &Record| format!("revision {} ({})", record.revision(), record.status());
    plan.releases
        .iter()
        .map(|release| SeenRecord {
            release: release.name().to_owned(),
            latest: release.history.last().map(latest),
        })
        .collect()
}

/// The objects of a plan with what the cluster has of them.
fn looked_at(plan: &Plan) -> impl Iterator<Item = (&ObjectRef, Option<&Value>)> {
    let wanted = plan.objects.iter().map(|planned| (&planned.object, planned.live.as_ref()));
    wanted.chain(plan.stale.iter().map(|stale| (&stale.object, Some(&stale.live))))
}

/// Who wrote the object last, apart from its status, and when.
fn by_whom(live: Option<&Value>) -> String {
    let entries = live.into_iter().flat_map(managed::entries);
    let last = entries
        .filter(|entry| text(entry, "/subresource") != "status")
        .max_by_key(|entry| text(entry, "/time").to_owned());
    last.map_or_else(String::new, |entry| {
        format!(" by {} at {}", text(entry, "/manager"), text(entry, "/time"))
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use super::*;

    fn saved() -> SavedPlan {
        let live = json!({"metadata": {"uid": "u", "resourceVersion": "7"}, "spec": {"a": 1}});
        let decode = ObjectRef::namespaced("apps/v1", "Deployment", "deployments", "demo", "decode");
        SavedPlan {
            format: FORMAT.to_owned(),
            version: VERSION,
            created: Timestamp::UNIX_EPOCH,
            context: "kind".to_owned(),
            server: "https://127.0.0.1".to_owned(),
            flags: "-e istio".to_owned(),
            is_simulated: false,
            take_over: TakeOver::default(),
            records: vec![SeenRecord { release: "ms".to_owned(), latest: None }],
            objects: vec![SeenObject::of(&decode, Some(&live)), SeenObject::of(&decode, None)],
            stack: Stack { environment: "istio".to_owned(), namespace: "demo".to_owned(), releases: vec![] },
        }
    }

    #[test]
    fn a_plan_survives_its_file_which_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.llmd");
        std::fs::write(&path, "").unwrap();
        saved().write(&path).unwrap();
        assert_eq!(SavedPlan::read(&path).unwrap(), saved());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.llmd");
        for (text, reason) in [
            ("x", "it is no saved plan: expected value"),
            ("{}", "it is no saved plan"),
            (r#"{"format": "llmd-plan", "version": 9}"#, "it has version 9, this llmd reads version 1"),
            (r#"{"format": "llmd-plan", "version": 1}"#, "missing field"),
        ] {
            std::fs::write(&path, text).unwrap();
            let said = SavedPlan::read(&path).unwrap_err().to_string();
            assert!(said.contains(reason), "{said}");
        }
    }

    #[test]
    fn the_last_writer_is_named() {
        let entry = |manager: &str, subresource: &str, second: u8| json!({"manager": manager, "subresource": subresource, "time": format!("2026-11-26T20:00:0{second}Z")});
        let live = json!({"metadata": {"managedFields":
            [entry("jane", "", 2), entry("helm", "", 1), entry("kubelet", "status", 3)]}});
        assert_eq!(by_whom(Some(&live)), " by jane at 2026-11-26T20:00:02Z");
        assert_eq!(by_whom(None), "");
    }
}
