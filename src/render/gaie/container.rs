//! The containers of the endpoint picker's pod: a sidecar first, the picker, the latency predictor's servers.

use serde_json::{Value, json};

use super::latency_predictor;
use crate::environment::values::{Gaie, InferenceExtension};
use crate::go_template::go_text;
use crate::render::{Reject, Renderer};

pub(super) fn containers(renderer: &Renderer<'_, Gaie>, is_replicated: bool) -> Result<Vec<Value>, Reject> {
    let extension = &renderer.values().inference_extension;
    let mut containers = Vec::new();
    if extension.sidecar.enabled {
        containers.push(sidecar(renderer)?);
    }
    containers.push(picker(renderer, is_replicated)?);
    if extension.latency_predictor.enabled {
        containers.extend(latency_predictor::containers(renderer)?);
    }
    Ok(containers)
}

fn picker(renderer: &Renderer<'_, Gaie>, is_replicated: bool) -> Result<Value, Reject> {
    let extension = &renderer.values().inference_extension;
    let view = json!({
        "image": extension.image.reference(),
        "pull_policy": extension.image.pull_policy.as_deref().unwrap_or("IfNotPresent"),
        "args": arguments(renderer, is_replicated),
        "extra_ports": extension.extra_container_ports,
        "liveness_service": if is_replicated { "liveness" } else { "inference-extension" },
        "readiness_service": if is_replicated { "readiness" } else { "inference-extension" },
        "env": environment_variables(renderer, extension)?,
        "volume_mounts": extension.volume_mounts,
    });
    renderer.value("scheduler/container.yaml.j2", &view)
}

fn arguments(renderer: &Renderer<'_, Gaie>, is_replicated: bool) -> Vec<String> {
    let values = renderer.values();
    let extension = &values.inference_extension;
    let pool = &values.inference_pool;
    let mut args = Vec::new();
    let mut flag = |name: &str, value: &str| args.extend([format!("--{name}"), value.to_owned()]);
    flag("pool-name", renderer.release());
    flag("pool-namespace", renderer.namespace());
    if let Some((group, _version)) = pool.api_version.as_deref().unwrap_or_default().split_once('/') {
        flag("pool-group", group);
    }
    flag("zap-encoder", "json");
    let file = extension.plugins_config_file.as_deref().unwrap_or_default();
    flag("config-file", &format!("/config/{file}"));
    if pool.model_server_type.as_deref() == Some("triton-tensorrt-llm") {
        flag("total-queued-requests-metric", "nv_trt_llm_request_metrics{request_type=waiting}");
        flag(
            "kv-cache-usage-percentage-metric",
            "nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=fraction}",
        );
        flag("lora-info-metric", "");
    }
    if is_replicated {
        args.push("--ha-enable-leader-election".to_owned());
    }
    // A null flag is an empty text, so the flags are read from the data that still has its nulls.
    let flags = renderer.raw().pointer("/inferenceExtension/flags").and_then(Value::as_object);
    let mut flags: Vec<_> = flags.into_iter().flatten().collect();
    flags.sort_by_key(|(name, _)| *name);
    for (name, value) in flags {
        args.extend([format!("--{name}"), go_text(value)]);
    }
    args.push(format!("--tracing={}", extension.tracing.enabled));
    if !extension.monitoring.prometheus.auth.enabled {
        args.push("--metrics-endpoint-auth=false".to_owned());
    }
    args
}

fn environment_variables(
    renderer: &Renderer<'_, Gaie>,
    extension: &InferenceExtension,
) -> Result<Vec<Value>, Reject> {
    let mut env = Vec::new();
    if extension.latency_predictor.enabled {
        env.extend(latency_predictor::epp_env(&extension.latency_predictor));
    }
    if extension.tracing.enabled {
        let sampling = &extension.tracing.sampling;
        let view = json!({
            "endpoint": extension.tracing.otel_exporter_endpoint,
            "sampler": sampling.sampler,
            "sampler_arg": sampling.sampler_arg.as_ref().map(go_text),
        });
        if let Value::Array(tracing) = renderer.value("scheduler/tracing_env.yaml.j2", &view)? {
            env.extend(tracing);
        }
    }
    env.extend(extension.env.iter().cloned());
    Ok(env)
}

fn sidecar(renderer: &Renderer<'_, Gaie>) -> Result<Value, Reject> {
    let sidecar = &renderer.values().inference_extension.sidecar;
    let templated = |(index, argument): (usize, &String)| {
        renderer.templated_text(&format!("inferenceExtension.sidecar.args[{index}]"), argument)
    };
    let args: Vec<String> = sidecar.args.iter().enumerate().map(templated).collect::<Result<_, _>>()?;
    let view = json!({
        "name": sidecar.name,
        "image": sidecar.image,
        "pull_policy": sidecar.image_pull_policy.as_deref().unwrap_or("IfNotPresent"),
        "command": sidecar.command.as_deref().map(|command| [command]),
        "args": args,
        "env": sidecar.env,
        "ports": sidecar.ports,
        "liveness_probe": sidecar.liveness_probe,
        "readiness_probe": sidecar.readiness_probe,
        "resources": sidecar.resources,
        "volume_mounts": sidecar.volume_mounts,
    });
    renderer.value("scheduler/sidecar.yaml.j2", &view)
}
