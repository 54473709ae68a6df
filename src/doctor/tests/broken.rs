//! Clusters that are broken in one way each.

use serde_json::{Value, json};

use super::fixture::{Clinic, known, right, secret};
use crate::doctor::check::Check;
use crate::doctor::facts::{Fact, Facts};
use crate::doctor::report::{Outcome, Severity};
use crate::doctor::rights::Right;

/// Breaks a right cluster; then just this check finds just this.
#[track_caller]
fn broken(
    environment: &str,
    check: Check,
    severity: Severity,
    said: &[&str],
    breaks: impl FnOnce(&mut Facts),
) {
    let clinic = Clinic::of(environment);
    found(&clinic, check, severity, said, breaks);
}

#[track_caller]
fn found(clinic: &Clinic, check: Check, severity: Severity, said: &[&str], breaks: impl FnOnce(&mut Facts)) {
    let mut facts = right(clinic);
    breaks(&mut facts);
    let (by, outcome) = clinic.only(&facts);
    let finding = &outcome.findings()[0];
    assert_eq!((by, finding.severity), (check, severity), "{outcome:#?}");
    let all = format!("{}: {}\n{}", finding.place, finding.cause, finding.fix);
    for part in said {
        assert!(all.contains(part), "{part} is not in {all}");
    }
}

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

#[test]
fn the_api_server_is_old() {
    broken("istio", Check::ApiServer, ERROR, &["Kubernetes 1.28.3", "1.29 or later"], |facts| {
        known(&mut facts.version)["gitVersion"] = "v1.28.3".into();
    });
    broken("gaudi", Check::ApiServer, ERROR, &["1.34 or later"], |facts| {
        known(&mut facts.version)["gitVersion"] = "v1.33.0".into();
    });
}

#[test]
fn the_clock_is_wrong() {
    let said = ["clock: this machine's clock is 2h behind", "timedatectl"];
    broken("istio", Check::ApiServer, WARNING, &said, |facts| {
        facts.clock = Some("this machine's clock is 2h behind the API server's".to_owned());
    });
}

#[test]
fn rights_are_missing() {
    let right = |plural: &str, namespace: Option<&str>, verbs: &[&'static str]| Right {
        group: String::new(),
        plural: plural.to_owned(),
        namespace: namespace.map(str::to_owned),
        verbs: verbs.to_vec(),
    };
    let said = [
        "jane may not: services (create, patch)",
        "--verb=create,patch --resource=services",
        "--user='jane'",
    ];
    broken("istio", Check::Permissions, ERROR, &said, |facts| {
        facts.denied = Fact::Known(vec![right("services", Some("demo"), &["create", "patch"])]);
        facts.user = Fact::Known("jane".to_owned());
    });
    broken("istio", Check::Permissions, WARNING, &["pods (list)"], |facts| {
        facts.denied = Fact::Known(vec![right("pods", Some("demo"), &["list"])]);
    });
    broken("istio", Check::Permissions, ERROR, &["the cluster", "namespaces (create)"], |facts| {
        facts.namespace = Fact::Known(None);
        facts.denied = Fact::Known(vec![right("namespaces", None, &["create"])]);
    });
}

#[test]
fn a_namespace_that_is_there_needs_no_right_to_make_one() {
    let clinic = Clinic::of("istio");
    let mut facts = right(&clinic);
    let make = Right {
        group: String::new(),
        plural: "namespaces".to_owned(),
        namespace: None,
        verbs: vec!["create"],
    };
    facts.denied = Fact::Known(vec![make]);
    assert!(clinic.outcomes(&facts).iter().all(|(_, outcome)| outcome.findings().is_empty()));
}

#[test]
fn definitions_are_missing_or_of_another_release() {
    const POOLS: &str = "inferencepools.inference.networking.k8s.io";
    const BUNDLE: &str = "inference.networking.k8s.io/bundle-version";
    let change = |facts: &mut Facts, change: &dyn Fn(&mut Option<Value>)| {
        change(known(facts.definitions.get_mut(POOLS).unwrap()));
    };
    broken("istio", Check::Definitions, ERROR, &[POOLS, "does not have it", "kubectl apply"], |facts| {
        change(facts, &|crd| *crd = None);
    });
    broken("istio", Check::Definitions, ERROR, &["inference.networking.x-k8s.io", "0.x"], |facts| {
        change(facts, &|crd| *crd = None);
        let early = "inferencepools.inference.networking.x-k8s.io".to_owned();
        facts.definitions.insert(early, Fact::Known(Some(json!({}))));
    });
    let bundle = |version: &'static str| {
        move |crd: &mut Option<Value>| {
            crd.as_mut().unwrap()["metadata"]["annotations"][BUNDLE] = version.into();
        }
    };
    broken("istio", Check::Definitions, ERROR, &["too old", "v1.1.0", "1.2 or later"], |facts| {
        change(facts, &bundle("v1.1.0"));
    });
    broken("istio", Check::Definitions, WARNING, &["newer than what is known to work"], |facts| {
        change(facts, &bundle("v2.0.0"));
    });
    broken("istio", Check::Definitions, ERROR, &["needs v1; served: v1alpha2"], |facts| {
        change(facts, &|crd| crd.as_mut().unwrap()["spec"]["versions"][0]["name"] = "v1alpha2".into());
    });
    broken("istio", Check::Definitions, ERROR, &["the name is taken"], |facts| {
        change(facts, &|crd| {
            crd.as_mut().unwrap()["status"]["conditions"] =
                json!([{"type": "NamesAccepted", "status": "False", "message": "the name is taken"}]);
        });
    });
}

#[test]
fn nobody_serves_monitors() {
    let said = ["podmonitors.monitoring.coreos.com", "prometheus.enabled=false"];
    broken("istio", Check::Monitoring, ERROR, &said, |facts| {
        *known(facts.definitions.get_mut("podmonitors.monitoring.coreos.com").unwrap()) = None;
    });
}

#[test]
fn the_class_is_missing_or_not_accepted() {
    let said = ["GatewayClass/istio", "it offers: none", "helm upgrade --install istiod"];
    broken("istio", Check::GatewayClass, ERROR, &said, |facts| known(&mut facts.classes).clear());
    let said =
        ["calls the class of agentgateway agentgateway", "--set infra.gateway.gatewayClassName=agentgateway"];
    broken("agentgateway", Check::GatewayClass, ERROR, &said, |facts| {
        known(&mut facts.classes)[0]["metadata"]["name"] = "agentgateway".into();
    });
    broken("istio", Check::GatewayClass, ERROR, &["nobody has accepted it"], |facts| {
        known(&mut facts.classes)[0]["status"] = json!({});
    });
    broken("istio", Check::GatewayClass, ERROR, &["does not accept it: no such parameters"], |facts| {
        known(&mut facts.classes)[0]["status"]["conditions"][0] =
            json!({"type": "Accepted", "status": "False", "message": "no such parameters"});
    });
}

#[test]
fn the_controller_is_not_what_it_should_be() {
    let said = [
        "ENABLE_GATEWAY_API_INFERENCE_EXTENSION is not set",
        "kubectl set env -n istio-system deployment/istiod",
    ];
    broken("istio", Check::Controller, ERROR, &said, |facts| {
        known(&mut facts.controllers)[0]["spec"]["template"]["spec"]["containers"][0]["env"] = json!([]);
    });
    broken(
        "istio",
        Check::Controller,
        ERROR,
        &["is not installed", "helm upgrade --install istiod"],
        |facts| {
            facts.classes = Fact::Unknown("the cluster has no gatewayclasses".to_owned());
            known(&mut facts.controllers).clear();
        },
    );
    broken("istio", Check::Controller, ERROR, &["none of its pods is available"], |facts| {
        known(&mut facts.controllers)[0]["status"] = json!({});
    });
    let image = |tag: &'static str| {
        move |facts: &mut Facts| {
            known(&mut facts.controllers)[0]["spec"]["template"]["spec"]["containers"][0]["image"] =
                format!("istio/pilot:{tag}").into();
        }
    };
    broken("istio", Check::Controller, ERROR, &["it is Istio 1.27.0", "1.28 or later"], image("1.27.0"));
    broken("kgateway", Check::Controller, WARNING, &["kgateway 2.2.0", "below 2.2"], image("v2.2.0"));
}

#[test]
fn the_token_is_missing_or_of_no_use() {
    let said = ["Secret/llm-d-hf-token", "it does not exist", "llmd secret hf-token -e istio -n demo"];
    broken("istio", Check::ModelToken, ERROR, &said, |facts| facts.token = Fact::Known(None));
    broken("istio", Check::ModelToken, ERROR, &["it has no key HF_TOKEN"], |facts| {
        facts.token = Fact::Known(Some(json!({"data": {"token": ""}})));
    });
    for (token, fault) in [("", "it is empty"), ("hf_abc\n", "line breaks")] {
        broken("istio", Check::ModelToken, ERROR, &[fault], |facts| {
            facts.token = Fact::Known(Some(secret(token)));
        });
    }
    broken("istio", Check::ModelToken, WARNING, &["does not begin with hf_"], |facts| {
        facts.token = Fact::Known(Some(secret("api_abc")));
    });
    broken("gaudi", Check::ModelToken, ERROR, &["meta-llama/Llama-3.1-8B-Instruct"], |facts| {
        facts.token = Fact::Known(None);
    });
}

#[test]
fn no_finding_holds_the_token() {
    let clinic = Clinic::of("istio");
    for token in ["hf_precious\n", "precious"] {
        let mut facts = right(&clinic);
        facts.token = Fact::Known(Some(secret(token)));
        let said = format!("{:?}", clinic.only(&facts));
        assert!(!said.contains("precious"), "{said}");
    }
}

#[test]
fn simulators_need_no_token_and_no_accelerator() {
    let clinic = Clinic::with("istio", |request| {
        request.overrides.simulate = Some("example.com/simulator".to_owned());
    });
    let mut facts = right(&clinic);
    facts.token = Fact::Known(None);
    for node in known(&mut facts.nodes) {
        node["status"]["allocatable"]["nvidia.com/gpu"] = "0".into();
    }
    let found: Vec<_> =
        clinic.outcomes(&facts).into_iter().filter(|(_, outcome)| !outcome.findings().is_empty()).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_nodes_have_no_room() {
    let said = [
        "need 8 pods of 2 nvidia.com/gpu each; 3 fit now (node-0 1, node-1 1, node-2 1)",
        "llmd apply -e istio -n demo --replicas 3",
    ];
    broken("istio", Check::Accelerators, ERROR, &said, |facts| known(&mut facts.nodes).truncate(3));
    let said = ["offers no nvidia.com/gpu: its device plugin does not run", "nvidia-device-plugin.yml"];
    broken("istio", Check::Accelerators, ERROR, &said, |facts| {
        for node in known(&mut facts.nodes) {
            node["status"]["allocatable"]["nvidia.com/gpu"] = "0".into();
        }
    });
    broken("istio", Check::Accelerators, WARNING, &["autoscaler may add nodes"], |facts| {
        known(&mut facts.nodes).truncate(3);
        facts.autoscaler = Fact::Known(Some(json!({})));
    });
    let said = ["16 nodes with the taint nvidia.com/gpu, which the pods do not tolerate"];
    let tainted = |facts: &mut Facts| {
        for node in known(&mut facts.nodes) {
            node["spec"]["taints"] = json!([{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]);
        }
        // The scheduler's own pod asks for no GPU, and has a node of its own.
        let mut plain = known(&mut facts.nodes)[0].clone();
        plain["metadata"]["name"] = "plain".into();
        plain["metadata"]["labels"] = json!({});
        plain["spec"] = json!({});
        plain["status"]["allocatable"]["nvidia.com/gpu"] = "0".into();
        known(&mut facts.nodes).push(plain);
    };
    broken("istio", Check::Accelerators, ERROR, &said, tainted);
    let said = ["without the label cloud.google.com/gke-tpu-"];
    broken("gke", Check::Platform, WARNING, &["environment gke is made for GKE"], |facts| {
        for node in known(&mut facts.nodes) {
            node["metadata"]["labels"]["cloud.google.com/gke-nodepool"] = Value::Null;
        }
    });
    let clinic = Clinic::of("gke_tpu");
    let mut facts = right(&clinic);
    for node in known(&mut facts.nodes) {
        node["metadata"]["labels"]["cloud.google.com/gke-tpu-topology"] = "4x4".into();
    }
    let outcomes = clinic.outcomes(&facts);
    let (_, outcome) = outcomes.iter().find(|(check, _)| *check == Check::Accelerators).unwrap();
    assert!(outcome.text().contains(said[0]), "{outcome:?}");
    // What the chart itself warns of is handed on.
    let (_, outcome) = outcomes.iter().find(|(check, _)| *check == Check::Platform).unwrap();
    assert!(matches!(outcome, Outcome::Warned { .. }), "{outcome:?}");
}

#[test]
fn disks_drivers_and_devices_do_not_do() {
    broken("istio", Check::NodeDisks, WARNING, &["may take 80 Gi", "its disk has 50 Gi"], |facts| {
        for node in known(&mut facts.nodes) {
            node["status"]["allocatable"]["ephemeral-storage"] = "50Gi".into();
        }
    });
    for version in ["580", "470"] {
        broken("istio", Check::Drivers, WARNING, &["Node/node-0", version, "below 580"], |facts| {
            known(&mut facts.nodes)[0]["metadata"]["labels"]["nvidia.com/cuda.driver-version.major"] =
                version.into();
        });
    }
    let said =
        ["DeviceClass/gaudi.intel.com", "its driver is not installed", "helm upgrade --install gaudi-dra"];
    broken("gaudi", Check::Devices, ERROR, &said, |facts| known(&mut facts.device_classes).clear());
    broken("gaudi", Check::Devices, ERROR, &["claims 1 devices, and the cluster offers 0"], |facts| {
        known(&mut facts.resource_slices).clear();
    });
}

#[test]
fn the_namespace_has_limits() {
    broken("istio", Check::Namespace, ERROR, &["it is being deleted"], |facts| {
        facts.namespace =
            Fact::Known(Some(json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}})));
    });
    let said = [
        "ResourceQuota/team",
        "16 more is asked for, 8 of 8 is left",
        "{\"requests.nvidia.com/gpu\":\"16\"}",
    ];
    broken("istio", Check::Quota, ERROR, &said, |facts| {
        known(&mut facts.quotas)[0]["status"]["hard"]["requests.nvidia.com/gpu"] = "8".into();
    });
    let refusal = "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\"";
    let said = [refusal, "pod-security.kubernetes.io/enforce=privileged"];
    broken("istio", Check::Admission, ERROR, &said, |facts| {
        *known(&mut facts.admission).values_mut().next().unwrap() = Some(refusal.to_owned());
    });
}

#[test]
fn claims_are_missing() {
    let said = ["PersistentVolumeClaim/model-pvc", "no default StorageClass", "kubectl apply -n demo -f -"];
    broken("gaudi", Check::Storage, ERROR, &said, |facts| known(&mut facts.claims).clear());
    broken("gaudi", Check::Storage, ERROR, &["its volume is gone"], |facts| {
        known(&mut facts.claims)[0]["status"]["phase"] = "Lost".into();
    });
    let pending = |class: &'static str| {
        move |facts: &mut Facts| {
            known(&mut facts.claims)[0] = json!({"metadata": {"name": "model-pvc"},
                "spec": {"storageClassName": class}, "status": {"phase": "Pending"}});
            facts.storage_classes = Fact::Known(vec![
                json!({"metadata": {"name": "late"}, "volumeBindingMode": "WaitForFirstConsumer"}),
                json!({"metadata": {"name": "now"}, "volumeBindingMode": "Immediate"}),
            ]);
        }
    };
    broken("gaudi", Check::Storage, ERROR, &["there is no StorageClass gone"], pending("gone"));
    broken("gaudi", Check::Storage, WARNING, &["has not provided it yet"], pending("now"));
    let clinic = Clinic::of("gaudi");
    let mut facts = right(&clinic);
    pending("late")(&mut facts);
    assert!(clinic.outcomes(&facts).iter().all(|(_, outcome)| outcome.findings().is_empty()));
}

#[test]
fn a_name_is_too_long() {
    let clinic = Clinic::with("istio", |request| request.postfix = "a".repeat(50));
    found(&clinic, Check::Names, ERROR, &["llmd names"], |_| {});
}

#[test]
fn others_share_the_namespace() {
    let selector = json!({"llm-d.ai/inferenceServing": "true"});
    let said = ["InferencePool/gaie-b", "it selects the pods of Deployment/ms-inference-scheduling"];
    for pool in [json!({"matchLabels": selector}), selector.clone()] {
        broken("istio", Check::Neighbours, ERROR, &said, |facts| {
            let other = json!({"metadata": {"name": "gaie-b"}, "spec": {"selector": pool}});
            known(&mut facts.pools).push(other);
        });
    }
    let clinic = Clinic::of("istio");
    let pool = clinic.stack.manifests().find(|manifest| manifest.kind() == "InferencePool").unwrap();
    let labels = pool.object["spec"]["selector"]["matchLabels"].clone();
    let said = ["Deployment/ms-b", "selects its pods too"];
    found(&clinic, Check::Neighbours, ERROR, &said, |facts| {
        known(&mut facts.deployments).push(
            json!({"metadata": {"name": "ms-b"}, "spec": {"template": {"metadata": {"labels": labels}}}}),
        );
    });
    for args in [json!(["--pool-name", pool.name()]), json!([format!("--pool-name={}", pool.name())])] {
        found(&clinic, Check::Neighbours, WARNING, &["Deployment/epp-b", "second picker"], |facts| {
            let spec = json!({"containers": [{"args": args}]});
            known(&mut facts.deployments)
                .push(json!({"metadata": {"name": "epp-b"}, "spec": {"template": {"spec": spec}}}));
        });
    }
    let gateway = clinic.stack.manifests().find(|manifest| manifest.kind() == "Gateway").unwrap();
    found(&clinic, Check::Neighbours, ERROR, &["HTTPRoute/other", "requests bypass the picker"], |facts| {
        let backend = json!({"kind": "InferencePool", "name": "gaie-b"});
        facts.routes = Fact::Known(vec![json!({"metadata": {"name": "other"}, "spec": {
            "parentRefs": [{"name": gateway.name()}], "rules": [{"backendRefs": [backend]}]}})]);
    });
}

#[test]
fn another_platform_has_its_own_ways() {
    let said = ["digitalocean", "llmd doctor -e digitalocean -n demo"];
    broken("istio", Check::Platform, WARNING, &said, |facts| {
        known(&mut facts.nodes)[0]["metadata"]["labels"]["doks.digitalocean.com/node-pool"] = "gpus".into();
    });
    let said = ["oc adm policy add-scc-to-user anyuid -z", "/.triton"];
    broken("istio", Check::OpenShift, WARNING, &said, |facts| {
        known(&mut facts.groups).push("security.openshift.io".to_owned());
    });
}
