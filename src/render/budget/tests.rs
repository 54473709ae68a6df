use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::environment::names::{Epp, ModelService, Releases};
use crate::render::manifest::{Manifest, Part, Release};

fn stack(namespace: &str, releases: Vec<(Part, String, Vec<Value>)>) -> Stack {
    let releases = releases.into_iter().map(|(part, name, objects)| Release {
        part,
        name,
        config: Value::Null,
        defaults: Value::Null,
        manifests: objects.into_iter().map(|object| Manifest { template: "test".into(), object }).collect(),
    });
    Stack { environment: "test".to_owned(), namespace: namespace.to_owned(), releases: releases.collect() }
}

fn object(kind: &str, name: &str) -> Value {
    json!({"kind": kind, "metadata": {"name": name}})
}

/// The objects of an environment whose names matter, with the given class and model workload kind.
fn guide(postfix: &str, class: &str, workload: &str) -> Stack {
    let releases = Releases::from_postfix(postfix);
    let gateway = names::gateway(&releases.infra, "", "");
    let epp = Epp::new(&releases.gaie);
    let models = ModelService::new(&releases.ms, "");
    let mut proxy = object("Gateway", &gateway);
    proxy["spec"] = json!({"gatewayClassName": class});
    let mut decode = object(workload, &models.decode());
    decode["spec"] = json!({"replicas": 1, "leaderWorkerTemplate": {"size": 2}});
    stack(
        names::DEFAULT_NAMESPACE,
        vec![
            (Part::Infra, releases.infra.clone(), vec![proxy]),
            (
                Part::Gaie,
                releases.gaie.clone(),
                vec![
                    object("Deployment", &epp.name),
                    object("Service", &epp.name),
                    object("InferencePool", &releases.gaie),
                ],
            ),
            (
                Part::Ms,
                releases.ms.clone(),
                vec![decode, object("PodMonitor", &names::pod_monitor(&models.decode()))],
            ),
        ],
    )
}

fn find<'r>(rows: &'r [Row], kind: &str, what: &str) -> &'r Row {
    rows.iter().find(|row| row.object.starts_with(&format!("{kind}/")) && row.what == what).unwrap()
}

/// `charts.md` §10: lengths with the postfixes of 20, 22 and 4 characters.
#[test]
fn lengths_are_those_of_the_table() {
    let table: [(&str, &str, [usize; 3]); 9] = [
        ("Release", "release name", [26, 28, 10]),
        ("Deployment", "name", [29, 31, 13]),
        ("Deployment", "pod name", [46, 48, 30]),
        ("Service", "host name", [73, 75, 57]),
        ("Gateway", "name", [44, 46, 28]),
        ("Gateway", "proxy Service", [50, 52, 34]),
        ("Gateway", "proxy pod name", [63, 63, 51]),
        ("InferencePool", "istio's Service", [37, 39, 21]),
        ("PodMonitor", "name", [60, 62, 44]),
    ];
    for (index, postfix) in ["inference-scheduling", "inference-scheduling-2", "blue"].into_iter().enumerate()
    {
        let rows = check(&guide(postfix, "istio", "Deployment"));
        for (kind, what, lengths) in &table {
            assert_eq!(find(&rows, kind, what).length, lengths[index], "{kind} {what} {postfix}");
        }
        assert!(errors(&rows, None).is_empty());
        let lws = check(&guide(postfix, "kgateway", "LeaderWorkerSet"));
        let revision = find(&lws, "LeaderWorkerSet", "worker label controller-revision-hash");
        assert_eq!(revision.length, [62, 64, 46][index]);
        assert_eq!(revision.verdict == Verdict::Over, index == 1);
        assert_eq!(find(&lws, "LeaderWorkerSet", "leader pod hostname").length, [51, 53, 35][index]);
        assert_eq!(find(&lws, "Gateway", "proxy pod name").length, [61, 63, 45][index]);
    }
}

#[test]
fn cut_pod_names_say_how_much_of_the_hash_remains() {
    let rows = check(&guide("inference-scheduling", "istio", "Deployment"));
    let models = rows.iter().find(|row| row.object.ends_with("-decode") && row.what == "pod name").unwrap();
    assert_eq!(models.value, "ms-inference-scheduling-llm-d-modelservice-decode-########*****");
    assert_eq!(
        warning(&rows).unwrap(),
        "Kubernetes will cut the proxy pod name of Gateway/infra-inference-scheduling-inference-gateway (7 of 10 hash \
         characters remain), the pod name of Deployment/ms-inference-scheduling-llm-d-modelservice-decode (8 of 10 \
         hash characters remain); a postfix of at most 16 characters keeps every pod name whole"
    );
    // Whole up to 16; from 28 on the decode pods have no hash.
    assert!(warning(&check(&guide(&"p".repeat(16), "istio", "Deployment"))).is_none());
    assert!(
        warning(&check(&guide(&"p".repeat(17), "istio", "Deployment")))
            .unwrap()
            .contains("without the dash after it")
    );
    let gone = |p: usize| warning(&check(&guide(&"p".repeat(p), "kgateway", "Deployment"))).unwrap();
    assert!(gone(27).contains("1 of 10 hash characters remains"));
    assert!(gone(28).contains("no hash character remains"));
}

#[test]
fn the_longest_postfix_is_found() {
    let long = "p".repeat(47);
    let longest = |class: &str, workload: &str| {
        longest_postfix(|postfix| check(&guide(postfix, class, workload)), &long).unwrap().len()
    };
    assert_eq!(longest("istio", "Deployment"), 33);
    assert_eq!(longest("kgateway", "Deployment"), 47);
    assert_eq!(longest("gke-l7-regional-external-managed", "Deployment"), 47);
    assert_eq!(longest("istio", "LeaderWorkerSet"), 21);

    let rows = check(&guide(&"p".repeat(34), "istio", "Deployment"));
    let gateway = format!("infra-{}-inference-gateway", "p".repeat(34));
    assert_eq!(
        errors(&rows, Some(&"p".repeat(33))),
        [
            format!("Gateway/{gateway}: proxy Service `{gateway}-istio` has 64 characters, 63 are allowed"),
            format!("the longest postfix that fits here has 33 characters: `{}`", "p".repeat(33)),
        ]
    );
    let release = check(&guide(&"p".repeat(48), "kgateway", "Deployment"));
    assert_eq!(find(&release, "Release", "release name").verdict, Verdict::Over);

    // Dashes at a cut are no postfix, and no postfix mends a name that does not hold it.
    let shorter = longest_postfix(
        |postfix| check(&guide(postfix, "istio", "Deployment")),
        &format!("{}-b", "p".repeat(32)),
    );
    assert_eq!(shorter, Some("p".repeat(32)));
    let fixed = stack(&"n".repeat(64), Vec::new());
    assert_eq!(longest_postfix(|_| check(&fixed), "blue"), None);
    assert!(errors(&check(&fixed), None)[1].starts_with("no shorter postfix helps"));
}

#[test]
fn labels_containers_and_ports_are_checked() {
    let long = "v".repeat(64);
    let pod = json!({
        "metadata": {"labels": {"app": long, "Bad_Prefix/x": "ok", "x y": "fine", "e": ""}},
        "spec": {
            "containers": [{"name": "Main", "ports": [{"name": "much-too-long-name"}, {"name": "80"}, {"name": "http"}]}],
            "initContainers": [{"name": "a.b"}],
        },
    });
    let objects = vec![
        json!({"kind": "Deployment", "metadata": {"name": "d"}, "spec": {"template": pod, "selector": {"matchLabels": {"app": "-x"}}}}),
        json!({"kind": "Service", "metadata": {"name": "1s"}, "spec": {"selector": {"app": "a/b"}, "ports": [{"name": "UP"}]}}),
        json!({"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"labels": {"x": "not a label!"}}}),
        json!({"kind": "RoleBinding", "metadata": {"name": "gmp-system:collector:x"}}),
        json!({"kind": "StatefulSet", "metadata": {"name": "s".repeat(53)}, "spec": {"replicas": 12}}),
        json!({"kind": "ReplicaSet", "metadata": {"name": "r".repeat(58)}}),
    ];
    let rows = check(&stack("ns", vec![(Part::Ms, "ms-x".to_owned(), objects)]));
    let said = errors(&rows, Some("x")).join("\n");
    for part in [
        &format!("Deployment/d: label value of app `{long}` has 64 characters, 63 are allowed"),
        "Deployment/d: label prefix `Bad_Prefix` holds `B`",
        "Deployment/d: label key `x y` holds ` `",
        "Deployment/d: container name `Main` holds `M`",
        "Deployment/d: container name `a.b` holds a dot",
        "Deployment/d: port name `much-too-long-name` has 18 characters, 15 are allowed",
        "Deployment/d: port name `80` holds no lower-case letter",
        "Deployment/d: label value of app `-x` does not begin and end",
        "Service/1s: name `1s` does not begin with a letter",
        "Service/1s: label value of app `a/b` holds `/`",
        "Service/1s: port name `UP` holds `U`",
        "has 53 characters, 52 are allowed",
        "has 64 characters, 63 are allowed",
    ] {
        assert!(said.contains(part), "{part}\n---\n{said}");
    }
    assert!(!said.contains("ConfigMap") && !said.contains("RoleBinding"));
    assert_eq!(find(&rows, "StatefulSet", "pod hostname").value, format!("{}-11", "s".repeat(53)));
    assert!(warning(&rows).unwrap().contains("the end of the ReplicaSet's name is lost"));
}

/// The real objects of every environment: nothing is refused, and the pods are as long as `charts.md` §10 says.
#[test]
fn the_golden_environments_fit() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden/environments");
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut seen = 0;
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".httproute") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let objects: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
        let rows =
            check(&stack(names::DEFAULT_NAMESPACE, vec![(Part::Infra, "infra-x".to_owned(), objects)]));
        assert!(errors(&rows, None).is_empty(), "{name}: {:?}", errors(&rows, None));
        let pods: Vec<usize> =
            rows.iter().filter(|row| row.what.ends_with("pod name")).map(|row| row.length).collect();
        let mut expected = vec![46, 63];
        match name.as_str() {
            "gke" | "gke_tpu" | "standalone" => {}
            "kgateway" | "agentgateway" => expected.push(61),
            _ => expected.push(63),
        }
        let sorted = |mut lengths: Vec<usize>| {
            lengths.sort_unstable();
            lengths
        };
        assert_eq!(sorted(pods), sorted(expected), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 11);
}
