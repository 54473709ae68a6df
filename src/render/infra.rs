//! The Gateway and what configures its proxy (chart llm-d-infra).

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::engine::tidy;
use super::{Manifest, Part, Reject, Renderer};
use crate::environment::names;
use crate::environment::values::{Infra, Listener, LogLevel, ServiceType};

/// What the templates in `templates/gateway/` see.
#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    class: &'a str,
    labels: &'a Map<String, Value>,
    gateway_labels: Map<String, Value>,
    annotations: Option<&'a Map<String, Value>>,
    infrastructure: Option<Value>,
    listeners: Vec<Value>,
    log_level: LogLevel,
    resources: Value,
    service_type: ServiceType,
    ports: Value,
    load_balancer_class: Option<&'a str>,
    telemetry_name: String,
}

/// Who implements the Gateway, as far as the chart tells classes apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Provider {
    Istio,
    Kgateway,
    Other,
}

pub(super) fn manifests(renderer: &Renderer<'_, Infra>) -> Result<Vec<Manifest>, Reject> {
    let mut manifests = Vec::new();
    if renderer.values().gateway.enabled {
        gateway(renderer, &mut manifests)?;
    }
    manifests.extend(extra_objects(renderer)?);
    Ok(manifests)
}

fn gateway(renderer: &Renderer<'_, Infra>, manifests: &mut Vec<Manifest>) -> Result<(), Reject> {
    let values = renderer.values();
    let gateway = &values.gateway;
    let class = gateway.gateway_class_name.as_deref().unwrap_or_default();
    let provider = match class {
        "istio" => Provider::Istio,
        "kgateway" => Provider::Kgateway,
        _ => Provider::Other,
    };
    let name = names::gateway(
        renderer.release(),
        gateway.fullname_override.as_deref().unwrap_or_default(),
        gateway.name_override.as_deref().unwrap_or_default(),
    );
    let labels = labels(renderer, &name, "inference-gateway")?;
    let mut gateway_labels = labels.clone();
    gateway_labels.extend(gateway.labels.clone());
    if provider == Provider::Istio {
        gateway_labels.insert("istio.io/enable-inference-extproc".to_owned(), "true".into());
    }
    let mut annotations = templated_map(renderer, "commonAnnotations", &values.common_annotations)?;
    annotations.extend(gateway.annotations.clone());
    let parameters = &gateway.gateway_parameters;
    let parameters_kind = match provider {
        Provider::Istio => Some(("", "ConfigMap")),
        Provider::Kgateway => Some(("gateway.kgateway.dev", "GatewayParameters")),
        Provider::Other => None,
    };
    let infrastructure = parameters_kind
        .filter(|_| parameters.enabled)
        .map(|(group, kind)| json!({"parametersRef": {"group": group, "kind": kind, "name": name}}));
    let view = View {
        name: &name,
        class,
        labels: &labels,
        gateway_labels,
        annotations: Some(&annotations).filter(|map| !map.is_empty()),
        infrastructure,
        listeners: gateway.listeners.iter().map(listener).collect(),
        log_level: parameters.log_level.unwrap_or(LogLevel::Warn),
        resources: json!(parameters.resources),
        service_type: gateway.service.type_.unwrap_or(ServiceType::ClusterIp),
        ports: json!(gateway.service.ports),
        load_balancer_class: gateway.service.load_balancer_class.as_deref(),
        telemetry_name: names::telemetry(&name),
    };
    manifests.push(renderer.manifest("gateway/gateway.yaml.j2", &view)?);
    match provider {
        Provider::Istio if parameters.enabled => {
            let with_texts = WithTexts {
                view: &view,
                deployment: renderer.text("gateway/istio_deployment.txt.j2", &view)?,
                service: renderer.text("gateway/istio_service.txt.j2", &view)?,
            };
            manifests.push(renderer.manifest("gateway/istio_parameters.yaml.j2", &with_texts)?);
            if parameters.access_logging {
                manifests.push(renderer.manifest("gateway/telemetry.yaml.j2", &view)?);
            }
        }
        Provider::Kgateway if parameters.enabled => {
            manifests.push(renderer.manifest("gateway/kgateway_parameters.yaml.j2", &view)?);
        }
        _ => {}
    }
    if provider == Provider::Istio && gateway.destination_rule.enabled {
        manifests.push(destination_rule(renderer, &name)?);
    }
    if values.ingress.enabled && view.service_type == ServiceType::ClusterIp {
        manifests.push(ingress(renderer, &name, class)?);
    }
    Ok(())
}

/// The view and the two texts that istiod reads.
#[derive(Serialize)]
struct WithTexts<'a, 'b> {
    #[serde(flatten)]
    view: &'a View<'b>,
    deployment: String,
    service: String,
}

fn labels(renderer: &Renderer<'_, Infra>, name: &str, component: &str) -> Result<Map<String, Value>, Reject> {
    let values = renderer.values();
    let chart = Part::Infra.chart();
    let mut labels = Map::new();
    let mut put = |key: &str, value: &str| labels.insert(key.to_owned(), value.into());
    put("app.kubernetes.io/name", &names::infra_label(values.name_override.as_deref().unwrap_or_default()));
    put("helm.sh/chart", &names::chart_label(Part::Infra));
    put("app.kubernetes.io/instance", renderer.release());
    put("app.kubernetes.io/managed-by", "Helm");
    put("app.kubernetes.io/version", chart.app_version);
    put("app.kubernetes.io/gateway", name);
    put("app.kubernetes.io/component", component);
    labels.extend(templated_map(renderer, "commonLabels", &values.common_labels)?);
    Ok(labels)
}

fn templated_map(
    renderer: &Renderer<'_, Infra>,
    path: &str,
    map: &indexmap::IndexMap<String, Value>,
) -> Result<Map<String, Value>, Reject> {
    match renderer.templated(path, &json!(map))? {
        Value::Object(map) => Ok(map),
        _ => Err(renderer.reject(path, "a mapping is needed after templating")),
    }
}

fn listener(listener: &Listener) -> Value {
    let tls = listener.tls.as_ref();
    tidy(json!({
        "name": listener.name,
        "port": listener.port,
        "protocol": listener.protocol,
        "hostname": tls.and_then(|tls| tls.hostname.as_deref()),
        "allowedRoutes": listener.allowed_routes,
        "tls": tls.map(|tls| json!({"mode": tls.mode, "certificateRefs": tls.certificate_refs})),
    }))
}

fn destination_rule(renderer: &Renderer<'_, Infra>, name: &str) -> Result<Manifest, Reject> {
    let rule = &renderer.values().gateway.destination_rule;
    let Some(host) = rule.host.as_deref().filter(|host| !host.is_empty()) else {
        return Err(
            renderer.reject("gateway.destinationRule.host", "an enabled DestinationRule needs a host")
        );
    };
    let view = json!({
        "name": name,
        "host": host,
        "traffic_policy": rule.traffic_policy,
        "subsets": rule.subsets,
        "export_to": rule.export_to,
        "workload_selector": rule.workload_selector,
    });
    renderer.manifest("gateway/destination_rule.yaml.j2", &view)
}

fn ingress(renderer: &Renderer<'_, Infra>, name: &str, class: &str) -> Result<Manifest, Reject> {
    let values = renderer.values();
    let ingress = &values.ingress;
    if class != "istio" && renderer.is_upstream() {
        return Err(renderer
            .reject("ingress.enabled", "the chart can render an Ingress for the gateway class istio alone"));
    }
    let Some(first) = values.gateway.listeners.first() else {
        return Err(renderer.reject("gateway.listeners", "an Ingress needs a listener"));
    };
    let host = renderer.templated_text("ingress.host", ingress.host.as_deref().unwrap_or_default())?;
    let path = |path: Option<&str>, path_type: Option<&str>, port: i64| json!({"path": path, "path_type": path_type.unwrap_or("Prefix"), "port": port});
    let listeners = values.gateway.listeners.iter();
    let mut rules = vec![json!({
        "host": Some(&host).filter(|host| !host.is_empty()),
        "paths": listeners
            .map(|listener| path(listener.path.as_deref(), listener.path_type.as_deref(), listener.port))
            .collect::<Vec<_>>(),
    })];
    for (index, extra) in ingress.extra_hosts.iter().enumerate() {
        let own = extra.path.as_deref().or(ingress.path.as_deref()).unwrap_or("/");
        let host = match &extra.name {
            Some(name) => Some(renderer.templated_text(&format!("ingress.extraHosts[{index}].name"), name)?),
            None => None,
        };
        let port = extra.port.unwrap_or(first.port);
        rules.push(json!({"host": host, "paths": [path(Some(own), extra.path_type.as_deref(), port)]}));
    }
    let mut tls = Vec::new();
    if ingress.tls.enabled {
        let secret = ingress.tls.secret_name.as_deref().unwrap_or_default();
        let secret = renderer.templated_text("ingress.tls.secretName", secret)?;
        tls.push(json!({"hosts": [host], "secretName": secret}));
    }
    if let Value::Array(extra) = renderer.templated("ingress.extraTls", &json!(ingress.extra_tls))? {
        tls.extend(extra);
    }
    let mut annotations = templated_map(renderer, "commonAnnotations", &values.common_annotations)?;
    annotations.extend(templated_map(renderer, "ingress.annotations", &ingress.annotations)?);
    let view = json!({
        "name": name,
        "ingress_labels": labels(renderer, name, "sample-application")?,
        "ingress_annotations": Some(annotations).filter(|map| !map.is_empty()),
        "ingress_class_name": ingress.ingress_class_name.as_deref().filter(|class| !class.is_empty()),
        "backend": names::ingress_backend(name, class),
        "rules": rules,
        "tls": tls,
    });
    renderer.manifest("gateway/ingress.yaml.j2", &view)
}

fn extra_objects(renderer: &Renderer<'_, Infra>) -> Result<Vec<Manifest>, Reject> {
    let extra = &renderer.values().extra_deploy;
    let objects = extra.iter().enumerate().map(|(index, object)| {
        let path = format!("extraDeploy[{index}]");
        renderer.extra_object(&path, object)
    });
    objects.collect()
}
