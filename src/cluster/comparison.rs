//! What applying one object would do to it: a server-side dry run beside the object as it is.

use serde::Serialize;
use serde_json::Value;

use super::autoscaler::{self, Autoscalers, REPLICAS};
use super::fields::managed::{self, Operation};
use super::fields::{self, FieldChange, path, secrecy};
use super::object::{ObjectRef, text};
use super::take_over::TakeOver;
use super::{Cluster, Error, FIELD_MANAGER, FieldConflict};

/// What is going to happen to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The cluster does not have it yet.
    Create,
    /// Some of its fields change.
    Configure,
    /// It stays as it is, and fields of it become ours.
    Adopt,
    /// It stays as it is, and is not touched.
    Unchanged,
    /// A field that cannot change changes: it goes, and comes again.
    Recreate,
    /// No release has it any more.
    Prune,
}

/// An object as it is beside the object as it will be.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    pub(super) step: Step,
    /// What is sent: the manifest without what is left to others.
    pub(super) manifest: Value,
    /// The fields that are ours before and after; secrets are hidden.
    pub(super) before: Value,
    pub(super) after: Value,
    pub(super) fields: Vec<FieldChange>,
    /// Whether the server could not be asked, so that only the manifest was compared.
    pub(super) is_guessed: bool,
    /// What there is to say beside the fields.
    pub(super) notes: Vec<String>,
}

impl Comparison {
    /// For an object that is not there yet.
    pub(super) fn created(manifest: Value) -> Self {
        Self::new(Step::Create, Value::Null, manifest.clone(), manifest)
    }

    /// For an object that goes.
    pub(super) fn pruned(live: &Value) -> Self {
        let mut ours = managed::project(live, &managed::owned(live, FIELD_MANAGER, Operation::Any));
        identify(&mut ours, live);
        Self::new(Step::Prune, ours, Value::Null, Value::Null)
    }

    fn new(step: Step, mut before: Value, mut after: Value, manifest: Value) -> Self {
        let known = if before.is_null() { &after } else { &before };
        let kind = text(known, "/kind").to_owned();
        secrecy::hide(&kind, &mut before, &mut after);
        let both = !before.is_null() && !after.is_null();
        let fields = if both { fields::diff(&before, &after) } else { Vec::new() };
        Self { step, manifest, before, after, fields, is_guessed: false, notes: Vec::new() }
    }

    /// From the manifest alone: what it says beside what the object has of that.
    fn guessed(step: Step, live: &Value, manifest: Value, note: String) -> Self {
        let compared = Self::new(step, fields::restricted(live, &manifest), manifest.clone(), manifest);
        Self { is_guessed: true, notes: vec![note], ..compared }
    }

    /// From the server's answer to a dry run.
    fn answered(live: &Value, answer: &Value, manifest: Value) -> Self {
        let mut set = managed::owned(live, FIELD_MANAGER, Operation::Any);
        managed::merge(&mut set, &managed::owned(answer, FIELD_MANAGER, Operation::Apply));
        let (mut before, mut after) = (managed::project(live, &set), managed::project(answer, &set));
        let applied = |object: &Value| managed::owned(object, FIELD_MANAGER, Operation::Apply);
        let step = match (before == after, applied(live) == applied(answer)) {
            (false, _) => Step::Configure,
            (true, false) => Step::Adopt,
            (true, true) => Step::Unchanged,
        };
        identify(&mut before, live);
        identify(&mut after, live);
        Self::new(step, before, after, manifest)
    }
}

/// Puts an object's kind and name first, which no set of fields has.
fn identify(part: &mut Value, object: &Value) {
    let Value::Object(fields) = part else { return };
    let metadata = fields.shift_remove("metadata");
    let mut named = serde_json::Map::new();
    for key in ["namespace", "name"] {
        named.extend(object["metadata"].get(key).map(|value| (key.to_owned(), value.clone())));
    }
    if let Some(Value::Object(rest)) = metadata {
        named.extend(rest);
    }
    for (key, value) in [
        ("metadata", Value::Object(named)),
        ("kind", object["kind"].clone()),
        ("apiVersion", object["apiVersion"].clone()),
    ] {
        fields.shift_insert(0, key.to_owned(), value);
    }
}

/// Asks the server what it would say to an object that is not there yet.
///
/// # Errors
/// What it would not take. What it misses may be an object that comes before this one, so that is none.
pub(super) async fn create(
    cluster: &Cluster,
    object: &ObjectRef,
    manifest: Value,
) -> Result<Comparison, Error> {
    let mut created = Comparison::created(manifest);
    match cluster.dry_run(object, &created.manifest, false).await {
        Ok(_) | Err(Error::Api { .. }) => {}
        Err(error) if is_no_dry_run(&error) => created.notes.push(untried(&error)),
        Err(error) => return Err(error),
    }
    Ok(created)
}

/// Compares an object that is there with what is wanted of it.
pub(super) async fn compare(
    cluster: &Cluster,
    object: &ObjectRef,
    live: &Value,
    mut manifest: Value,
    take_over: &TakeOver,
    autoscalers: &Autoscalers<'_>,
) -> Result<Comparison, Error> {
    let mut notes: Vec<String> = Vec::new();
    if !take_over.covers(object, REPLICAS) && may_be_scaled(live, &manifest) {
        let autoscaler = autoscalers.scaling(object).await;
        notes.extend(autoscaler.and_then(|it| cede_replicas(live, &mut manifest, &it)));
    }
    let mut force = take_over.take_ownership;
    loop {
        let conflicts = match cluster.dry_run(object, &manifest, force).await {
            Ok(answer) => {
                let mut compared = Comparison::answered(live, &answer, manifest);
                compared.notes.append(&mut notes);
                return Ok(compared);
            }
            Err(Error::Immutable { reason, .. }) => {
                return Ok(Comparison::guessed(Step::Recreate, live, manifest, reason));
            }
            Err(error) if is_no_dry_run(&error) => {
                let step = if fields::holds(live, &manifest) { Step::Unchanged } else { Step::Configure };
                return Ok(Comparison::guessed(step, live, manifest, untried(&error)));
            }
            Err(Error::Conflict { fields, .. }) if !force => fields,
            Err(error) => return Err(error),
        };
        let (scaled, mut open): (Vec<_>, Vec<_>) = conflicts
            .into_iter()
            .filter(|conflict| !take_over.covers(object, &conflict.field))
            .partition(|conflict| conflict.field == REPLICAS && autoscaler::scaler(live).is_some());
        // Helm 3 wrote the same fields by update instead of apply: they are ours already.
        open.retain(|conflict| conflict.manager != FIELD_MANAGER);
        if !open.is_empty() {
            let fields = open.into_iter().map(|conflict| explained(conflict, live, &manifest)).collect();
            return Err(Error::Conflict { object: Box::new(object.clone()), fields });
        }
        match scaled.first() {
            Some(conflict) => notes.extend(cede_replicas(live, &mut manifest, &conflict.manager)),
            None => force = true,
        }
    }
}

/// Whether the replicas show that somebody else counts them: they are not what is wanted, or not ours alone.
fn may_be_scaled(live: &Value, manifest: &Value) -> bool {
    path::get(manifest, REPLICAS).is_some_and(|wanted| {
        path::get(live, REPLICAS) != Some(wanted) || autoscaler::is_scaled_by_others(live, FIELD_MANAGER)
    })
}

/// Leaves the replicas to whoever scales the object; what there is to say about it.
fn cede_replicas(live: &Value, manifest: &mut Value, owner: &str) -> Option<String> {
    let wanted = path::get(manifest, REPLICAS)?.clone();
    let now = path::get(live, REPLICAS)?;
    let spec = manifest.get_mut("spec").and_then(Value::as_object_mut)?;
    if autoscaler::is_scaled_by_others(live, FIELD_MANAGER) {
        spec.shift_remove("replicas");
    } else {
        // Ours alone: were it not sent, the server would set it back to its default.
        spec.insert("replicas".to_owned(), now.clone());
    }
    (*now != wanted).then(|| format!("{REPLICAS} is left to {owner}: it is {now}, the values say {wanted}"))
}

/// Adds to a conflict since when the field is whose, and both values.
fn explained(conflict: FieldConflict, live: &Value, manifest: &Value) -> FieldConflict {
    let kind = text(live, "/kind");
    let (mut theirs, mut ours) = (live.clone(), manifest.clone());
    secrecy::hide(kind, &mut theirs, &mut ours);
    let since = managed::entries(live)
        .rfind(|entry| text(entry, "/manager") == conflict.manager)
        .map(|entry| text(entry, "/time").to_owned());
    let value = |object: &Value| path::get(object, &conflict.field).map(Value::to_string);
    FieldConflict { since, theirs: value(&theirs), ours: value(&ours), ..conflict }
}

fn untried(error: &Error) -> String {
    format!("compared without the server's dry run: {error}")
}

/// Whether the server does no dry run for us: we may not, or a webhook that it would have to call cannot.
fn is_no_dry_run(error: &Error) -> bool {
    match error {
        Error::Forbidden { .. } => true,
        Error::Rejected { reason, .. } | Error::Api { reason, .. } => {
            reason.contains("does not support dry run")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn live(replicas: u64, manager: &str, subresource: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "x", "managedFields": [
                {"manager": manager, "operation": "Apply", "subresource": subresource, "time": "2026-11-26T20:00:00Z",
                    "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            ]},
            "spec": {"replicas": replicas, "paused": false},
        })
    }

    #[test]
    fn what_the_server_defaults_is_not_compared() {
        let manifest = json!({"spec": {"replicas": 3}});
        let same = Comparison::answered(&live(3, "helm", ""), &live(3, "helm", ""), manifest.clone());
        assert_eq!((same.step, same.fields), (Step::Unchanged, Vec::new()));
        let mut answer = live(3, "helm", "");
        answer["spec"]["paused"] = true.into();
        let changed = Comparison::answered(&live(2, "helm", ""), &answer, manifest.clone());
        assert_eq!(changed.step, Step::Configure);
        let field = FieldChange { path: REPLICAS.to_owned(), before: Some(2.into()), after: Some(3.into()) };
        assert_eq!(changed.fields, [field]);
        assert_eq!(
            changed.before,
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {"replicas": 2}})
        );
        let adopted = Comparison::answered(&live(3, "kubectl", ""), &live(3, "helm", ""), manifest);
        assert_eq!((adopted.step, adopted.fields), (Step::Adopt, Vec::new()));
    }

    #[test]
    fn replicas_that_others_count_are_not_sent() {
        let wanted = json!({"spec": {"replicas": 8, "paused": false}});
        let mut manifest = wanted.clone();
        let note = cede_replicas(&live(5, "keda", "scale"), &mut manifest, "keda").unwrap();
        assert_eq!(note, "spec.replicas is left to keda: it is 5, the values say 8");
        assert_eq!(manifest, json!({"spec": {"paused": false}}));
        let mut manifest = wanted;
        cede_replicas(&live(5, "helm", ""), &mut manifest, "HorizontalPodAutoscaler/x").unwrap();
        assert_eq!(manifest["spec"]["replicas"], 5);
        assert_eq!(cede_replicas(&live(5, "helm", ""), &mut manifest, "x"), None);
    }

    #[test]
    fn a_conflict_says_since_when_and_what() {
        let conflict = FieldConflict {
            field: REPLICAS.to_owned(),
            manager: "jane".to_owned(),
            ..FieldConflict::default()
        };
        let explained = explained(conflict, &live(5, "jane", ""), &json!({"spec": {"replicas": 8}}));
        assert_eq!(explained.to_string(), "spec.replicas (by jane since 2026-11-26T20:00:00Z: 5, not 8)");
    }
}
