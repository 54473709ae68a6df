//! `llmd schema`, and that no verb's JSON is without one.

use clap::CommandFactory as _;
use llmd::cli::Cli;
use llmd::commands::schema::{REPORTS, Report};
use llmd::virtual_clock::Measured;
use llmd::virtual_clock::gates::{Bound, Gate, GateRow, GatesReport};
use serde_json::{Value, json};

use crate::harness::Sandbox;
use crate::schema::conforms;

/// The verbs that print JSON, from the command line's own definition, each with the form: `crds diff -o json`.
fn printing(command: &clap::Command, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for argument in command.get_arguments().filter(|argument| argument.get_id() == "output") {
        let values = argument.get_possible_values();
        let mut forms: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        // A form that is read from text names what there is in the place of its value.
        forms.extend(argument.get_value_names().unwrap_or_default().iter().flat_map(|name| name.split('|')));
        let forms = forms.into_iter().filter(|form| form.starts_with("json"));
        found.extend(forms.map(|form| format!("{path}-o {form}")));
    }
    let below = command.get_subcommands();
    found.extend(below.flat_map(|below| printing(below, &format!("{path}{} ", below.get_name()))));
    found
}

#[test]
fn every_verb_that_prints_json_has_a_schema() {
    let mut command = Cli::command();
    command.build();
    let printing = printing(&command, "");
    assert!(printing.len() > 25, "only {printing:?}");
    for command in &printing {
        let reports = REPORTS.iter().filter(|report| report.printed_by.contains(&command.as_str()));
        assert_eq!(reports.count(), 1, "schemas of `llmd {command}`");
    }
    for command in REPORTS.iter().flat_map(|report| report.printed_by) {
        assert!(command.contains("--save") || printing.iter().any(|one| one == command), "`llmd {command}`");
    }
}

#[test]
fn a_report_is_named_by_its_verb_and_listed() {
    let listed = Sandbox::new().stdout("schema");
    for report in REPORTS {
        assert!(listed.lines().any(|line| line.starts_with(&format!("{} ", report.name))), "{listed}");
        let verb = report.printed_by[0].split(" -").next().unwrap().replace(' ', "-");
        assert!(
            report.name == verb || ["events", "bench-requests"].contains(&report.name),
            "{}",
            report.name
        );
    }
    assert!(REPORTS.is_sorted_by_key(|report| report.name), "{listed}");
}

#[test]
fn a_schema_is_one_and_says_whose() {
    for report in REPORTS {
        let schema: Value =
            serde_json::from_str(&Sandbox::new().stdout(&format!("schema {}", report.name))).unwrap();
        assert_eq!(schema, *report.schema().as_value());
        assert!(jsonschema::meta::is_valid(&schema), "{}", report.name);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:llmd:report:{}", report.name));
        assert_eq!(schema["title"], report.about);
    }
}

/// Places in a schema that describe an object and neither refuse nor describe other keys.
fn open(schema: &Value, path: &str, is_part: bool, found: &mut Vec<String>) {
    match schema {
        Value::Object(rules) => {
            let rule =
                ["additionalProperties", "unevaluatedProperties"].iter().find_map(|key| rules.get(*key));
            let is_whole = !is_part && rules.contains_key("properties");
            if is_whole && rule.is_none() {
                found.push(path.to_owned());
            }
            for (key, below) in rules {
                let is_below_a_part = rules.contains_key("unevaluatedProperties") || is_part;
                let is_part = ["allOf", "anyOf", "oneOf"].contains(&key.as_str()) && is_below_a_part;
                open(below, &format!("{path}/{key}"), is_part, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| open(item, path, is_part, found)),
        _ => {}
    }
}

#[test]
fn no_schema_lets_unknown_keys_pass() {
    for report in REPORTS {
        let mut found = Vec::new();
        open(report.schema().as_value(), report.name, false, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}

/// Measuring them takes minutes.
#[test]
fn promises_are_as_their_schema_says() {
    let bounds = [Bound::AtLeast(1.0), Bound::AtMost(2.0), Bound::Within { from: 1.0, to: 2.0 }];
    let (case, policy) = ("ladder".to_owned(), "default".to_owned());
    let gate =
        |asked| Gate { case: case.clone(), quantity: "req/s".into(), asked, measured: 1.5, is_met: true };
    let (mean, std_dev) = (Measured::default(), Measured::default());
    let row = GateRow { case: case.clone(), description: "stages".into(), policy, mean, std_dev };
    let report = GatesReport { seeds: vec![1], rows: vec![row], gates: bounds.map(gate).to_vec() };
    conforms(Report::named("bench-policies").unwrap(), &serde_json::to_string(&report).unwrap());
}

/// The harness holds each of them to its schema.
#[test]
fn what_needs_no_cluster_is_as_its_schema_says() {
    let sandbox = Sandbox::new();
    let scenarios: Value = serde_json::from_str(&sandbox.stdout("bench scenarios -o json")).unwrap();
    for scenario in scenarios.as_array().unwrap() {
        sandbox.stdout(&format!("bench scenarios {} -o json", scenario["name"].as_str().unwrap()));
    }
    for line in [
        "doctor --list -o json",
        "env list -o json",
        "fixes -o json",
        "list -e local -o json",
        "names -e gke -o json",
        "names -e istio --postfix a-postfix-that-has-33-characters- -o json",
        "render -e local -o json",
        "render -e local --set local.proxy=envoy -o json",
        "render -e standalone -o json",
        "verify --list -o json",
    ] {
        sandbox.run(line);
    }
}

#[test]
fn a_report_with_a_fault_is_refused() {
    let report = Report::named("apply").unwrap();
    let printed = json!({
        "context": "c", "namespace": "n", "namespaceCreated": false, "seconds": 0.5, "verdict": "ready", "rollout": [],
        "releases": [{"name": "gaie-x", "chart": "c", "change": "install", "revision": 1}],
        "objects": [{"apiVersion": "v1", "kind": "Service", "namespace": null, "name": "x", "action": "created"}],
    });
    conforms(report, &printed.to_string());
    let faults: [fn(&mut Value); 6] = [
        |report| report["more"] = json!(1),
        |report| report["objects"][0]["more"] = json!(1),
        |report| report["seconds"] = json!("0.5"),
        |report| report["verdict"] = json!("well"),
        |report| report["releases"][0]["restores"] = Value::Null,
        |report| drop(report.as_object_mut().unwrap().remove("namespace")),
    ];
    for fault in faults {
        let mut broken = printed.clone();
        fault(&mut broken);
        let text = broken.to_string();
        assert!(std::panic::catch_unwind(|| conforms(report, &text)).is_err(), "{broken:#}");
    }
}

#[test]
fn what_is_mistyped_is_corrected() {
    let said = Sandbox::new().run("schema bench-comparre");
    assert!(said.starts_with("exit 2") && said.contains("'bench-compare'"), "{said}");
}
