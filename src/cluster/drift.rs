//! Objects that are not, or no longer, what their releases recorded.

use serde_json::Value;

use super::autoscaler::Autoscalers;
use super::comparison::{Step, compare};
use super::object::ObjectRef;
use super::release::{Record, own};
use super::status::{latest, recorded};
use super::take_over::TakeOver;
use super::{Cluster, Error, parallel};

/// An object that differs from its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub object: ObjectRef,
    /// In words; at least one.
    pub differences: Vec<String>,
}

/// Compares every recorded object with the one that is there, by the server's own dry run where we may ask for one; what
/// an autoscaler or other co-owner may set does not count.
///
/// # Errors
/// When the API server cannot be asked.
pub async fn drift(cluster: &Cluster, namespace: &str, releases: &[String]) -> Result<Vec<Drift>, Error> {
    let history = cluster.history(namespace, releases).await?;
    let autoscalers = Autoscalers::of(cluster, namespace);
    let mut wanted: Vec<(ObjectRef, Value)> = Vec::new();
    for record in latest(&history, releases) {
        wanted.extend(owned(cluster, record).await?);
    }
    let looks = parallel(wanted.into_iter().map(|(object, manifest)| {
        let autoscalers = &autoscalers;
        async move {
            let Some(live) = cluster.get(&object).await? else {
                return Ok(Some(Drift { object, differences: vec!["is missing".to_owned()] }));
            };
            let differences =
                match compare(cluster, &object, &live, manifest, &TakeOver::default(), autoscalers).await {
                    Ok(compared) if matches!(compared.step, Step::Unchanged | Step::Adopt) => Vec::new(),
                    Ok(compared) => compared.fields.iter().map(difference).collect(),
                    Err(Error::Conflict { fields, .. }) => fields.iter().map(ToString::to_string).collect(),
                    Err(error) => return Err(error),
                };
            Ok((!differences.is_empty()).then_some(Drift { object, differences }))
        }
    }))
    .await;
    looks.into_iter().filter_map(Result::transpose).collect()
}

/// The objects of a record as they were sent.
async fn owned(cluster: &Cluster, record: &Record) -> Result<Vec<(ObjectRef, Value)>, Error> {
    let objects = recorded(cluster, record).await?;
    let own = |manifest: &Value| own(manifest, record.name(), record.namespace());
    Ok(objects.into_iter().map(|(object, manifest)| (object, own(&manifest))).collect())
}

/// `spec.replicas is 5, not 8`
fn difference(change: &super::FieldChange) -> String {
    let shown = |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), Value::to_string);
    format!("{} is {}, not {}", change.path, shown(change.before.as_ref()), shown(change.after.as_ref()))
}
