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
mod security_context;
mod servers;
mod workload;

use serde_json::{Map, Value, json};

use self::servers::{Role, Servers};
use super::{Manifest, Part, Reject, Renderer};
use crate::environment::names::{self, ModelService};
use crate::environment::values::Ms;

pub(super) fn manifests(renderer: &Renderer<'_, Ms>) -> Result<Vec<Manifest>, Reject> {
    let values = renderer.values();
    let mut manifests = Vec::new();
    if service_account_override(values).is_empty() {
        let view = json!({"name": service_names(renderer).name, "labels": labels()});
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
    let label = |key: &str, value: &str| (key.to_owned(), Value::from(value));
    Map::from_iter([
        label("helm.sh/chart", &names::chart_label(Part::Ms)),
        label("app.kubernetes.io/version", Part::Ms.chart().app_version),
        label("app.kubernetes.io/managed-by", "Helm"),
    ])
}

fn service_names(renderer: &Renderer<'_, Ms>) -> ModelService {
    ModelService::new(renderer.release(), renderer.values().fullname_override.as_deref().unwrap_or_default())
}

fn service_account_override(values: &Ms) -> &str {
    values.service_account_override.as_deref().unwrap_or_default()
}
