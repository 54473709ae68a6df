//! Every environment of the guide, object for object what Helm renders.

use llmd::environment::Request;
use serde_json::Value;

use crate::compare::differences;
use crate::shared::{ENVIRONMENTS, documents, golden, render, request};

#[test]
fn as_upstream_equals_helm_for_every_environment() {
    let Some(golden) = golden() else { return };
    let folder = golden.join("environments");
    for name in ENVIRONMENTS {
        let mut theirs = documents(&std::fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap());
        if let Ok(route) = std::fs::read_to_string(folder.join(format!("{name}.httproute.yaml"))) {
            theirs.extend(documents(&route));
        }
        let request = Request { as_upstream: true, ..request(name) };
        let stack = render(&request).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        let ours: Vec<Value> = stack.manifests().map(|manifest| manifest.object.clone()).collect();
        let lines = differences(&ours, &theirs);
        assert!(lines.is_empty(), "{name}:\n{}", lines.join("\n"));
    }
}

#[test]
fn objects_come_in_helms_install_order() {
    let Some(golden) = golden() else { return };
    for name in ENVIRONMENTS {
        let plan = std::fs::read_to_string(golden.join(format!("environments/{name}.plan.json"))).unwrap();
        let plan: Value = serde_json::from_str(&plan).unwrap();
        let stack = render(&Request { as_upstream: true, ..request(name) }).unwrap();
        for release in plan["releases"].as_array().unwrap() {
            let ours = stack.releases.iter().find(|ours| release["release"] == ours.name.as_str()).unwrap();
            let kinds: Vec<&str> = ours
                .manifests
                .iter()
                .map(llmd::render::Manifest::kind)
                .filter(|kind| *kind != "HTTPRoute")
                .collect();
            let expected: Vec<&str> = release["objects"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line.as_str().unwrap().split(' ').nth(1).unwrap())
                .collect();
            // Helm compares kinds that it does not know by their first letter's case too: byte order.
            assert_eq!(kinds, expected, "{name}: {}", ours.name);
        }
    }
}
