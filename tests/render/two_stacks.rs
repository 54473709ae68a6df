//! Two stacks side by side: everything follows the postfix and the namespace, and nothing is shared.

use std::collections::BTreeSet;

use llmd::environment::Request;
use llmd::render::Stack;
use serde_json::{Map, Value};

use crate::shared::{ENVIRONMENTS, render, request};

fn stack(environment: &str, namespace: &str, postfix: &str) -> Stack {
    let request =
        Request { namespace: namespace.to_owned(), postfix: postfix.to_owned(), ..request(environment) };
    render(&request).unwrap_or_else(|failure| panic!("{environment}: {failure}"))
}

#[test]
fn nothing_keeps_the_default_postfix_or_namespace() {
    for environment in ENVIRONMENTS {
        let stack = stack(environment, "team-a", "blue");
        for manifest in stack.manifests() {
            let text = manifest.object.to_string();
            assert!(!text.contains("inference-scheduling"), "{environment}: {manifest} keeps the postfix");
            assert!(
                !text.contains("llm-d-inference-scheduler\""),
                "{environment}: {manifest} keeps the namespace"
            );
        }
        if environment != "standalone" {
            let route = stack.manifests().find(|manifest| manifest.kind() == "HTTPRoute").unwrap();
            assert_eq!(route.name(), "llm-d-blue", "{environment}");
            assert_eq!(
                route.object.pointer("/spec/parentRefs/0/name").unwrap(),
                "infra-blue-inference-gateway"
            );
            assert_eq!(route.object.pointer("/spec/rules/0/backendRefs/0/name").unwrap(), "gaie-blue");
        }
    }
}

#[test]
fn two_postfixes_share_no_object_and_no_pod() {
    for environment in ENVIRONMENTS {
        let (blue, green) = (stack(environment, "ns", "blue"), stack(environment, "ns", "green"));
        let names =
            |stack: &Stack| -> BTreeSet<String> { stack.manifests().map(ToString::to_string).collect() };
        let shared: Vec<_> = names(&blue).intersection(&names(&green)).cloned().collect();
        assert!(shared.is_empty(), "{environment}: {shared:?}");
        let mut pairs = 0;
        for selecting in blue.manifests() {
            for selector in selectors(&selecting.object) {
                for selected in green.manifests() {
                    if let Some(labels) = pod_labels(&selected.object) {
                        pairs += 1;
                        let all = selector.iter().all(|(key, value)| labels.get(key) == Some(value));
                        assert!(
                            !all,
                            "{environment}: {selecting} of blue selects the pods of {selected} of green"
                        );
                    }
                }
            }
        }
        assert!(pairs > 0, "{environment}: no selector was looked at");
    }
}

fn pod_labels(object: &Value) -> Option<&Map<String, Value>> {
    object.pointer("/spec/template/metadata/labels")?.as_object()
}

/// Everything in an object that selects pods.
fn selectors(object: &Value) -> Vec<&Map<String, Value>> {
    let of_kind = match object["kind"].as_str().unwrap() {
        "Deployment" | "InferencePool" | "PodMonitor" | "PodMonitoring" => "/spec/selector/matchLabels",
        "Service" => "/spec/selector",
        _ => return Vec::new(),
    };
    object.pointer(of_kind).and_then(Value::as_object).into_iter().collect()
}

#[test]
fn the_destination_rule_names_the_service_even_when_it_is_cut() {
    let postfix = "a-postfix-of-thirty-eight-characters-x";
    let host = |as_upstream: bool| {
        let request = Request { postfix: postfix.to_owned(), as_upstream, ..request("istio") };
        let stack = render(&request).unwrap();
        let rule = stack.manifests().find(|manifest| manifest.kind() == "DestinationRule").unwrap();
        rule.object.pointer("/spec/host").and_then(Value::as_str).unwrap().to_owned()
    };
    let service = stack("istio", "llm-d-inference-scheduler", postfix);
    let service =
        service.manifests().find(|manifest| manifest.kind() == "Service").unwrap().name().to_owned();
    assert!(host(false).starts_with(&format!("{service}.")), "{}", host(false));
    assert!(host(true).starts_with(&format!("gaie-{postfix}-epp.")), "{}", host(true));
}
