//! `--simulate` in every environment: no accelerator, no token, no claim, and a command line that the simulator takes.

use llmd::environment::overrides::Overrides;
use llmd::environment::{Request, simulate};
use serde_json::Value;

use crate::shared::{ENVIRONMENTS, render, request};

#[test]
fn every_environment_runs_without_accelerators_and_tokens() {
    let mut seen = 0;
    for name in ENVIRONMENTS {
        let overrides = Overrides { simulate: Some(simulate::IMAGE.to_owned()), ..Overrides::default() };
        let stack = render(&Request { overrides, ..request(name) }).unwrap();
        assert!(stack.images().contains(simulate::IMAGE), "{name}: {:?}", stack.images());
        for manifest in stack.manifests().filter(|manifest| manifest.name().starts_with("ms-")) {
            assert_ne!(manifest.kind(), "ResourceClaimTemplate", "{name}");
            let Some(pod) = manifest.object.pointer("/spec/template/spec") else { continue };
            seen += 1;
            let text = pod.to_string();
            for needed in ["HF_TOKEN", "/gpu", "/tpu", "gpu.intel", "resourceClaims", "nodeSelector", "Claim"]
            {
                assert!(!text.contains(needed), "{name}: {needed} in {text}");
            }
            check(name, &pod["containers"]);
        }
    }
    assert!(seen >= ENVIRONMENTS.len(), "only {seen} workloads");
}

fn check(name: &str, containers: &Value) {
    let [server] = containers.as_array().unwrap().as_slice() else { panic!("{name}: {containers}") };
    assert_eq!(server["resources"]["requests"]["cpu"], "100m", "{name}");
    assert_eq!(server.get("command"), None, "{name}: the image has its own");
    let arguments = server["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned());
    let asked = simulator::args::parse(std::iter::once("simulator".to_owned()).chain(arguments));
    let flags = asked.unwrap_or_else(|error| panic!("{name}: {error}")).flags;
    assert_eq!(server["ports"][0]["containerPort"], flags.port, "{name}");
    assert!(!flags.served_model_name.is_empty(), "{name}");
    assert!(server["readinessProbe"].is_object(), "{name}");
}

#[test]
fn values_that_are_set_win() {
    let overrides = Overrides {
        simulate: Some("localhost:5000/llmd-simulator:dev".to_owned()),
        set: vec!["ms.decode.containers[0].args={--time-scale,0.1}".to_owned()],
        ..Overrides::default()
    };
    let stack = render(&Request { overrides, ..request("istio") }).unwrap();
    let deployment = stack
        .manifests()
        .find(|manifest| manifest.kind() == "Deployment" && manifest.name().starts_with("ms-"));
    let server = &deployment.unwrap().object["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(server["image"], "localhost:5000/llmd-simulator:dev");
    let arguments = server["args"].as_array().unwrap();
    assert_eq!(arguments[arguments.len() - 2..], ["--time-scale", "0.1"]);
}
