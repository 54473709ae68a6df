//! The routing sidecar of decode pods.

use serde::Serialize;
use serde_json::{Value, json};

use crate::environment::values::Ms;
use crate::go_template::go_text;
use crate::render::{Reject, Renderer};

/// What `templates/model-servers/routing_proxy.yaml.j2` shows.
#[derive(Serialize)]
pub(super) struct Proxy<'a> {
    image: &'a str,
    pull_policy: &'a str,
    args: Vec<String>,
    port: Value,
}

/// The port that clients of a pod use.
pub(super) fn service_port(values: &Ms) -> Value {
    let port = values.routing.service_port.clone().unwrap_or_else(|| 8000.into());
    match &port {
        Value::String(text) => super::model::plain(text),
        _ => port,
    }
}

/// The port of a decode server behind the sidecar.
pub(super) fn target_port(values: &Ms) -> i64 {
    values.routing.proxy.target_port.unwrap_or(8200)
}

impl<'a> Proxy<'a> {
    /// The sidecar; none when it is switched off.
    pub(super) fn of(renderer: &Renderer<'a, Ms>) -> Result<Option<Self>, Reject> {
        let values = renderer.values();
        let proxy = &values.routing.proxy;
        if proxy.enabled != Some(true) {
            return Ok(None);
        }
        let Some(image) = proxy.image.as_deref().filter(|image| !image.is_empty()) else {
            let message = "the routing sidecar needs an image; `enabled: false` leaves it out";
            return Err(renderer.reject("routing.proxy.image", message));
        };
        let text = |text: &Option<String>| text.as_ref().map(|text| Value::from(text.as_str()));
        let port = service_port(values);
        let flags = [
            ("port", Some(port.clone())),
            ("vllm-port", Some(target_port(values).into())),
            ("connector", Some(or(proxy.connector.as_deref(), "nixlv2").into())),
            ("zap-devel", proxy.zap_devel.map(Value::from)),
            ("zap-encoder", proxy.zap_encoder.map(|encoder| json!(encoder))),
            ("zap-log-level", proxy.zap_log_level.clone()),
            ("zap-stacktrace-level", text(&proxy.zap_stacktrace_level)),
            ("zap-time-encoding", text(&proxy.zap_time_encoding)),
            ("secure-proxy", proxy.secure.map(Value::from)),
            ("prefiller-use-tls", proxy.prefiller_use_tls.map(Value::from)),
            ("cert-path", text(&proxy.cert_path)),
        ];
        let given = flags.into_iter().filter_map(|(flag, value)| value.map(|value| (flag, value)));
        Ok(Some(Self {
            image,
            pull_policy: or(proxy.image_pull_policy.as_deref(), "Always"),
            args: given.map(|(flag, value)| format!("--{flag}={}", go_text(&value))).collect(),
            port,
        }))
    }
}

fn or<'a>(given: Option<&'a str>, otherwise: &'a str) -> &'a str {
    given.filter(|given| !given.is_empty()).unwrap_or(otherwise)
}
