//! The containers of a model pod.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::model::Source;
use super::servers::{Role, Servers};
use super::{accelerator, claim, proxy};
use crate::environment::values::{AcceleratorVariable, Fragment, ModelCommand, ModelContainer};
use crate::go_template::{go_text, to_yaml};
use crate::render::Reject;

/// What `templates/model-servers/container.yaml.j2` shows.
#[derive(Serialize)]
pub(super) struct Container<'a> {
    name: &'a str,
    image: &'a str,
    image_pull_policy: Option<&'a str>,
    model_command: ModelCommand,
    command: &'a [Value],
    /// What the server loads, as far as the chart says it.
    model_arguments: Vec<&'a str>,
    /// What else the chart says: flags and their values.
    flags: Vec<[String; 2]>,
    arguments: &'a [Value],
    env: Templated,
    parallelism_env: Vec<Value>,
    cache_env: Option<Value>,
    token_secret: Option<&'a str>,
    accelerator_env: &'a [AcceleratorVariable],
    ports: Templated,
    /// The device claim, which `resources` hold nothing beside.
    claim: Option<String>,
    resources: Value,
    volume_mounts: &'a [Fragment],
    model_mount: Option<Value>,
    startup_probe: &'a Fragment,
    liveness_probe: &'a Fragment,
    readiness_probe: &'a Fragment,
    security_context: &'a Fragment,
    working_dir: Option<&'a str>,
    stdin: bool,
    tty: bool,
    extra_config: Templated,
}

/// What the user's templates give, as data and as the text that the chart inserts.
#[derive(Serialize)]
struct Templated {
    value: Value,
    /// None when there is nothing to insert.
    text: Option<String>,
}

impl Templated {
    fn of(servers: &Servers<'_>, key: &str, given: &Value) -> Result<Self, Reject> {
        let value = servers.templated(key, given)?;
        let is_empty =
            given.as_array().is_some_and(Vec::is_empty) || given.as_object().is_some_and(Map::is_empty);
        let text = (!is_empty).then(|| servers.templated_text(key, &to_yaml(given))).transpose()?;
        Ok(Self { value, text })
    }
}

impl<'a> Container<'a> {
    /// The user's other fields.
    pub(super) fn extra_config(&self) -> &Value {
        &self.extra_config.value
    }

    /// The containers of a pod.
    pub(super) fn all(servers: &'a Servers<'a>) -> Result<Vec<Self>, Reject> {
        servers
            .values
            .containers
            .iter()
            .enumerate()
            .map(|(index, values)| Self::of(servers, index, values))
            .collect()
    }

    fn of(servers: &'a Servers<'a>, index: usize, values: &'a ModelContainer) -> Result<Self, Reject> {
        let key = |name: &str| format!("containers[{index}].{name}");
        let Some(image) = given(values.image.as_deref()) else {
            return Err(servers.reject(&key("image"), "a container needs an image"));
        };
        check_command(servers, index, values)?;
        let all = servers.renderer.values();
        let model = &servers.model;
        let model_command = values.model_command.unwrap_or_default();
        let resource = accelerator::resource(&all.accelerator, values);
        let claim = claim::name(servers.renderer);
        let resources = match &claim {
            Some(claim) => json!({"claims": [{"name": claim}]}),
            None => accelerator::resources(
                &values.resources,
                resource.as_deref(),
                servers.spread.accelerators_per_pod(),
            ),
        };
        let mounted = values.mount_model_volume;
        let model_mount = mounted.then(|| model.mount());
        let cache = model.cache_variable().filter(|_| mounted);
        Ok(Self {
            name: given(values.name.as_deref()).unwrap_or("vllm"),
            image,
            image_pull_policy: given(values.image_pull_policy.as_deref()),
            model_command,
            command: &values.command,
            model_arguments: model_arguments(servers, model_command),
            flags: if model_command == ModelCommand::Custom { Vec::new() } else { flags(servers) },
            arguments: &values.args,
            env: Templated::of(servers, &key("env"), &json!(values.env))?,
            parallelism_env: parallelism_env(servers),
            cache_env: cache.map(|(name, value)| json!({"name": name, "value": value})),
            token_secret: model.token_secret(),
            accelerator_env: accelerator::variables(&all.accelerator),
            ports: Templated::of(servers, &key("ports"), &json!(values.ports))?,
            claim,
            resources,
            volume_mounts: &values.volume_mounts,
            model_mount,
            startup_probe: &values.startup_probe,
            liveness_probe: &values.liveness_probe,
            readiness_probe: &values.readiness_probe,
            security_context: &values.security_context,
            working_dir: given(values.working_dir.as_deref()),
            stdin: values.stdin,
            tty: values.tty,
            extra_config: Templated::of(servers, &key("extraConfig"), &json!(values.extra_config))?,
        })
    }
}

/// Refuses a command line that cannot be made.
fn check_command(servers: &Servers<'_>, index: usize, values: &ModelContainer) -> Result<(), Reject> {
    let command = values.model_command.unwrap_or_default();
    let reject =
        |key: &str, message: String| Err(servers.reject(&format!("containers[{index}].{key}"), message));
    if command == ModelCommand::Custom {
        if values.command.is_empty() {
            return reject("command", "needed unless modelCommand is vllmServe or imageDefault".to_owned());
        }
        return Ok(());
    }
    match &servers.model.source {
        Source::Image { .. } => reject(
            "modelCommand",
            "a model from an image (oci://) needs `custom`, with the model's place in `args`".to_owned(),
        ),
        _ => Ok(()),
    }
}

/// The flag `--model`, which `vllm serve` does without, and the model.
fn model_arguments<'a>(servers: &'a Servers<'a>, command: ModelCommand) -> Vec<&'a str> {
    let model = servers.model.argument();
    let flag = match command {
        ModelCommand::VllmServe => None,
        ModelCommand::ImageDefault => model.map(|_| "--model"),
        ModelCommand::Custom => return Vec::new(),
    };
    flag.into_iter().chain(model).collect()
}

fn flags(servers: &Servers<'_>) -> Vec<[String; 2]> {
    let spread = servers.spread;
    let mut flags = vec![["--port".to_owned(), go_text(&port(servers))]];
    for (flag, degree) in [
        ("--tensor-parallel-size", spread.tensor),
        ("--data-parallel-size", spread.data),
        ("--data-parallel-size-local", spread.data_local),
    ] {
        if degree > 1 {
            flags.push([flag.to_owned(), degree.to_string()]);
        }
    }
    flags.push(["--served-model-name".to_owned(), servers.model.served_name().to_owned()]);
    flags
}

/// Where the server listens: behind the sidecar, if there is one.
fn port(servers: &Servers<'_>) -> Value {
    let values = servers.renderer.values();
    if servers.role == Role::Prefill || values.routing.proxy.enabled == Some(false) {
        proxy::service_port(values)
    } else {
        proxy::target_port(values).into()
    }
}

fn parallelism_env(servers: &Servers<'_>) -> Vec<Value> {
    let spread = servers.spread;
    [("DP_SIZE", spread.data), ("TP_SIZE", spread.tensor), ("DP_SIZE_LOCAL", spread.data_local)]
        .map(|(name, degree)| json!({"name": name, "value": degree.to_string()}))
        .into()
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
