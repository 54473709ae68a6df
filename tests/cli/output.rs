//! The forms of `llmd render`.

use crate::harness::Sandbox;

#[test]
fn json_is_one_list_with_the_same_objects() {
    let sandbox = Sandbox::new();
    let list: serde_json::Value = serde_json::from_str(&sandbox.stdout("render -e istio -o json")).unwrap();
    let documents = sandbox.stdout("render -e istio").matches("\n# Source: ").count();
    assert_eq!(list["kind"], "List");
    assert_eq!(list["items"].as_array().unwrap().len(), documents);
    assert_eq!(documents, 18);
}

#[test]
fn a_folder_holds_one_file_per_object_and_can_be_written_again() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        let shown = sandbox.run("render -e istio -o kustomize=out");
        assert!(shown.starts_with("exit 0"), "{shown}");
    }
    let kustomization = std::fs::read_to_string(sandbox.path().join("out/kustomization.yaml")).unwrap();
    let kustomization = llmd::yaml::read(&kustomization).unwrap();
    let resources = kustomization["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 18);
    for resource in resources {
        let path = sandbox.path().join("out").join(resource.as_str().unwrap());
        let object = llmd::yaml::read(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert!(object.pointer("/metadata/name").is_some());
    }
}

#[test]
fn the_service_account_comes_before_its_token() {
    let text = Sandbox::new().stdout("render -e istio");
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is missing"));
    assert!(at("kind: ServiceAccount") < at("kubernetes.io/service-account-token"));
}

#[test]
fn a_closed_pipe_is_no_failure() {
    use std::process::Stdio;
    let mut child = Sandbox::new().command("render -e istio").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Sandbox::new().command("render -q -e istio").stdout(full).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: standard output cannot be written"), "{said}");
}
