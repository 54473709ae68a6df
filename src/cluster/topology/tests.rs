use serde_json::json;

use super::*;

/// A right deployment: Gateway, its parameters, pool, picker with its Service, model servers; and the rule beside it.
fn scene() -> (Vec<Value>, Vec<Value>) {
    let objects = json!([
        {"kind": "Gateway", "metadata": {"name": "g"}, "spec": {
            "gatewayClassName": "istio", "infrastructure": {"parametersRef": {"kind": "ConfigMap", "name": "g"}}}},
        {"kind": "ConfigMap", "metadata": {"name": "g"}, "data": {"service": "spec:\n  type: ClusterIP\n"}},
        {"kind": "InferencePool", "metadata": {"name": "p"}, "spec": {
            "targetPorts": [{"number": 8000}], "selector": {"matchLabels": {"model": "x"}},
            "endpointPickerRef": {"name": "epp"}}},
        {"kind": "Service", "metadata": {"name": "epp"}, "spec": {"selector": {"app": "epp"}}},
        {"kind": "Deployment", "metadata": {"name": "epp"}, "spec": {"template": {
            "metadata": {"labels": {"app": "epp"}},
            "spec": {"containers": [{"args": ["--pool-name", "p"]}]}}}},
        {"kind": "Deployment", "metadata": {"name": "decode"}, "spec": {"template": {
            "metadata": {"labels": {"model": "x", "more": "y"}},
            "spec": {"initContainers": [{"ports": [{"containerPort": 8000}]}],
                     "containers": [{"ports": [{"containerPort": 8200}]}]}}}},
    ]);
    let rule = json!({"metadata": {"name": "epp", "namespace": "demo"}, "spec": {
        "host": "epp.demo.svc.cluster.local",
        "trafficPolicy": {"tls": {"mode": "SIMPLE", "insecureSkipVerify": true}}}});
    (objects.as_array().unwrap().clone(), vec![rule])
}

fn codes(objects: &[Value], rules: &[Value]) -> Vec<(String, &'static str)> {
    let around = Neighbourhood { destination_rules: Some(rules.to_vec()) };
    let objects: Vec<&Value> = objects.iter().collect();
    let faults = faults(&objects, &around);
    faults.into_iter().map(|(index, cause)| (reference(objects[index]), cause.code)).collect()
}

#[test]
fn a_right_deployment_has_no_fault() {
    let (objects, rules) = scene();
    assert!(codes(&objects, &rules).is_empty());
}

#[test]
fn each_fault_is_told_of_the_object_that_has_it() {
    type Breaks = fn(&mut Vec<Value>, &mut Vec<Value>);
    let cases: [(Breaks, &str, &str); 10] = [
        (
            |objects, _| objects[2]["spec"]["selector"]["matchLabels"]["model"] = "z".into(),
            "InferencePool/p",
            "EmptyPool",
        ),
        (
            |objects, _| objects[2]["spec"]["targetPorts"][0]["number"] = 8001.into(),
            "InferencePool/p",
            "WrongPort",
        ),
        (
            |objects, _| {
                objects[4]["spec"]["template"]["spec"]["containers"][0]["args"] = json!(["--pool-name=q"]);
            },
            "InferencePool/p",
            "WrongPool",
        ),
        (|_, rules| rules.clear(), "InferencePool/p", "PickerTls"),
        (|_, rules| rules[0]["spec"]["host"] = "other".into(), "InferencePool/p", "PickerTls"),
        (
            |_, rules| rules[0]["spec"]["trafficPolicy"]["tls"]["mode"] = "DISABLE".into(),
            "InferencePool/p",
            "PickerTls",
        ),
        (
            |_, rules| rules[0]["spec"]["trafficPolicy"]["tls"]["insecureSkipVerify"] = false.into(),
            "InferencePool/p",
            "PickerCertificate",
        ),
        (
            |objects, _| {
                objects[4]["spec"]["template"]["spec"]["containers"][0]["args"] =
                    json!(["--secure-serving=false"]);
            },
            "InferencePool/p",
            "PickerPlainText",
        ),
        (|objects, _| objects[1]["data"]["service"] = "spec: [".into(), "Gateway/g", "BrokenParameters"),
        (|objects, _| objects[1]["data"]["service"] = "a: b: c".into(), "Gateway/g", "BrokenParameters"),
    ];
    for (breaks, object, code) in cases {
        let (mut objects, mut rules) = scene();
        breaks(&mut objects, &mut rules);
        assert_eq!(codes(&objects, &rules), [(object.to_owned(), code)]);
    }
}

#[test]
fn other_gateways_have_their_own_way_to_the_picker() {
    let (mut objects, _) = scene();
    objects[0]["spec"]["gatewayClassName"] = "kgateway".into();
    assert!(codes(&objects, &[]).is_empty());
    let (objects, _) = scene();
    let objects: Vec<&Value> = objects.iter().collect();
    assert!(faults(&objects, &Neighbourhood::default()).is_empty(), "what cannot be read is no fault");
}

#[test]
fn plain_text_on_both_sides_is_a_way() {
    let (mut objects, _) = scene();
    objects[4]["spec"]["template"]["spec"]["containers"][0]["args"] = json!(["--secure-serving=false"]);
    assert!(codes(&objects, &[]).is_empty());
}
