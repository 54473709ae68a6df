use serde_json::{Value, json};

use super::join;
use crate::verify::deployment::{Deployment, Standing};

/// A right stack: Gateway, route, pool, picker with TLS, two model pods.
fn right() -> Vec<Value> {
    let named = |kind: &str, name: &str, rest: Value| {
        let mut object = json!({"kind": kind, "metadata": {"name": name, "namespace": "demo"}});
        for (key, value) in rest.as_object().unwrap() {
            if key == "labels" {
                object["metadata"]["labels"] = value.clone();
            } else {
                object[key] = value.clone();
            }
        }
        object
    };
    let pod = |name: &str| {
        named(
            "Pod",
            name,
            json!({
                "labels": {"app": "model"},
                "spec": {"containers": [{"ports": [{"containerPort": 8000}]}]},
                "status": {"conditions": [{"type": "Ready", "status": "True"}]},
            }),
        )
    };
    vec![
        named(
            "Gateway",
            "gateway",
            json!({
                "spec": {"gatewayClassName": "istio", "listeners": [{"name": "default", "port": 80}]},
            }),
        ),
        named(
            "HTTPRoute",
            "route",
            json!({"spec": {
                "parentRefs": [{"name": "gateway"}],
                "rules": [{"backendRefs": [{"group": "inference.networking.k8s.io", "kind": "InferencePool", "name": "pool"}]}],
            }}),
        ),
        named(
            "InferencePool",
            "pool",
            json!({"spec": {
                "selector": {"matchLabels": {"app": "model"}},
                "targetPorts": [{"number": 8000}],
                "endpointPickerRef": {"name": "epp", "port": {"number": 9002}},
            }}),
        ),
        named("Service", "epp", json!({"spec": {"selector": {"picker": "epp"}, "ports": [{"port": 9002}]}})),
        named(
            "EndpointSlice",
            "epp-1",
            json!({
                "labels": {"kubernetes.io/service-name": "epp"},
                "endpoints": [{"conditions": {"ready": true}}],
            }),
        ),
        named(
            "Deployment",
            "epp",
            json!({"spec": {"template": {
                "metadata": {"labels": {"picker": "epp"}},
                "spec": {"containers": [{"args": ["--pool-name", "pool", "--v=1"]}]},
            }}}),
        ),
        named(
            "DestinationRule",
            "epp",
            json!({"spec": {
                "host": "epp.demo.svc.cluster.local",
                "trafficPolicy": {"tls": {"mode": "SIMPLE", "insecureSkipVerify": true}},
            }}),
        ),
        pod("model-0"),
        pod("model-1"),
    ]
}

fn deployment(surrounding: Vec<Value>) -> Deployment {
    let recorded = ["Gateway/gateway", "HTTPRoute/route", "InferencePool/pool", "Service/epp"];
    let standing =
        |name: &str| Standing { name: name.to_owned(), state: String::new(), is_good: true, hint: None };
    Deployment { objects: recorded.map(standing).into(), surrounding, ..Deployment::default() }
}

fn find<'a>(objects: &'a mut [Value], kind: &str) -> &'a mut Value {
    objects.iter_mut().find(|object| object["kind"] == kind).unwrap()
}

#[test]
fn a_right_stack_is_gone_through_from_end_to_end() {
    let join = join(&deployment(right()));
    assert_eq!(join.findings, []);
    assert_eq!(
        join.steps,
        [
            "Gateway/gateway",
            "HTTPRoute/route",
            "InferencePool/pool",
            "Service/epp:9002 (1 ready)",
            "DestinationRule/epp",
            "2 model pods"
        ]
    );
}

/// Each fault is found, alone, with its cause.
#[test]
fn each_edge_that_leads_nowhere_is_named() {
    type Break = fn(&mut Vec<Value>);
    let faults: &[(&str, &str, Break)] = &[
        ("Gateway/other, which is not there", "404", |all| {
            find(all, "HTTPRoute")["spec"]["parentRefs"][0]["name"] = "other".into();
        }),
        ("listener web of Gateway/gateway", "404", |all| {
            find(all, "HTTPRoute")["spec"]["parentRefs"][0]["sectionName"] = "web".into();
        }),
        ("no HTTPRoute leads to InferencePool/pool", "404", |all| {
            all.retain(|object| object["kind"] != "HTTPRoute");
        }),
        ("of group inference.networking.x-k8s.io", "500 with an empty body", |all| {
            let backend = &mut find(all, "HTTPRoute")["spec"]["rules"][0]["backendRefs"][0];
            backend["group"] = "inference.networking.x-k8s.io".into();
        }),
        ("asks Service/missing, which is not there", "500 with an empty body", |all| {
            find(all, "InferencePool")["spec"]["endpointPickerRef"]["name"] = "missing".into();
        }),
        ("on port 9002, which it has not", "500 with an empty body", |all| {
            find(all, "Service")["spec"]["ports"][0]["port"] = 9003.into();
        }),
        ("no pod behind Service/epp is ready", "failureMode FailClose", |all| {
            find(all, "EndpointSlice")["endpoints"][0]["conditions"]["ready"] = false.into();
        }),
        ("no DestinationRule has the host epp.demo.svc.cluster.local", "the picker speaks TLS", |all| {
            find(all, "DestinationRule")["spec"]["host"] = "epp-two.demo.svc.cluster.local".into();
        }),
        ("DestinationRule/epp has no TLS", "the picker speaks TLS", |all| {
            find(all, "DestinationRule")["spec"]["trafficPolicy"] = Value::Null;
        }),
        ("has no insecureSkipVerify", "certificate is its own", |all| {
            find(all, "DestinationRule")["spec"]["trafficPolicy"]["tls"]["insecureSkipVerify"] = Value::Null;
        }),
        ("matches no pod", "503", |all| {
            find(all, "InferencePool")["spec"]["selector"]["matchLabels"]["app"] = "other".into();
        }),
        ("of 2 pods that InferencePool/pool selects none is ready", "503", |all| {
            for pod in all.iter_mut().filter(|object| object["kind"] == "Pod") {
                pod["status"]["conditions"][0]["status"] = "False".into();
            }
        }),
        ("sends to port 8001, on which Pod/model-0 does not listen", "503", |all| {
            find(all, "InferencePool")["spec"]["targetPorts"][0]["number"] = 8001.into();
        }),
        ("InferencePool/rival selects the model pods", "two pickers", |all| {
            let mut rival = find(all, "InferencePool").clone();
            rival["metadata"]["name"] = "rival".into();
            all.push(rival);
        }),
        ("Deployment/rival picks for InferencePool/pool too", "two pickers", |all| {
            let mut rival = find(all, "Deployment").clone();
            rival["metadata"]["name"] = "rival".into();
            rival["spec"]["template"]["metadata"]["labels"]["picker"] = "rival".into();
            all.push(rival);
        }),
        ("watches the pool other, not pool", "never gets ready", |all| {
            let container = &mut find(all, "Deployment")["spec"]["template"]["spec"]["containers"][0];
            container["args"] = json!(["--pool-name=other"]);
        }),
    ];
    for (words, cause, fault) in faults {
        let mut objects = right();
        fault(&mut objects);
        let join = join(&deployment(objects));
        assert_eq!(join.findings.len(), 1, "{words}: {:#?}", join.findings);
        let finding = &join.findings[0];
        assert!(finding.what.contains(words), "{words}: {finding:?}");
        assert!(finding.cause.as_ref().unwrap().contains(cause), "{cause}: {finding:?}");
        assert!(finding.hint.is_some());
    }
}

#[test]
fn a_picker_without_tls_needs_no_rule() {
    let mut objects = right();
    objects.retain(|object| object["kind"] != "DestinationRule");
    find(&mut objects, "Deployment")["spec"]["template"]["spec"]["containers"][0]["args"] =
        json!(["--pool-name", "pool", "--secure-serving=false"]);
    assert_eq!(join(&deployment(objects)).findings, []);
}

#[test]
fn what_may_not_be_read_is_not_missed() {
    let mut objects = right();
    objects.retain(|object| object["kind"] != "DestinationRule" && object["kind"] != "EndpointSlice");
    let unreadable = ["DestinationRule", "EndpointSlice"].map(str::to_owned).into();
    assert_eq!(join(&Deployment { unreadable, ..deployment(objects) }).findings, []);
}
