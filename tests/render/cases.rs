//! Chart by chart: values that the guide does not use, and values that Helm refuses.

use llmd::Exit;
use llmd::environment::Request;
use llmd::environment::overrides::Overrides;
use llmd::render::Part;
use serde_json::Value;

use crate::compare::differences;
use crate::shared::{documents, golden, render, request};

#[test]
fn every_case_equals_helm_or_is_refused_with_it() {
    let Some(golden) = golden() else { return };
    let folder = golden.join("cases");
    let cases = llmd::yaml::read(&std::fs::read_to_string(folder.join("cases.yaml")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for case in cases.as_array().unwrap() {
        seen += 1;
        let id = case["id"].as_str().unwrap();
        let values = tempfile::NamedTempFile::new().unwrap();
        let request = request_for(case, values.path());
        let expected = std::fs::read_to_string(folder.join(format!("out/{id}.yaml"))).ok();
        // The release name is checked before rendering.
        let named = llmd::environment::names::check_release(request.release_name.as_deref().unwrap());
        let rendered = match named {
            Ok(()) => render(&request),
            Err(error) => Err(llmd::Failure::usage(error)),
        };
        match (expected, rendered) {
            (Some(expected), Ok(stack)) => {
                let ours: Vec<Value> = stack.manifests().map(|manifest| manifest.object.clone()).collect();
                let lines = differences(&ours, &documents(&expected));
                wrong.extend(lines.into_iter().map(|line| format!("{id}: {line}")));
            }
            (Some(_), Err(failure)) => wrong.push(format!("{id}: refused, and Helm does not: {failure}")),
            (None, Ok(_)) => wrong.push(format!("{id}: rendered, and Helm refuses")),
            (None, Err(failure)) if failure.exit != Exit::Usage => {
                wrong.push(format!("{id}: exit {:?}: {failure}", failure.exit));
            }
            (None, Err(_)) => {}
        }
    }
    assert!(seen >= 93, "only {seen} cases");
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

fn request_for(case: &Value, values: &std::path::Path) -> Request {
    let text = |key: &str| case[key].as_str().unwrap().to_owned();
    let only = match case["chart"].as_str().unwrap() {
        "llm-d-infra" => Part::Infra,
        "inferencepool" => Part::Gaie,
        _ => Part::Ms,
    };
    let mut overrides = Overrides::default();
    if case.get("values").is_some() {
        std::fs::write(values, case["values"].to_string()).unwrap();
        overrides.files.push(format!("{only}={}", values.display()));
    }
    let set = case.get("set").and_then(Value::as_array).into_iter().flatten();
    overrides.set.extend(set.map(|entry| format!("{only}.{}", entry.as_str().unwrap())));
    Request {
        namespace: text("namespace"),
        only: Some(only),
        release_name: Some(text("release")),
        as_upstream: true,
        overrides,
        ..request("bare")
    }
}
