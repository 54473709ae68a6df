//! The InferencePool, its endpoint picker and what scrapes and secures them (chart inferencepool).

mod container;
mod latency_predictor;
mod route;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Manifest, Part, Reject, Renderer};
use crate::environment::names::Epp;
use crate::environment::values::{FailureMode, Gaie};
use crate::environment::{fixes, names};
use crate::go_template::go_text;

/// What the templates in `templates/scheduler/`, `routing/` and `monitoring/` see.
#[derive(Serialize)]
struct View<'a> {
    epp: &'a str,
    pool: &'a str,
    namespace: &'a str,
    labels: Map<String, Value>,
    pod_labels: Value,
    replicas: i64,
    strategy: Value,
    containers: Vec<Value>,
    volumes: Vec<Value>,
    affinity: &'a indexmap::IndexMap<String, Value>,
    tolerations: &'a [Value],
    ext_proc_port: i64,
    metrics_port: i64,
    extra_service_ports: &'a [Value],
    pool_group: &'a str,
    target_ports: Value,
    target_port_number: i64,
    health_check_port: Option<i64>,
    match_labels: Map<String, Value>,
    failure_mode: FailureMode,
    interval: &'a str,
    leader_election_role: String,
    leader_election_role_binding: String,
    leader_election_subject_namespace: Option<&'a str>,
}

/// Who implements the Gateway, as far as the chart tells providers apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Provider {
    Istio,
    Gke,
    Other,
}

pub(super) fn manifests(renderer: &Renderer<'_, Gaie>) -> Result<Vec<Manifest>, Reject> {
    let values = renderer.values();
    let extension = &values.inference_extension;
    let epp = Epp::new(renderer.release());
    let provider = provider(renderer)?;
    let is_alpha =
        values.inference_pool.api_version.as_deref() == Some("inference.networking.x-k8s.io/v1alpha2");
    let view = view(renderer, &epp, is_alpha)?;
    let mut manifests = Vec::new();
    for template in [
        "scheduler/service_account.yaml.j2",
        "scheduler/role.yaml.j2",
        "scheduler/role_binding.yaml.j2",
        "scheduler/service.yaml.j2",
        "scheduler/deployment.yaml.j2",
        if is_alpha {
            "scheduler/inference_pool_v1alpha2.yaml.j2"
        } else {
            "scheduler/inference_pool.yaml.j2"
        },
    ] {
        manifests.push(renderer.manifest(template, &view)?);
    }
    if view.replicas > 1 {
        manifests.push(renderer.manifest("scheduler/leader_election_role.yaml.j2", &view)?);
        manifests.push(renderer.manifest("scheduler/leader_election_role_binding.yaml.j2", &view)?);
    }
    manifests.extend(config_maps(renderer, &epp)?);
    if extension.monitoring.prometheus.enabled {
        manifests.extend(metrics_access(renderer, &view)?);
        match provider {
            Provider::Gke => manifests.extend(gke_monitoring(renderer, &view)?),
            Provider::Istio | Provider::Other => manifests.extend(prometheus(renderer, &view, &epp)?),
        }
    }
    match provider {
        Provider::Istio => manifests.push(destination_rule(renderer, &epp)?),
        Provider::Gke => {
            manifests.push(renderer.manifest("routing/gke_health_check_policy.yaml.j2", &view)?);
            manifests.push(renderer.manifest("routing/gke_backend_policy.yaml.j2", &view)?);
        }
        Provider::Other => {}
    }
    if values.experimental_http_route.enabled {
        manifests.push(experimental_route(renderer)?);
    }
    manifests.extend(route::manifest(renderer)?);
    Ok(manifests)
}

fn provider(renderer: &Renderer<'_, Gaie>) -> Result<Provider, Reject> {
    match renderer.values().provider.name.as_deref() {
        None => {
            Err(renderer.reject("provider.name", "the provider's name is needed: `none`, `istio` or `gke`"))
        }
        Some("istio") => Ok(Provider::Istio),
        Some(name) if name.eq_ignore_ascii_case("gke") => Ok(Provider::Gke),
        Some(_) => Ok(Provider::Other),
    }
}

fn view<'a>(renderer: &Renderer<'a, Gaie>, epp: &'a Epp, is_alpha: bool) -> Result<View<'a>, Reject> {
    let values = renderer.values();
    let extension = &values.inference_extension;
    let pool = &values.inference_pool;
    let api_version = pool.api_version.as_deref().unwrap_or_default();
    let replicas = extension.replicas.filter(|replicas| *replicas > 0).unwrap_or(1);
    let is_replicated = replicas > 1;
    Ok(View {
        epp: &epp.name,
        pool: renderer.release(),
        namespace: renderer.namespace(),
        labels: labels(&epp.name),
        pod_labels: json!({"inferencepool": epp.name}),
        replicas,
        strategy: strategy(renderer, is_replicated),
        containers: container::containers(renderer, is_replicated)?,
        volumes: volumes(renderer, &epp.name)?,
        affinity: &extension.affinity,
        tolerations: &extension.tolerations,
        ext_proc_port: extension.ext_proc_port.unwrap_or(9002),
        metrics_port: extension.metrics_port.unwrap_or(9090),
        extra_service_ports: &extension.extra_service_ports,
        pool_group: api_version.split('/').next().unwrap_or_default(),
        target_ports: pool.target_ports.iter().map(|port| json!({"number": port.number})).collect(),
        target_port_number: pool.target_port_number.unwrap_or(8000),
        health_check_port: pool.target_port_number,
        match_labels: match_labels(renderer, is_alpha)?,
        failure_mode: extension.failure_mode.unwrap_or(FailureMode::FailClose),
        interval: extension.monitoring.interval.as_deref().unwrap_or_default(),
        leader_election_role: epp.leader_election_role(),
        leader_election_role_binding: epp.leader_election_binding(),
        leader_election_subject_namespace: Some(renderer.namespace())
            .filter(|_| is_replicated && renderer.mends(fixes::LEADER_ELECTION_SUBJECT)),
    })
}

/// How a new version takes the place of the old one. Of several replicas only the leader is ready, so there a new pod must
/// not wait to be ready before an old one ends.
fn strategy(renderer: &Renderer<'_, Gaie>, is_replicated: bool) -> Value {
    if !is_replicated && renderer.mends(fixes::SCHEDULER_ROLLOUT) {
        return json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}});
    }
    json!({"type": "Recreate"})
}

fn labels(epp: &str) -> Map<String, Value> {
    let mut labels = Map::new();
    labels.insert("app.kubernetes.io/name".to_owned(), epp.into());
    labels.insert("app.kubernetes.io/version".to_owned(), Part::Gaie.chart().app_version.into());
    labels
}

/// Labels by which the pool finds its model servers; all values are texts.
fn match_labels(renderer: &Renderer<'_, Gaie>, is_alpha: bool) -> Result<Map<String, Value>, Reject> {
    let given = &renderer.values().inference_pool.model_servers.match_labels;
    if given.is_empty() && !is_alpha {
        return Err(renderer.reject(
            "inferencePool.modelServers.matchLabels",
            "at least one label of the model servers' pods is needed",
        ));
    }
    let mut labels: Map<String, Value> =
        given.iter().map(|(key, value)| (key.clone(), go_text(value).into())).collect();
    if let Some(model_servers) = renderer.environment.ms_release.as_deref()
        && !labels.contains_key(names::INSTANCE_LABEL)
        && renderer.mends(fixes::POOL_SELECTOR)
    {
        labels.insert(names::INSTANCE_LABEL.to_owned(), model_servers.into());
    }
    Ok(labels)
}

fn volumes(renderer: &Renderer<'_, Gaie>, epp: &str) -> Result<Vec<Value>, Reject> {
    let extension = &renderer.values().inference_extension;
    let mut volumes = extension.volumes.clone();
    let of_sidecar = json!(extension.sidecar.volumes);
    if let Value::Array(of_sidecar) = renderer.templated("inferenceExtension.sidecar.volumes", &of_sidecar)? {
        volumes.extend(of_sidecar);
    }
    volumes.push(json!({"name": "plugins-config-volume", "configMap": {"name": epp}}));
    volumes.extend(latency_predictor::volumes(&extension.latency_predictor));
    Ok(volumes)
}

fn config_maps(renderer: &Renderer<'_, Gaie>, epp: &Epp) -> Result<Vec<Manifest>, Reject> {
    let extension = &renderer.values().inference_extension;
    let predictor = &extension.latency_predictor;
    let config_map = |name: &str, data: Value| {
        let view = json!({"name": name, "namespace": renderer.namespace(), "data": data});
        renderer.manifest("scheduler/config_map.yaml.j2", &view)
    };
    let mut files = Map::new();
    files.insert("default-plugins.yaml".to_owned(), default_plugins(renderer)?.into());
    for (name, text) in &extension.plugins_custom_config {
        files.insert(name.clone(), text.as_str().into());
    }
    let mut manifests = vec![config_map(&epp.name, files.into())?];
    let sidecar = &extension.sidecar;
    if sidecar.enabled && !sidecar.config_map_data.is_empty() {
        manifests.push(config_map(&epp.sidecar(), json!(sidecar.config_map_data))?);
    }
    if predictor.enabled {
        for (name, config) in latency_predictor::config_maps(epp, predictor) {
            manifests.push(config_map(&name, config)?);
        }
    }
    Ok(manifests)
}

/// What the picker goes by when the user gives no configuration. Only this project's picker knows its own policy.
fn default_plugins(renderer: &Renderer<'_, Gaie>) -> Result<String, Reject> {
    let extension = &renderer.values().inference_extension;
    let predictor = &extension.latency_predictor;
    let is_ours = extension.image.name.as_deref() == Some(names::SCHEDULER_IMAGE);
    if is_ours && !predictor.enabled && renderer.mends(fixes::SCHEDULER_CONFIG) {
        return Ok(llmd_api::PROJECT_DEFAULT.to_owned());
    }
    let plugins = json!({
        "latency_predictor": predictor.enabled,
        "slo_parameters": latency_predictor::slo_parameters(&predictor.slo_aware_routing),
    });
    renderer.text("scheduler/default_plugins.txt.j2", &plugins)
}

/// The right to check the tokens of those who scrape.
fn metrics_access(renderer: &Renderer<'_, Gaie>, view: &View<'_>) -> Result<[Manifest; 2], Reject> {
    let upstream = names::cluster_role_as_upstream(renderer.release(), renderer.namespace());
    let cluster_role = match upstream {
        Ok(name) => name,
        Err(_) if renderer.mends(fixes::CLUSTER_ROLE_NAME) => {
            names::cluster_role(renderer.release(), renderer.namespace())
        }
        Err(error) => {
            return Err(
                renderer.reject("inferenceExtension.monitoring.prometheus.enabled", error.to_string())
            );
        }
    };
    let view = json!({
        "cluster_role": cluster_role, "labels": view.labels, "epp": view.epp, "namespace": view.namespace,
    });
    Ok([
        renderer.manifest("scheduler/cluster_role.yaml.j2", &view)?,
        renderer.manifest("scheduler/cluster_role_binding.yaml.j2", &view)?,
    ])
}

fn prometheus(renderer: &Renderer<'_, Gaie>, view: &View<'_>, epp: &Epp) -> Result<Vec<Manifest>, Reject> {
    let prometheus = &renderer.values().inference_extension.monitoring.prometheus;
    let mut secret = prometheus.auth.secret_name.clone().unwrap_or_default();
    if secret == names::METRICS_SECRET_AS_UPSTREAM && renderer.mends(fixes::METRICS_SECRET) {
        secret = epp.metrics_secret();
    }
    let authorization =
        prometheus.auth.enabled.then(|| json!({"credentials": {"name": secret, "key": "token"}}));
    let mut monitor_labels = view.labels.clone();
    monitor_labels.extend(prometheus.extra_labels.clone());
    let monitor = json!({
        "name": epp.service_monitor(),
        "namespace": view.namespace,
        "monitor_labels": monitor_labels,
        "labels": view.labels,
        "epp": view.epp,
        "interval": view.interval,
        "authorization": authorization,
    });
    let mut manifests = vec![renderer.manifest("monitoring/service_monitor.yaml.j2", &monitor)?];
    if prometheus.auth.enabled {
        manifests.push(token_secret(renderer, view, &secret, view.epp)?);
    }
    Ok(manifests)
}

fn token_secret(
    renderer: &Renderer<'_, Gaie>,
    view: &View<'_>,
    name: &str,
    service_account: &str,
) -> Result<Manifest, Reject> {
    let view = json!({
        "name": name, "namespace": view.namespace, "labels": view.labels, "service_account": service_account,
    });
    renderer.manifest("monitoring/token_secret.yaml.j2", &view)
}

/// Google's managed Prometheus: without authorization the chart renders nothing for it.
fn gke_monitoring(renderer: &Renderer<'_, Gaie>, view: &View<'_>) -> Result<Vec<Manifest>, Reject> {
    let values = renderer.values();
    if !values.inference_extension.monitoring.prometheus.auth.enabled {
        return Ok(Vec::new());
    }
    let gke = names::GkeMetrics::new(renderer.release(), renderer.namespace(), values.provider.gke.autopilot);
    let gke_view = json!({
        "gke": {
            "secret": gke.secret,
            "service_account": gke.service_account,
            "cluster_role": gke.cluster_role,
            "cluster_role_binding": gke.cluster_role_binding,
            "role": gke.role,
            "role_binding": gke.role_binding,
            "collector_namespace": gke.collector_namespace,
        },
        "pool": view.pool,
        "namespace": view.namespace,
        "labels": view.labels,
        "pod_labels": view.pod_labels,
        "interval": view.interval,
    });
    let mut manifests = vec![token_secret(renderer, view, &gke.secret, &gke.service_account)?];
    for template in [
        "monitoring/gke_service_account.yaml.j2",
        "monitoring/gke_cluster_role.yaml.j2",
        "monitoring/gke_cluster_role_binding.yaml.j2",
        "monitoring/gke_role.yaml.j2",
        "monitoring/gke_role_binding.yaml.j2",
        "monitoring/gke_pod_monitoring.yaml.j2",
    ] {
        manifests.push(renderer.manifest(template, &gke_view)?);
    }
    Ok(manifests)
}

fn destination_rule(renderer: &Renderer<'_, Gaie>, epp: &Epp) -> Result<Manifest, Reject> {
    let values = renderer.values();
    let rule = match &values.provider.istio {
        Some(istio) => &istio.destination_rule,
        None => &values.istio.destination_rule,
    };
    let given = rule.host.clone().filter(|host| !host.is_empty());
    let host = given.unwrap_or_else(|| epp.host(renderer.namespace()));
    let view = json!({
        "epp": epp.name,
        "host": host,
        "connection_pool": rule.traffic_policy.get("connectionPool"),
    });
    renderer.manifest("routing/destination_rule.yaml.j2", &view)
}

fn experimental_route(renderer: &Renderer<'_, Gaie>) -> Result<Manifest, Reject> {
    let route = &renderer.values().experimental_http_route;
    let headers = route
        .base_model
        .as_deref()
        .filter(|model| !model.is_empty())
        .map(|model| json!([{"type": "Exact", "name": "X-Gateway-Base-Model-Name", "value": model}]));
    let view = json!({
        "pool": renderer.release(),
        "namespace": renderer.namespace(),
        "gateway": route.inference_gateway_name,
        "headers": headers,
    });
    renderer.manifest("routing/experimental_http_route.yaml.j2", &view)
}
