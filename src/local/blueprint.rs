//! From values to processes.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::ports::Ports;
use super::stack::{EXT_PROC, FRONT_DOOR, HEALTH, HTTP, Kind, METRICS, Process, Stack};
use super::{Folder, LOOPBACK, build_of, envoy, plugins_config, this_build};
use crate::Failure;
use crate::environment::problem::Problem;
use crate::environment::values::{Local, Profile, Proxy};
use crate::environment::{Section, invalid};
use crate::yaml;

const SCHEDULER: &str = "scheduler";
/// The namespace that processes are told; there are no others here.
const NAMESPACE: &str = "local";
/// Seconds that a server's requests may take when it is to end.
const LAST_REQUESTS: &str = "5";

/// The stack that values describe, on ports that are not chosen yet (0).
pub fn preview(values: &Section<Local>) -> Result<Stack, Failure> {
    design(values, &Folder::of(&values.release)?, &mut Ports::preview())
}

/// The stack that values describe. The section's release is the postfix.
///
/// # Errors
/// When a value cannot be used, a port cannot be had, or Envoy is wanted and not there.
pub(super) fn design(section: &Section<Local>, folder: &Folder, ports: &mut Ports) -> Result<Stack, Failure> {
    let (postfix, values) = (&section.release, &section.values);
    let model = check(section)?;
    let front_door = match values.port {
        Some(port) => ports.front_door(port)?,
        None => ports.take(SCHEDULER, FRONT_DOOR)?,
    };
    let mut processes = Vec::new();
    for index in 0..values.replicas.unwrap_or(1) {
        processes.push(server(values, model, index, ports)?);
    }
    let picker = scheduler(values, postfix, front_door, folder, ports)?;
    let ext_proc = picker.ports.get(EXT_PROC).copied().unwrap_or_default();
    processes.push(picker);
    if values.proxy == Proxy::Envoy {
        processes.push(envoy_process(front_door, ext_proc, folder)?);
    }
    let updated = jiff::Timestamp::now();
    Ok(Stack {
        postfix: postfix.clone(),
        model: model.to_owned(),
        front_door,
        revision: 1,
        updated,
        processes,
    })
}

/// What no schema can say; gives the model.
fn check(section: &Section<Local>) -> Result<&str, Failure> {
    let values = &section.values;
    let scale = values.time_scale.filter(|scale| !(scale.is_finite() && *scale > 0.0));
    let faults = [
        ("timeScale", scale.map(|scale| format!("{scale} is not above 0"))),
        ("model", values.model.is_none().then(|| "the name of a model is needed".to_owned())),
    ];
    let problems: Vec<Problem> = faults
        .into_iter()
        .filter_map(|(key, fault)| {
            let place = section.tree.get(key).map(|node| &node.place);
            Some(Problem::new(place, format!("local.{key}"), fault?))
        })
        .collect();
    match &values.model {
        Some(model) if problems.is_empty() => Ok(model),
        _ => Err(invalid(&problems)),
    }
}

fn server(values: &Local, model: &str, index: u16, ports: &mut Ports) -> Result<Process, Failure> {
    let name = format!("server-{index}");
    let port = ports.take(&name, HTTP)?;
    let mut arguments = Arguments::default();
    arguments.flag("model", Some(model));
    arguments.flag("host", Some(LOOPBACK));
    arguments.flag("port", Some(port));
    arguments.flag("profile", values.profile.map(Profile::name));
    arguments.flag("time-scale", values.time_scale);
    arguments.flag("kv-cache-size", values.kv_cache_size);
    arguments.flag("max-num-seqs", values.max_num_seqs);
    arguments.flag("shutdown-timeout", Some(LAST_REQUESTS));
    arguments.0.extend(values.simulator_args.iter().cloned());
    let environment = [
        ("POD_NAME", name.clone()),
        ("POD_NAMESPACE", NAMESPACE.to_owned()),
        ("POD_IP", LOOPBACK.to_string()),
    ];
    Ok(Process {
        name,
        kind: Kind::Simulator,
        program: this_build()?,
        arguments: arguments.0,
        environment: environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        ports: BTreeMap::from([(HTTP.to_owned(), port)]),
        files: BTreeMap::new(),
    })
}

fn scheduler(
    values: &Local,
    postfix: &str,
    front_door: u16,
    folder: &Folder,
    ports: &mut Ports,
) -> Result<Process, Failure> {
    let wanted = values.plugins_config.as_deref().unwrap_or(plugins_config::DEFAULT);
    let config = folder.path().join("plugins.yaml");
    let text = plugins_config::compose(wanted, &folder.endpoints())?;
    let mut taken = BTreeMap::new();
    for usage in [EXT_PROC, HEALTH, METRICS] {
        taken.insert(usage.to_owned(), ports.take(SCHEDULER, usage)?);
    }
    let mut arguments = Arguments::default();
    arguments.flag("pool-name", Some(postfix));
    arguments.flag("pool-namespace", Some(NAMESPACE));
    arguments.flag("config-file", Some(config.display()));
    arguments.flag("bind-address", Some(LOOPBACK));
    arguments.flag("grpc-port", taken.get(EXT_PROC));
    arguments.flag("grpc-health-port", taken.get(HEALTH));
    arguments.flag("metrics-port", taken.get(METRICS));
    arguments.flag("secure-serving", Some(false));
    arguments.flag("drain-timeout", Some("0s"));
    if values.proxy == Proxy::Builtin {
        arguments.flag("proxy-port", Some(front_door));
        taken.insert(FRONT_DOOR.to_owned(), front_door);
    }
    Ok(Process {
        name: SCHEDULER.to_owned(),
        kind: Kind::Scheduler,
        program: this_build()?,
        arguments: arguments.0,
        environment: BTreeMap::new(),
        ports: taken,
        files: BTreeMap::from([(config, text)]),
    })
}

fn envoy_process(front_door: u16, ext_proc: u16, folder: &Folder) -> Result<Process, Failure> {
    let config = folder.path().join("envoy.yaml");
    let program = envoy::program()?;
    let text = |text: &Path| text.display().to_string();
    let arguments = [
        text(&program),
        "--config-path".to_owned(),
        text(&config),
        "--disable-hot-restart".to_owned(),
        "--log-level".to_owned(),
        "warn".to_owned(),
    ];
    Ok(Process {
        name: "envoy".to_owned(),
        kind: Kind::Envoy,
        program: build_of(&program),
        arguments: arguments.into(),
        environment: BTreeMap::new(),
        ports: BTreeMap::from([(FRONT_DOOR.to_owned(), front_door)]),
        files: BTreeMap::from([(config, envoy::configuration(front_door, ext_proc)?)]),
    })
}

/// The model servers in the form that `file-discovery` reads.
pub(super) fn endpoints(stack: &Stack) -> String {
    let endpoints: Vec<_> = stack
        .servers()
        .map(|server| json!({"name": server.name, "address": LOOPBACK, "port": server.port()}))
        .collect();
    yaml::write(&json!({"endpoints": endpoints}))
}

/// A command line.
#[derive(Default)]
struct Arguments(Vec<String>);

impl Arguments {
    /// `--name=value`, when there is a value.
    fn flag(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        self.0.extend(value.map(|value| format!("--{name}={value}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::{Request, overrides::Overrides, resolve_local};

    fn stack(set: &[&str]) -> Stack {
        let request = Request {
            environment: "local".to_owned(),
            postfix: "blue".to_owned(),
            overrides: Overrides {
                set: set.iter().copied().map(str::to_owned).collect(),
                ..Overrides::default()
            },
            ..Request::default()
        };
        preview(&resolve_local(&request).unwrap()).unwrap()
    }

    #[test]
    fn the_programs_take_their_flags() {
        let all =
            "local.maxNumSeqs=9,local.timeScale=0.5,local.kvCacheSize=300,local.profile=cpu,local.port=8080";
        for process in stack(&[all, "local.simulatorArgs={--seed=7,--max-model-len=64}"]).processes {
            let named = std::iter::once(process.name.clone()).chain(process.arguments.clone());
            match process.kind {
                Kind::Simulator => {
                    let asked = simulator::args::parse(named).unwrap();
                    assert!(asked.ignored.is_empty(), "{:?}", asked.ignored);
                    assert_eq!((asked.flags.kv_cache_size, asked.flags.seed), (Some(300), 7));
                    asked.flags.settings().unwrap();
                }
                _ => match scheduler::args::parse(named).unwrap() {
                    scheduler::args::Asked::Serve(flags) => {
                        assert_eq!((flags.proxy_port, flags.secure_serving), (Some(8080), false));
                    }
                    other @ scheduler::args::Asked::Check { .. } => panic!("{other:?}"),
                },
            }
        }
    }

    #[test]
    fn every_profile_is_the_simulators() {
        let ours = [Profile::H100, Profile::DigitalOcean, Profile::Cpu].map(Profile::name);
        assert_eq!(ours, simulator::profile::PROFILES.map(|profile| profile.name));
    }

    #[test]
    fn endpoints_are_the_servers() {
        let text = endpoints(&stack(&["local.replicas=2"]));
        let document = yaml::read(&text).unwrap();
        let names: Vec<_> =
            document["endpoints"].as_array().unwrap().iter().map(|e| e["name"].clone()).collect();
        assert_eq!(names, ["server-0", "server-1"]);
    }
}
