//! Helm release records: Secrets that Helm 4 reads and writes too.
//!
//! A record is inventory and history in one. Fields that we do not know are kept as they are.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::Error;
use super::object::{ObjectRef, meta, number, text};
use crate::environment::names;
use crate::render::manifest::Release;

pub(super) const SECRET_TYPE: &str = "helm.sh/release.v1";
/// The field of a record that says who of ours wrote it.
const SIGNED: &str = "llmd";
const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Where a release stands, in Helm's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    PendingInstall,
    PendingUpgrade,
    PendingRollback,
    Deployed,
    Superseded,
    Failed,
    Uninstalling,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::PendingInstall => "pending-install",
            Self::PendingUpgrade => "pending-upgrade",
            Self::PendingRollback => "pending-rollback",
            Self::Deployed => "deployed",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
            Self::Uninstalling => "uninstalling",
        }
    }
}

/// One revision of one release.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(Value);

impl Record {
    /// The first or next revision of a release, pending.
    pub(super) fn next(release: &Release, namespace: &str, previous: Option<&Self>, now: Timestamp) -> Self {
        let chart = release.part.chart();
        let mut metadata = json!({
            "name": chart.name, "version": chart.version, "description": chart.description,
            "apiVersion": "v2", "appVersion": chart.app_version,
        });
        if !chart.kube_version.is_empty() {
            metadata["kubeVersion"] = chart.kube_version.into();
        }
        metadata["type"] = "application".into();
        let first =
            previous.map(|record| text(&record.0, "/info/first_deployed")).filter(|time| !time.is_empty());
        let (status, description) = match previous {
            None => (Status::PendingInstall, "Initial install underway"),
            Some(_) => (Status::PendingUpgrade, "Preparing upgrade"),
        };
        let now = now.to_string();
        Self(json!({
            "name": release.name,
            "info": {
                "first_deployed": first.unwrap_or(&now), "last_deployed": now,
                "description": description, "status": status.word(),
            },
            "chart": {
                "metadata": metadata, "lock": null, "templates": [], "values": release.defaults,
                "schema": null, "schemamodtime": "0001-01-01T00:00:00Z", "files": null,
                "modtime": "0001-01-01T00:00:00Z",
            },
            "config": release.config,
            "manifest": release.manifest_text(),
            "version": previous.map_or(1, |record| record.revision() + 1),
            "namespace": namespace,
            "apply_method": "ssa",
        }))
    }

    /// The revision after `last` that applies again what `self` did, pending.
    pub(super) fn restored(&self, last: &Self, now: Timestamp) -> Self {
        let mut record = self.clone();
        let first = text(&last.0, "/info/first_deployed");
        let description = format!("Rollback to {}", self.revision());
        record.0["info"] = json!({
            "first_deployed": first, "last_deployed": now.to_string(),
            "description": description, "status": Status::PendingRollback.word(),
        });
        if !self.notes().is_empty() {
            record.0["info"]["notes"] = self.notes().into();
        }
        record.0["version"] = (last.revision() + 1).into();
        record.0["apply_method"] = "ssa".into();
        if let Some(fields) = record.0.as_object_mut() {
            fields.shift_remove(SIGNED);
        }
        record
    }

    pub fn name(&self) -> &str {
        text(&self.0, "/name")
    }

    pub fn namespace(&self) -> &str {
        text(&self.0, "/namespace")
    }

    pub fn revision(&self) -> u64 {
        number(&self.0, "/version").and_then(|version| u64::try_from(version).ok()).unwrap_or_default()
    }

    /// The status in Helm's words; Helm knows some that we never write.
    pub fn status(&self) -> &str {
        text(&self.0, "/info/status")
    }

    pub fn description(&self) -> &str {
        text(&self.0, "/info/description")
    }

    pub fn updated(&self) -> &str {
        text(&self.0, "/info/last_deployed")
    }

    /// Chart name and version joined as Helm lists them.
    pub fn chart(&self) -> String {
        format!("{}-{}", self.chart_name(), text(&self.0, "/chart/metadata/version"))
    }

    pub fn chart_name(&self) -> &str {
        text(&self.0, "/chart/metadata/name")
    }

    pub fn app_version(&self) -> &str {
        text(&self.0, "/chart/metadata/appVersion")
    }

    pub fn manifest(&self) -> &str {
        text(&self.0, "/manifest")
    }

    /// What the chart tells its user; llmd writes none.
    pub fn notes(&self) -> &str {
        text(&self.0, "/info/notes")
    }

    /// The values that were given over the chart's own defaults.
    pub fn config(&self) -> &Value {
        self.0.get("config").unwrap_or(&Value::Null)
    }

    /// The chart's own defaults.
    pub(super) fn defaults(&self) -> &Value {
        self.0.pointer("/chart/values").unwrap_or(&Value::Null)
    }

    /// The objects of the recorded manifest.
    pub(super) fn objects(&self) -> Result<Vec<Value>, Error> {
        crate::yaml::read_documents(self.manifest())
            .map_err(|error| Error::Record { secret: self.secret().name, reason: error.to_string() })
    }

    pub(super) fn is(&self, status: Status) -> bool {
        self.status() == status.word()
    }

    /// Whether somebody is at work on this release, or died while they were.
    pub(super) fn is_pending(&self) -> bool {
        self.status().starts_with("pending-")
    }

    /// Whether this revision was whole at some time.
    pub(super) fn was_deployed(&self) -> bool {
        self.is(Status::Deployed) || self.is(Status::Superseded)
    }

    /// Whether this revision was to go back to another and did not come to its end.
    pub(super) fn is_unfinished_rollback(&self) -> bool {
        self.is(Status::PendingRollback)
            || self.is(Status::Failed) && self.description().starts_with("Rollback ")
    }

    /// Whether another revision of this release applies the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.manifest() == other.manifest()
            && self.config() == other.config()
            && self.chart() == other.chart()
    }

    /// Writes into a pending record who is at work on it. Helm drops what it does not know: what it wrote is never signed.
    pub(super) fn sign(&mut self, holder: &str) {
        self.0[SIGNED] = json!({ "holder": holder });
    }

    /// Who began this revision with the lock in hand.
    pub(super) fn holder(&self) -> Option<&str> {
        self.0.get(SIGNED)?.get("holder")?.as_str()
    }

    /// The end of a pending record, in Helm's words. A rollback keeps its own.
    pub(super) fn completed(&self) -> Option<&'static str> {
        match self.status() {
            "pending-install" => Some("Install complete"),
            "pending-rollback" => None,
            _ => Some("Upgrade complete"),
        }
    }

    /// The failure of a pending record, in Helm's words.
    pub(super) fn failed(&self, reason: &str) -> String {
        let what = match self.status() {
            "pending-install" => "Release",
            "pending-rollback" => "Rollback",
            _ => "Upgrade",
        };
        format!("{what} \"{}\" failed: {reason}", self.name())
    }

    /// Whether a release renders to exactly what this record holds.
    pub(super) fn matches(&self, release: &Release) -> bool {
        self.manifest() == release.manifest_text() && self.0.get("config") == Some(&release.config)
    }

    pub(super) fn set(&mut self, status: Status, description: Option<&str>) {
        self.0["info"]["status"] = status.word().into();
        if let Some(description) = description {
            self.0["info"]["description"] = description.into();
        }
    }

    /// The Secret that holds this record.
    pub(super) fn secret(&self) -> ObjectRef {
        self.secret_of(self.revision())
    }

    /// Where the revision after this one is, if there is one.
    pub(super) fn next_secret(&self) -> ObjectRef {
        self.secret_of(self.revision() + 1)
    }

    fn secret_of(&self, revision: u64) -> ObjectRef {
        let name = names::helm_record(self.name(), revision);
        ObjectRef::namespaced("v1", "Secret", "secrets", self.namespace(), &name)
    }

    /// The content of the Secret's only key, whose size the API server limits.
    pub(super) fn packed(&self) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let _ = encoder.write_all(self.0.to_string().as_bytes());
        BASE64.encode(encoder.finish().unwrap_or_default())
    }

    /// The same as a Secret's `data` takes it.
    pub(super) fn encode(&self) -> String {
        BASE64.encode(self.packed())
    }

    /// Reads the record out of its Secret.
    pub(super) fn decode(secret: &Value) -> Result<Self, Error> {
        let bad =
            |reason: String| Error::Record { secret: text(secret, "/metadata/name").to_owned(), reason };
        let outer = BASE64.decode(text(secret, "/data/release")).map_err(|error| bad(error.to_string()))?;
        let inner = BASE64.decode(outer).map_err(|error| bad(error.to_string()))?;
        let json = if inner.starts_with(&GZIP_MAGIC) {
            let mut json = Vec::new();
            GzDecoder::new(inner.as_slice())
                .read_to_end(&mut json)
                .map_err(|error| bad(error.to_string()))?;
            json
        } else {
            inner
        };
        serde_json::from_slice(&json).map(Self).map_err(|error| bad(error.to_string()))
    }
}

/// The Helm release that an object says it belongs to.
pub(super) fn owner(object: &Value) -> Option<(&str, &str)> {
    let release = meta(object, "annotations", "meta.helm.sh/release-name");
    let namespace = meta(object, "annotations", "meta.helm.sh/release-namespace");
    let by_helm = meta(object, "labels", "app.kubernetes.io/managed-by") == "Helm";
    (by_helm && !release.is_empty()).then_some((release, namespace))
}

/// Marks an object as part of a Helm release, as Helm does when it applies it.
pub(super) fn own(manifest: &Value, release: &str, namespace: &str) -> Value {
    let mut object = manifest.clone();
    object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "Helm".into();
    object["metadata"]["annotations"]["meta.helm.sh/release-name"] = release.into();
    object["metadata"]["annotations"]["meta.helm.sh/release-namespace"] = namespace.into();
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::manifest::{Manifest, Part};

    fn release() -> Release {
        Release {
            part: Part::Infra,
            name: "infra-blue".to_owned(),
            config: json!({"gateway": {"gatewayClassName": "istio"}}),
            defaults: json!({"gateway": {"enabled": true}}),
            manifests: vec![Manifest {
                template: "gateway.yaml.j2".into(),
                object: json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}),
            }],
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn stored(record: &Record) -> Value {
        json!({"metadata": {"name": record.secret().name}, "data": {"release": record.encode()}})
    }

    #[test]
    fn a_record_survives_its_secret() {
        let record = Record::next(&release(), "demo", None, at(1_700_000_000));
        assert_eq!(Record::decode(&stored(&record)).unwrap(), record);
        assert_eq!(record.secret().name, "sh.helm.release.v1.infra-blue.v1");
        assert_eq!((record.status(), record.chart().as_str()), ("pending-install", "llm-d-infra-v1.3.6"));
        assert!(record.manifest().starts_with("---\n# Source: llm-d-infra/templates/"));
    }

    #[test]
    fn the_next_revision_keeps_the_first_date_and_the_unknown_fields_stay() {
        let mut first = Record::next(&release(), "demo", None, at(1_700_000_000));
        first.0["info"]["notes"] = "kept".into();
        first.set(Status::Superseded, None);
        assert_eq!(text(&Record::decode(&stored(&first)).unwrap().0, "/info/notes"), "kept");
        let second = Record::next(&release(), "demo", Some(&first), at(1_800_000_000));
        assert_eq!((second.revision(), second.status()), (2, "pending-upgrade"));
        assert_eq!(text(&second.0, "/info/first_deployed"), "2023-11-14T22:13:20Z");
        assert_eq!(second.updated(), "2027-01-15T08:00:00Z");
    }

    #[test]
    fn plain_json_is_read_and_noise_is_refused() {
        let plain = BASE64.encode(BASE64.encode(r#"{"name":"a","version":3}"#));
        let record = Record::decode(&json!({"data": {"release": plain}})).unwrap();
        assert_eq!((record.name(), record.revision()), ("a", 3));
        let noise = json!({"metadata": {"name": "s"}, "data": {"release": "!"}});
        assert!(
            Record::decode(&noise).unwrap_err().to_string().starts_with("release record s cannot be read")
        );
    }

    #[test]
    fn a_record_matches_what_renders_the_same() {
        let record = Record::next(&release(), "demo", None, at(0));
        assert!(record.matches(&release()));
        let mut changed = release();
        changed.config["gateway"]["gatewayClassName"] = "kgateway".into();
        assert!(!record.matches(&changed));
    }

    #[test]
    fn a_rollback_is_a_new_revision_of_what_was() {
        let mut first = Record::next(&release(), "demo", None, at(1_700_000_000));
        first.sign("eve@laptop");
        let mut changed = release();
        changed.config["gateway"]["gatewayClassName"] = "kgateway".into();
        let second = Record::next(&changed, "demo", Some(&first), at(1_750_000_000));
        let mut back = first.restored(&second, at(1_800_000_000));
        assert_eq!(back.holder(), None);
        assert!(back.is_same(&first) && !back.is_same(&second) && back.matches(&release()));
        assert_eq!((back.revision(), back.status()), (3, "pending-rollback"));
        assert_eq!((back.description(), back.completed()), ("Rollback to 1", None));
        assert_eq!(back.updated(), "2027-01-15T08:00:00Z");
        assert_eq!(back.failed("no"), "Rollback \"infra-blue\" failed: no");
        back.sign("ada@laptop");
        assert_eq!(Record::decode(&stored(&back)).unwrap().holder(), Some("ada@laptop"));
    }

    #[test]
    fn ownership_is_written_and_read_as_helm_does() {
        let object = own(&json!({"metadata": {"name": "x"}}), "infra-blue", "demo");
        assert_eq!(owner(&object), Some(("infra-blue", "demo")));
        assert_eq!(owner(&json!({"metadata": {"name": "x"}})), None);
    }
}
