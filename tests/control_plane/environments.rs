//! The whole life of every environment of the guide: from nothing to ready, changed, back, verified, to nothing again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::front_door::{MODEL, Picking, Stack};
use crate::harness::{ENVIRONMENTS, Site, cluster, documents};
use crate::verify::{GATEWAY, SIDECAR, guarded, skipped, until_these_fail};
use crate::world::{names, settled, snapshot, versions};

const MS: &str = "ms-inference-scheduling";
const DECODE: &str = "ms-inference-scheduling-llm-d-modelservice-decode";

/// How requests get in.
#[derive(Clone, Copy)]
enum Way {
    /// By the pods of the Gateway, to which the API server forwards.
    Gateway,
    /// By the proxy beside the picker.
    Sidecar,
    /// By a cloud's load balancer, which is not here: its part is played by an address.
    LoadBalancer,
}

/// What of an environment is not as in all others.
struct Environment {
    name: &'static str,
    model: &'static str,
    way: Way,
}

/// Built-in environments without a life on a cluster.
const LEFT_OUT: [(&str, &str); 2] = [
    ("bare", "the charts' own defaults, which no part of the guide applies"),
    ("local", "processes on this machine: tests/local"),
];

impl Environment {
    fn live(&self) {
        let Some(cluster) = cluster() else { return };
        let site = Site::new(cluster, &self.name.replace('_', "-"));
        if self.name == "gaudi" {
            cluster.bound_claim(&site.namespace, "model-pvc");
        }
        let before = settled(&site);
        let line = format!("-e {}", self.name);
        let rendered = site.rendered(&line);

        is_applied(&site, &line, &rendered);
        helm_reads_the_records(&site, self.name, &rendered);
        a_second_apply_changes_nothing(&site, &line);
        a_change_is_applied_and_taken_back(&site, &line);
        self.serves(&site, &line);

        let report = site.destroy(&line);
        assert_eq!(report["removed"].as_array().unwrap().len(), rendered.len());
        assert_eq!(report["namespaceRemoved"], false);
        let after = site.eventually("nothing but what was there before", || {
            let after = snapshot(&site);
            (after.len() <= before.len()).then_some(after)
        });
        assert_eq!(names(&after), names(&before));
    }

    /// Real parts stand behind the pods' ports: every check passes.
    fn serves(&self, site: &Site<'_>, line: &str) {
        let Some(stack) = Stack::of(site, self.model, Picking::ByPrefix) else { return };
        let (_door, metrics) = guarded(site, &stack);
        let (entry, url) = match self.way {
            Way::Gateway => (GATEWAY, String::new()),
            Way::Sidecar => (SIDECAR, String::new()),
            Way::LoadBalancer => (GATEWAY, format!("--url http://{}", stack.proxy)),
        };
        stack.attach(site, entry, metrics);
        let (report, _) = until_these_fail(site, &format!("{line} {url}"), &[]);
        let alone = if stack.servers.len() == 1 { &["different-prefixes"][..] } else { &[] };
        assert_eq!(skipped(&report), [&["processes"], alone].concat(), "{report:#}");
        assert_eq!(report["model"], self.model);
    }
}

/// Everything is made, and gets ready.
fn is_applied(site: &Site<'_>, line: &str, rendered: &[Value]) {
    let report = site.apply(line);
    assert_eq!(report["objects"].as_array().unwrap().len(), rendered.len());
    assert!(report["objects"].as_array().unwrap().iter().all(|object| object["action"] == "created"));
    assert_eq!(report["namespaceCreated"], false);
    site.assert_ready(line);
    let list = site.object("apis/apps/v1/deployments", "").unwrap();
    let deployments = list["items"].as_array().unwrap();
    assert!(deployments.len() >= 2, "the scheduler's and the model servers'");
    for deployment in deployments {
        assert_eq!(
            deployment["status"]["availableReplicas"], deployment["spec"]["replicas"],
            "{}",
            deployment["metadata"]["name"]
        );
    }
}

fn helm_reads_the_records(site: &Site<'_>, environment: &str, rendered: &[Value]) {
    let helm = |arguments: &[&str]| site.cluster.helm(&[arguments, &["-n", &site.namespace]].concat());
    let mut charts = vec![
        ("gaie-inference-scheduling", "inferencepool-v1.3.0"),
        ("infra-inference-scheduling", "llm-d-infra-v1.3.6"),
        (MS, "llm-d-modelservice-v0.3.17"),
    ];
    charts.retain(|(name, _)| environment != "standalone" || !name.starts_with("infra"));
    let list = helm(&["list", "-o", "json"]).json();
    let listed: Vec<(&str, &str, &str, &str)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|release| {
            let text = |key: &str| release[key].as_str().unwrap();
            (text("name"), text("chart"), text("status"), text("revision"))
        })
        .collect();
    let expected: Vec<_> = charts.iter().map(|(name, chart)| (*name, *chart, "deployed", "1")).collect();
    assert_eq!(listed, expected);

    let mut recorded = Vec::new();
    for (release, _) in charts {
        recorded.extend(documents(&helm(&["get", "manifest", release]).success()));
    }
    assert_eq!(by_name(&recorded), by_name(rendered));
}

fn by_name(objects: &[Value]) -> BTreeMap<String, &Value> {
    let name = |object: &Value| format!("{} {}", object["kind"], object["metadata"]["name"]);
    let named: BTreeMap<_, _> = objects.iter().map(|object| (name(object), object)).collect();
    assert_eq!(named.len(), objects.len(), "an object stands twice");
    named
}

fn a_second_apply_changes_nothing(site: &Site<'_>, line: &str) {
    let before = settled(site);
    let mark = site.cluster.audit_mark();
    assert_eq!(site.llmd(&format!("diff --exit-code {line}")).success().stdout, "");
    let report = site.apply(line);
    assert!(report["objects"].as_array().unwrap().iter().all(|object| object["action"] == "unchanged"));
    for release in report["releases"].as_array().unwrap() {
        assert_eq!((&release["change"], &release["revision"]), (&json!("unchanged"), &json!(1)));
    }
    assert_eq!(versions(&snapshot(site)), versions(&before));
    let writes = site.writes_since(mark);
    assert!(writes.is_empty(), "{writes:#?}");
}

/// One value changes one Deployment, and a rollback is as if nothing had been.
fn a_change_is_applied_and_taken_back(site: &Site<'_>, line: &str) {
    let changed = format!("{line} --replicas 3");
    let said = site.llmd(&format!("diff --exit-code {changed}")).exits(3).stdout;
    assert!(said.contains("spec.replicas: ") && said.contains(" → 3\n"), "{said}");
    let report = site.apply(&changed);
    let objects = report["objects"].as_array().unwrap().iter();
    let touched: Vec<_> = objects.filter(|object| object["action"] != "unchanged").collect();
    assert_eq!((touched.len(), &touched[0]["name"]), (1, &json!(DECODE)), "{report:#}");
    site.assert_ready(line);

    let report = site.llmd(&format!("rollback --yes -o json {line}")).json();
    let restored = &report["releases"][0];
    assert_eq!((&report["verdict"], &restored["name"]), (&json!("ready"), &json!(MS)), "{report:#}");
    assert_eq!((&restored["restores"], &restored["revision"]), (&json!(1), &json!(3)), "{report:#}");
    site.assert_ready(line);
    assert_eq!(site.llmd(&format!("diff --exit-code {line}")).success().stdout, "");
}

macro_rules! environments {
    ($($name:ident $model:expr, $way:ident;)*) => {
        $(
            #[test]
            fn $name() {
                Environment { name: stringify!($name), model: $model, way: Way::$way }.live();
            }
        )*
        #[test]
        fn none_is_forgotten() {
            assert_eq!(ENVIRONMENTS, [$(stringify!($name)),*]);
            let mut known: Vec<String> =
                llmd::environment::catalog::list().unwrap().into_iter().map(|listed| listed.name).collect();
            known.retain(|name| LEFT_OUT.iter().all(|(left_out, _)| name != left_out));
            known.sort();
            let mut lived = ENVIRONMENTS;
            lived.sort_unstable();
            assert_eq!(known, lived, "beside {LEFT_OUT:?}");
        }
    };
}

environments! {
    istio MODEL, Gateway;
    kgateway MODEL, Gateway;
    agentgateway MODEL, Gateway;
    gke MODEL, LoadBalancer;
    gke_tpu "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8", LoadBalancer;
    xpu "Qwen/Qwen3-0.6B", Gateway;
    gaudi "meta-llama/Llama-3.1-8B-Instruct", Gateway;
    cpu "meta-llama/Llama-3.2-3B-Instruct", Gateway;
    digitalocean "Qwen/Qwen3-0.6B", Gateway;
    standalone MODEL, Sidecar;
}
