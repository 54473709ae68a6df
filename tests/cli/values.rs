//! Values and environments, through the binary.

use serde_json::Value;

use crate::harness::Sandbox;

fn decode_replicas(yaml: &str) -> i64 {
    let document =
        yaml.split("\n---\n").find(|text| text.contains("kind: Deployment\n") && text.contains("-decode"));
    let object = llmd::yaml::read(document.expect("a decode Deployment")).unwrap();
    object.pointer("/spec/replicas").unwrap().as_i64().unwrap()
}

#[test]
fn later_layers_win() {
    let sandbox = Sandbox::new();
    sandbox.file("all.yaml", "ms: {decode: {replicas: 3}}\n").file("ms.yaml", "decode: {replicas: 4}\n");
    let replicas = |flags: &str| decode_replicas(&sandbox.stdout(&format!("render -e istio {flags}")));
    assert_eq!(replicas(""), 8);
    assert_eq!(replicas("-f all.yaml"), 3);
    assert_eq!(replicas("-f all.yaml -f ms=ms.yaml"), 4);
    assert_eq!(replicas("-f ms=ms.yaml -f all.yaml"), 3);
    assert_eq!(replicas("-f all.yaml --replicas 5"), 5);
    assert_eq!(replicas("--set ms.decode.replicas=6 --replicas 5"), 6);
    assert_eq!(replicas("--set ms.decode.replicas=6,ms.decode.replicas=7"), 7);
    assert_eq!(replicas("--set ms.decode.replicas=null"), 1);
}

#[test]
fn shortcuts_set_what_everyone_changes() {
    let sandbox = Sandbox::new();
    let text = sandbox.stdout(
        "render -e istio --model org/small --tensor-parallel 4 --scheduler-image reg.example.com/team/epp:v9",
    );
    for part in ["- org/small", "--tensor-parallel-size\n        - \"4\"", "reg.example.com/team/epp:v9"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(text.contains("nvidia.com/gpu: \"4\""), "accelerators follow the parallelism:\n{text}");
    let gaudi = sandbox.stdout("render -e gaudi --model meta-llama/other --only ms");
    assert!(gaudi.contains("claimName: model-pvc"), "the claim stays:\n{gaudi}");
}

#[test]
fn an_environment_of_ones_own_extends_a_built_in_one() {
    let sandbox = Sandbox::new();
    sandbox.file("mine.yaml", "description: ours\nextends: kgateway\nms:\n  decode:\n    replicas: 2\n");
    let text = sandbox.stdout("render -e ./mine.yaml");
    assert_eq!(decode_replicas(&text), 2);
    assert!(text.contains("gatewayClassName: kgateway"));
}

#[test]
fn what_env_show_prints_is_taken_as_values() {
    let sandbox = Sandbox::new();
    let list: Value = serde_json::from_str(&sandbox.stdout("env list -o json")).unwrap();
    let environments: Vec<&str> =
        list.as_array().unwrap().iter().map(|listed| listed["name"].as_str().unwrap()).collect();
    assert_eq!(environments.len(), 12);
    // `env show` and `-f` check every value against the schema, which a plain built-in environment is spared.
    for environment in environments.into_iter().filter(|name| *name != "bare") {
        let shown = sandbox.stdout(&format!("env show {environment}"));
        sandbox.file("all.yaml", &shown);
        let plain = sandbox.stdout(&format!("render -e {environment}"));
        let again = sandbox.stdout(&format!("render -e {environment} -f all.yaml"));
        assert_eq!(plain, again, "{environment}");
    }
}

#[test]
fn the_guides_variables_are_honoured() {
    let sandbox = Sandbox::new();
    let output = sandbox
        .command("render -e istio")
        .env("NAMESPACE", "team-a")
        .env("RELEASE_NAME_POSTFIX", "blue")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("name: infra-blue-inference-gateway") && text.contains("namespace: team-a"));
    let empty =
        sandbox.command("render").env("NAMESPACE", "").env("RELEASE_NAME_POSTFIX", "").output().unwrap();
    assert_eq!(
        String::from_utf8(empty.stdout).unwrap(),
        sandbox.stdout("render"),
        "empty counts as not given"
    );
}

#[test]
fn environments_are_listed() {
    insta::assert_snapshot!(Sandbox::new().run("env list"));
}

#[test]
fn origins_name_the_layer_and_the_line() {
    let sandbox = Sandbox::new();
    sandbox.file("mine.yaml", "ms:\n  decode:\n    replicas: 3\n");
    let text = sandbox.stdout("env show xpu --origins -f mine.yaml --set ms.multinode=false");
    let line = |key: &str| text.lines().find(|line| line.contains(&format!(" {key} = "))).unwrap().to_owned();
    assert!(line("ms.decode.replicas").starts_with("mine.yaml:3:15 "), "{text}");
    assert!(line("ms.multinode").starts_with("--set ms.multinode=false "), "{text}");
    assert!(line("ms.accelerator.type").contains("environments/xpu.yaml:"), "{text}");
    assert!(line("ms.routing.servicePort").contains("environments/bare.yaml:"), "{text}");
}

#[test]
fn keys_are_explained() {
    insta::assert_snapshot!(Sandbox::new().run("values explain ms.decode.parallelism"));
}

#[test]
fn every_key_of_the_schema_is_described() {
    let schema: Value = serde_json::from_str(&Sandbox::new().stdout("values schema")).unwrap();
    for key in ["infra", "gaie", "ms", "route"] {
        let description = schema.pointer(&format!("/properties/{key}/description"));
        assert!(description.is_some(), "{key} has no description");
    }
    let unexplained = undescribed(&schema, "");
    assert!(unexplained.is_empty(), "keys without a word: {unexplained:?}");
}

fn undescribed(schema: &Value, path: &str) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties
        .flat_map(|(key, child)| {
            let path = format!("{path}.{key}");
            let mut found = undescribed(child, &path);
            if child.get("description").is_none() {
                found.push(path);
            }
            found
        })
        .collect()
}

#[test]
fn fixes_are_listed_and_can_be_turned_off() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run("fixes"));
    let with = sandbox.run("render -e standalone --only gaie");
    assert!(with.contains("fix: standalone/envoy-config: "), "{with}");
    assert!(with.contains("use_http_header"), "the Envoy configuration is there");
    let without = sandbox.run("render -e standalone --only gaie --no-fix standalone/envoy-config");
    assert!(
        !without.contains("use_http_header") && !without.contains("standalone/envoy-config"),
        "{without}"
    );
    let upstream = sandbox.run("render -e standalone --as-upstream");
    assert!(!upstream.contains("fix: "), "{upstream}");
}

#[test]
fn a_section_without_keys_says_nothing() {
    let sandbox = Sandbox::new();
    sandbox.file("empty.yaml", "ms:\n#  decode: {replicas: 3}\ngaie: null\n");
    assert_eq!(sandbox.stdout("render -e istio -f empty.yaml"), sandbox.stdout("render -e istio"));
}

#[test]
fn a_base_is_found_beside_the_file_that_names_it() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path().join("ours/team")).unwrap();
    sandbox
        .file("ours/base.yaml", "extends: kgateway\nms: {decode: {replicas: 2}}\n")
        .file("ours/team/blue.yaml", "extends: ../base.yaml\n")
        .file("ours/circle.yaml", "extends: ./circle.yaml\n");
    assert_eq!(decode_replicas(&sandbox.stdout("render -e ours/team/blue.yaml")), 2);
    let shown = sandbox.run("render -e ours/circle.yaml");
    assert!(shown.contains("circle") && shown.contains("extends itself"), "{shown}");
}

#[test]
fn shown_values_follow_another_postfix() {
    let sandbox = Sandbox::new();
    let shown = sandbox.stdout("env show istio");
    sandbox.file("all.yaml", &shown);
    let plain = sandbox.stdout("render -e istio --postfix blue -n team");
    assert_eq!(plain, sandbox.stdout("render -e istio --postfix blue -n team -f all.yaml"));
}
