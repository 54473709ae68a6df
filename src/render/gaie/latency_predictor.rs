//! The latency predictor's servers beside the endpoint picker.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::environment::names::Epp;
use crate::environment::values::{Gaie, LatencyPredictor, SloAwareRouting};
use crate::go_template::go_text;
use crate::render::{Reject, Renderer};

pub(super) fn containers(renderer: &Renderer<'_, Gaie>) -> Result<Vec<Value>, Reject> {
    let predictor = &renderer.values().inference_extension.latency_predictor;
    let epp = Epp::new(renderer.release());
    let mut containers = vec![training_server(renderer, predictor, &epp)?];
    for server in servers(predictor) {
        containers.push(prediction_server(renderer, predictor, &epp, &server)?);
    }
    Ok(containers)
}

/// One prediction server: its number from 1, and its port.
struct Server {
    number: i64,
    port: i64,
}

fn servers(predictor: &LatencyPredictor) -> impl Iterator<Item = Server> {
    let start = predictor.prediction_servers.start_port.unwrap_or_default();
    let count = predictor.prediction_servers.count.unwrap_or_default();
    (1..=count).map(move |number| Server { number, port: start + number - 1 })
}

fn training_url(predictor: &LatencyPredictor) -> String {
    format!("http://localhost:{}", predictor.training_server.port.unwrap_or_default())
}

fn training_server(
    renderer: &Renderer<'_, Gaie>,
    predictor: &LatencyPredictor,
    epp: &Epp,
) -> Result<Value, Reject> {
    let server = &predictor.training_server;
    let view = json!({
        "image": server.image.reference(),
        "pull_policy": server.image.pull_policy.as_deref().unwrap_or("Always"),
        "port": server.port,
        "liveness_probe": server.liveness_probe,
        "readiness_probe": server.readiness_probe,
        "resources": server.resources,
        "config_map": epp.predictor_training(),
    });
    renderer.value("scheduler/latency_training_server.yaml.j2", &view)
}

fn prediction_server(
    renderer: &Renderer<'_, Gaie>,
    predictor: &LatencyPredictor,
    epp: &Epp,
    server: &Server,
) -> Result<Value, Reject> {
    let servers = &predictor.prediction_servers;
    let Server { number, port } = *server;
    let view = json!({
        "name": format!("prediction-server-{number}"),
        "image": servers.image.reference(),
        "pull_policy": servers.image.pull_policy.as_deref().unwrap_or("Always"),
        "port_name": format!("predict-port-{number}"),
        "port": port,
        "port_text": port.to_string(),
        "liveness_probe": with_port(&servers.liveness_probe, port),
        "readiness_probe": with_port(&servers.readiness_probe, port),
        "resources": servers.resources,
        "config_map": epp.predictor_prediction(),
        "server_type": format!("prediction-{number}"),
        "training_server_url": training_url(predictor),
        "storage": format!("prediction-server-{number}-storage"),
    });
    renderer.value("scheduler/latency_prediction_server.yaml.j2", &view)
}

/// A probe by HTTP, at the server's own port.
fn with_port(probe: &IndexMap<String, Value>, port: i64) -> Value {
    let mut probe = json!(probe);
    if let Some(get) = probe.get_mut("httpGet").and_then(Value::as_object_mut) {
        get.insert("port".to_owned(), port.into());
    }
    probe
}

/// Where the endpoint picker finds the servers, then the user's `eppEnv`.
pub(super) fn epp_env(predictor: &LatencyPredictor) -> Vec<Value> {
    let urls: Vec<String> =
        servers(predictor).map(|server| format!("http://localhost:{}", server.port)).collect();
    let mut env = vec![
        json!({"name": "PREDICTION_SERVER_URL", "value": urls.join(",")}),
        json!({"name": "TRAINING_SERVER_URL", "value": training_url(predictor)}),
    ];
    let mut given: Vec<_> = predictor.epp_env.iter().collect();
    given.sort_by_key(|(name, _)| *name);
    env.extend(given.into_iter().map(|(name, value)| json!({"name": name, "value": go_text(value)})));
    env
}

pub(super) fn volumes(predictor: &LatencyPredictor) -> Vec<Value> {
    if !predictor.enabled {
        return Vec::new();
    }
    let volume = |name: String, size: Option<&str>| json!({"name": name, "emptyDir": {"sizeLimit": size}});
    let training = predictor.training_server.volume_size.as_deref();
    let mut volumes = vec![volume("training-server-storage".to_owned(), training)];
    volumes.extend(servers(predictor).map(|server| {
        let name = format!("prediction-server-{}-storage", server.number);
        volume(name, predictor.prediction_servers.volume_size.as_deref())
    }));
    volumes
}

/// The two `ConfigMap`s: name and data, all texts.
pub(super) fn config_maps(epp: &Epp, predictor: &LatencyPredictor) -> [(String, Value); 2] {
    let texts = |config: &IndexMap<String, Value>| -> Value {
        let entries = config.iter().map(|(key, value)| (key.clone(), go_text(value).into()));
        entries.collect::<Map<String, Value>>().into()
    };
    [
        (epp.predictor_training(), texts(&predictor.training_server.config)),
        (epp.predictor_prediction(), texts(&predictor.prediction_servers.config)),
    ]
}

/// The plugin's parameters with the chart's fallbacks; none when nothing is given. A zero or empty text falls back.
pub(super) fn slo_parameters(given: &SloAwareRouting) -> Vec<Value> {
    let given = match serde_json::to_value(given) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    if given.values().all(Value::is_null) {
        return Vec::new();
    }
    let fallbacks: [(&str, Value); 16] = [
        ("samplingMean", json!(1000)),
        ("maxSampledTokens", json!(20)),
        ("sloBufferFactor", json!(1)),
        ("negHeadroomTTFTWeight", json!(0.8)),
        ("negHeadroomTPOTWeight", json!(0.2)),
        ("headroomTTFTWeight", json!(0.8)),
        ("headroomTPOTWeight", json!(0.2)),
        ("headroomSelectionStrategy", json!("least")),
        ("compositeKVWeight", json!(1)),
        ("compositeQueueWeight", json!(1)),
        ("compositePrefixWeight", json!(1)),
        ("epsilonExploreSticky", json!(0.01)),
        ("epsilonExploreNeg", json!(0.01)),
        ("affinityGateTau", json!(0.80)),
        ("affinityGateTauGlobal", json!(0.99)),
        ("selectionMode", json!("linear")),
    ];
    let is_given = |value: &&Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        number => number.as_f64() != Some(0.0),
    };
    let parameters = fallbacks.into_iter().map(|(name, fallback)| {
        let value = given.get(name).filter(is_given).unwrap_or(&fallback);
        let text = match value {
            Value::String(text) => format!("{text:?}"),
            number => go_text(number),
        };
        json!({"name": name, "value": text})
    });
    parameters.collect()
}
