//! The model servers (chart llm-d-modelservice).
//!
//! ```text
//! values ─► Servers of a role ─► containers ─► pod ─► Deployment or LeaderWorkerSet, PodMonitor
//!                                        └──► text ─► requester ReplicaSet
//! ```

mod accelerator;
mod claim;
mod container;
mod model;
mod parallelism;
mod pod;
mod proxy;
mod requester;
mod servers;
mod workload;

use serde_json::{Map, Value, json};

use self::servers::{Role, Servers};
use super::{Manifest, Part, Reject, Renderer};
use crate::environment::names;
use crate::environment::values::Ms;

pub(super) fn manifests(renderer: &Renderer<'_, Ms>) -> Result<Vec<Manifest>, Reject> {
    let values = renderer.values();
    let mut manifests = Vec::new();
    if own_service_account(values) {
        let view = json!({"name": service_account(renderer), "labels": labels()});
        manifests.push(renderer.manifest("model-servers/service_account.yaml.j2", &view)?);
    }
    manifests.extend(claim::template(renderer)?);
    for role in [Role::Decode, Role::Prefill] {
        let Some(servers) = Servers::of(renderer, role)? else { continue };
        if role == Role::Decode && values.requester.enable && !values.multinode {
            manifests.push(requester::manifest(&servers)?);
        } else {
            manifests.push(workload::manifest(&servers)?);
        }
        manifests.extend(workload::pod_monitor(&servers)?);
    }
    for (index, object) in values.extra_objects.iter().enumerate() {
        manifests.push(renderer.extra_object(&format!("extraObjects[{index}]"), &json!(object))?);
    }
    Ok(manifests)
}

/// What every object of the chart is labelled with.
fn labels() -> Map<String, Value> {
    let chart = Part::Ms.chart();
    let label = |key: &str, value: &str| (key.to_owned(), Value::from(value));
    Map::from_iter([
        label("helm.sh/chart", &names::chart_label(chart.name, chart.version)),
        label("app.kubernetes.io/version", chart.app_version),
        label("app.kubernetes.io/managed-by", "Helm"),
    ])
}

fn own_service_account(values: &Ms) -> bool {
    values.service_account_override.as_deref().is_none_or(str::is_empty)
}

fn service_account(renderer: &Renderer<'_, Ms>) -> String {
    let values = renderer.values();
    match &values.service_account_override {
        Some(given) if !own_service_account(values) => given.clone(),
        _ => names::model_service(renderer.release(), values.fullname_override.as_deref()),
    }
}
