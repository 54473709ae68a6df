//! `--simulate`: a layer of values that puts simulators in the place of the model servers, so that a stack runs where
//! there is no accelerator and no token.

use serde_json::{Map, Value, json};

use crate::yaml::tree::Node;

/// The simulator's image where none is named.
pub const IMAGE: &str = concat!("ghcr.io/llmd/llmd-simulator:v", env!("CARGO_PKG_VERSION"));

/// What stays of a model server's container: how it is known and probed. The startup probe goes, as it waits for a
/// model to be loaded.
const KEPT: [&str; 4] = ["name", "ports", "livenessProbe", "readinessProbe"];

/// The layer over the values `user`, which lie over the charts' `defaults`.
///
/// The first container of each role, the server, becomes the simulator, with the flags that any model server gets; the
/// others go, with everything that binds a pod to certain nodes or to files that are not there.
pub(super) fn layer(user: &Node, defaults: &Node, image: &str) -> Value {
    let mut model = json!({"authSecretName": ""});
    // A model in a claim or an image is none that a simulator could read.
    if let Some(Value::String(name)) = given(user, defaults, &["ms", "modelArtifacts", "name"]) {
        model["uri"] = format!("hf://{name}").into();
    }
    let role = |role: &str| {
        let container = given(user, defaults, &["ms", role, "containers", "0"]).unwrap_or_default();
        json!({
            "containers": [simulator(&container, image)],
            "initContainers": [],
            "volumes": [],
            "tolerations": [],
            "nodeSelector": null,
            "acceleratorTypes": null,
            "schedulerName": null,
            "podSecurityContext": null,
            "extraConfig": null,
        })
    };
    json!({
        "ms": {
            "modelArtifacts": model,
            "accelerator": {"type": "cpu"},
            "dra": {"enabled": false},
            "requester": {"enable": false},
            "decode": role("decode"),
            "prefill": role("prefill"),
        },
    })
}

fn simulator(server: &Value, image: &str) -> Value {
    let kept = KEPT.iter().filter_map(|key| Some(((*key).to_owned(), server.get(key)?.clone())));
    let mut container: Map<String, Value> = kept.collect();
    let ours = json!({
        "image": image,
        "modelCommand": "imageDefault",
        "mountModelVolume": false,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
    });
    if let Value::Object(ours) = ours {
        container.extend(ours);
    }
    container.into()
}

fn given(user: &Node, defaults: &Node, path: &[&str]) -> Option<Value> {
    let at = |node: &Node| node.at(path.iter().copied()).map(Node::to_value);
    at(user).or_else(|| at(defaults))
}
