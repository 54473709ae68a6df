//! A stack, and the facts of a cluster that can take it.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::doctor::check::Check;
use crate::doctor::facts::{Fact, Facts};
use crate::doctor::report::Outcome;
use crate::doctor::{Wanted, checks, definitions};
use crate::environment::needs::Needs;
use crate::environment::{self, Request, catalog, names};
use crate::render::{self, Stack};

pub(super) struct Clinic {
    pub(super) stack: Stack,
    pub(super) needs: Needs,
    pub(super) is_simulated: bool,
}

impl Clinic {
    pub(super) fn of(environment: &str) -> Self {
        Self::with(environment, |_| {})
    }

    pub(super) fn with(environment: &str, change: impl FnOnce(&mut Request)) -> Self {
        let mut request = Request {
            environment: environment.to_owned(),
            namespace: "demo".to_owned(),
            postfix: names::DEFAULT_POSTFIX.to_owned(),
            ..Request::default()
        };
        change(&mut request);
        let stack = render::render(&environment::resolve(&request).unwrap()).unwrap();
        let needs = catalog::find(environment).unwrap().needs;
        Self { stack, needs, is_simulated: request.overrides.simulate.is_some() }
    }

    pub(super) fn outcomes(&self, facts: &Facts) -> Vec<(Check, Outcome)> {
        let wanted = Wanted::new(&self.stack, &self.needs, "-e istio -n demo", self.is_simulated);
        Check::all().iter().map(|check| (*check, checks::run(*check, &wanted, facts).into())).collect()
    }

    /// The only check that finds something, and what.
    #[track_caller]
    pub(super) fn only(&self, facts: &Facts) -> (Check, Outcome) {
        let mut found: Vec<_> =
            self.outcomes(facts).into_iter().filter(|(_, outcome)| !outcome.findings().is_empty()).collect();
        assert_eq!(found.len(), 1, "{found:#?}");
        found.remove(0)
    }
}

/// The facts of a cluster that can take the stack.
pub(super) fn right(clinic: &Clinic) -> Facts {
    let Clinic { stack, needs, .. } = clinic;
    let wanted = Wanted::new(stack, needs, "", false);
    let nodes: Vec<Value> = (0..16).map(|number| node(&format!("node-{number}"), needs)).collect();
    let class = stack.manifests().find(|manifest| manifest.kind() == "Gateway");
    let class = class.map_or("none", |gateway| gateway.object["spec"]["gatewayClassName"].as_str().unwrap());
    let controller = needs.controller.as_ref();
    let image = controller.and_then(|known| known.versions.oldest.as_deref()).map_or_else(
        || "example.com/controller".to_owned(),
        |oldest| format!("example.com/controller:{oldest}.1"),
    );
    let variable = controller.and_then(|known| known.variable.clone()).unwrap_or_default();
    let own = stack.manifests().find(|manifest| manifest.kind() == "InferencePool").unwrap();
    let admission: BTreeMap<String, Option<String>> =
        wanted.workloads.iter().map(|workload| (workload.object.clone(), None)).collect();
    Facts {
        version: Fact::Known(json!({"gitVersion": "v1.34.1"})),
        clock: None,
        groups: Fact::Known(vec!["apps".to_owned()]),
        namespace: Fact::Known(Some(json!({"metadata": {"name": "demo"}}))),
        denied: Fact::Known(Vec::new()),
        user: Fact::default(),
        definitions: crds(clinic),
        classes: Fact::Known(vec![json!({
            "metadata": {"name": class},
            "spec": {"controllerName": controller.map_or("none", |known| known.name.as_str())},
            "status": {"conditions": [{"type": "Accepted", "status": "True"}]},
        })]),
        controllers: Fact::Known(vec![json!({
            "metadata": {"name": "istiod"},
            "spec": {"template": {"spec": {"containers": [
                {"image": image, "env": [{"name": variable, "value": "true"}]},
            ]}}},
            "status": {"availableReplicas": 1},
        })]),
        token: Fact::Known(Some(secret("hf_abcdef"))),
        nodes: Fact::Known(nodes),
        pods: Fact::Known(Vec::new()),
        autoscaler: Fact::Known(None),
        device_classes: Fact::Known(vec![json!({"metadata": {"name": "gaudi.intel.com"}})]),
        resource_slices: Fact::Known(vec![json!({"spec": {"devices": [{"name": "a"}, {"name": "b"}]}})]),
        quotas: Fact::Known(vec![json!({
            "metadata": {"name": "team"},
            "status": {"hard": {"requests.nvidia.com/gpu": "32", "pods": "100"}, "used": {"pods": "3"}},
        })]),
        admission: Fact::Known(admission),
        claims: Fact::Known(vec![json!({"metadata": {"name": "model-pvc"}, "status": {"phase": "Bound"}})]),
        storage_classes: Fact::Known(Vec::new()),
        pools: Fact::Known(vec![own.object.clone()]),
        routes: Fact::Known(Vec::new()),
        deployments: Fact::Known(Vec::new()),
    }
}

pub(super) fn secret(token: &str) -> Value {
    let value = base64::engine::general_purpose::STANDARD.encode(token);
    json!({"metadata": {"name": "llm-d-hf-token"}, "data": {"HF_TOKEN": value}})
}

fn node(name: &str, needs: &Needs) -> Value {
    let mut node = json!({
        "metadata": {"name": name, "labels": {
            "nvidia.com/gpu.present": "true",
            "nvidia.com/cuda.driver-version.major": "570",
            "cloud.google.com/gke-tpu-topology": "2x2x1",
            "cloud.google.com/gke-tpu-accelerator": "tpu7x",
        }},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "allocatable": {
                "cpu": "128", "memory": "512Gi", "pods": "110", "ephemeral-storage": "4Ti",
                "nvidia.com/gpu": "2", "gpu.intel.com/i915": "2", "google.com/tpu": "8",
            },
        },
    });
    if let Some(platform) = &needs.platform {
        node["metadata"]["labels"][&platform.label] = "pool".into();
    }
    node
}

/// Every definition that is needed, of the oldest release that is known to work.
fn crds(clinic: &Clinic) -> BTreeMap<String, Fact<Option<Value>>> {
    let needed = definitions::needed(&clinic.stack, &clinic.needs);
    let crd = |one: &definitions::Needed| {
        let group = clinic.needs.groups.get(&one.group);
        let mut crd = json!({
            "metadata": {"name": one.name, "annotations": {}},
            "spec": {"versions": [{"name": one.version, "served": true}]},
            "status": {"storedVersions": [one.version], "conditions": [{"type": "Established", "status": "True"}]},
        });
        if let Some((annotation, oldest)) =
            group.and_then(|group| Some((group.annotation.as_ref()?, group.versions.oldest.as_ref()?)))
        {
            crd["metadata"]["annotations"][annotation] = format!("v{oldest}.0").into();
        }
        (one.name.clone(), Fact::Known(Some(crd)))
    };
    needed.iter().map(crd).collect()
}

/// What is known, to change it.
pub(super) fn known<T>(fact: &mut Fact<T>) -> &mut T {
    match fact {
        Fact::Known(value) => value,
        Fact::Unknown(reason) => panic!("not known: {reason}"),
    }
}
