//! Chart by chart: values that the guide does not use, and values that Helm refuses.

use std::process::Command;

use serde_json::Value;

use crate::compare::differences;
use crate::shared::{documents, golden};

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
        let output = command_for(case, values.path()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let expected = std::fs::read_to_string(folder.join(format!("out/{id}.yaml"))).ok();
        match (expected, output.status.code()) {
            (Some(expected), Some(0)) => {
                let lines = differences(&documents(&text(&output.stdout)), &documents(&expected));
                wrong.extend(lines.into_iter().map(|line| format!("{id}: {line}")));
            }
            (Some(_), _) => wrong.push(format!("{id}: refused, and Helm does not: {}", text(&output.stderr))),
            (None, Some(2)) => {}
            (None, code) => wrong.push(format!("{id}: Helm refuses, and this ended with {code:?}")),
        }
    }
    assert!(seen >= 93, "only {seen} cases");
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// The command line that `golden/cases/README.md` gives.
fn command_for(case: &Value, values: &std::path::Path) -> Command {
    let text = |key: &str| case[key].as_str().unwrap();
    let part = match text("chart") {
        "llm-d-infra" => "infra",
        "inferencepool" => "gaie",
        _ => "ms",
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmd"));
    command.env_clear().args(["render", "-e", "bare", "--as-upstream", "--only", part]);
    command.args(["--release-name", text("release"), "-n", text("namespace")]);
    if case.get("values").is_some() {
        std::fs::write(values, case["values"].to_string()).unwrap();
        command.args(["-f", &format!("{part}={}", values.display())]);
    }
    for entry in case.get("set").and_then(Value::as_array).into_iter().flatten() {
        command.args(["--set", &format!("{part}.{}", entry.as_str().unwrap())]);
    }
    command
}
