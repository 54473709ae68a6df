//! For each check of `verify`, a stack that is broken in just that way: it fails just that check.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::broken_doors::broken_doors;
use crate::door::{Door, Fault, Reply, is_page_of_metrics, knows_one, without};
use crate::front_door::{MODEL, Picking, Stack, pods};
use crate::harness::{Run, Site, cluster};
use crate::verify::{GATEWAY, SIDECAR, guarded, until_these_fail, verify};

/// Three model servers and two pickers, so that one of them can be missed.
const LINE: &str = "-e istio --replicas 3 --set gaie.inferenceExtension.replicas=2";
const MONITOR: &str = "servicemonitor/gaie-inference-scheduling-epp-monitor";
const POOLS: &str = "apis/inference.networking.k8s.io/v1/inferencepools";

/// A stack that passes every check.
struct Ground {
    site: Site<'static>,
    stack: Stack,
    /// The picker's page of metrics.
    metrics: SocketAddr,
    _door: Option<Door>,
}

impl Ground {
    fn prepare(prefix: &str) -> Option<Self> {
        let site = Site::new(cluster()?, prefix);
        site.apply(LINE);
        let stack = Stack::start(&site)?;
        let (door, metrics) = guarded(&site, &stack);
        let ground = Self { site, stack, metrics, _door: door };
        ground.attach();
        Some(ground)
    }

    /// Leads every port where it shall lead.
    fn attach(&self) {
        self.stack.attach(&self.site, GATEWAY, self.metrics);
    }

    /// Leads a model server's port through a door.
    fn before_server(&self, index: usize, fault: Fault) -> Door {
        let (pod, address) = &self.stack.servers[index];
        let (door, address) = self.stack.door(*address, fault);
        self.site.cluster.forward(&self.site.namespace, pod, &[(8000, address)]);
        door
    }

    /// Leads the port of the pickers' metrics through a door.
    fn before_metrics(&self, fault: Fault) -> Door {
        let (door, address) = self.stack.door(self.stack.metrics, fault);
        self.stack.attach(&self.site, GATEWAY, address);
        door
    }

    /// Leads the gateway's port elsewhere.
    fn gateway_to(&self, address: SocketAddr) {
        for pod in pods(&self.site, GATEWAY.0) {
            self.site.cluster.forward(&self.site.namespace, &pod, &[(GATEWAY.1, address)]);
        }
    }

    fn change(&self, object: &str, patch: &Value) {
        let arguments =
            ["patch", "-n", &self.site.namespace, object, "--type=merge", "-p", &patch.to_string()];
        self.site.cluster.kubectl(&arguments).success();
    }

    /// Sets whether the first pod of a label is ready.
    fn set_ready(&self, label: &str, is_ready: bool) {
        let status = if is_ready { "True" } else { "False" };
        let patch = json!({"status": {"conditions": [
            {"type": "Ready", "status": status}, {"type": "ContainersReady", "status": status},
        ]}});
        let (pod, patch) = (pods(&self.site, label).remove(0), patch.to_string());
        let arguments =
            ["patch", "-n", &self.site.namespace, "pod", &pod, "--subresource=status", "--type=merge"];
        self.site.cluster.kubectl(&[&arguments[..], &["-p", &patch]].concat()).success();
    }
}

/// A check, and what makes it fail.
struct Control {
    check: &'static str,
    /// More flags of the run.
    flags: &'static str,
    /// What the finding and its cause hold.
    says: [&'static str; 2],
    /// What it gives has to be kept while the stack is broken.
    breaks: fn(&Ground) -> Option<Door>,
    mends: fn(&Ground),
}

const OBJECTS: [Control; 3] = [
    Control {
        check: "releases",
        flags: "",
        says: ["spec.jobLabel", "somebody has changed"],
        breaks: |ground| {
            ground.change(MONITOR, &json!({"spec": {"jobLabel": "another"}}));
            None
        },
        mends: |ground| {
            ground.change(MONITOR, &json!({"spec": {"jobLabel": "gaie-inference-scheduling-epp"}}));
        },
    },
    Control {
        check: "objects",
        flags: "",
        says: ["Deployment/gaie-inference-scheduling-epp: 1/2 ready", ""],
        breaks: |ground| {
            ground.set_ready(SIDECAR.0, false);
            None
        },
        mends: |ground| ground.set_ready(SIDECAR.0, true),
    },
    Control {
        check: "topology",
        flags: "",
        says: ["InferencePool/rival selects the model pods", "two pickers"],
        breaks: |ground| {
            let mut rival = ground.site.object(POOLS, "gaie-inference-scheduling").unwrap();
            rival["metadata"] = json!({"name": "rival"});
            ground.site.cluster.apply(&ground.site.namespace, &[rival]);
            None
        },
        mends: |ground| {
            let rival = ["delete", "-n", &ground.site.namespace, "inferencepool", "rival"];
            ground.site.cluster.kubectl(&rival).success();
        },
    },
];

const PARTS: [Control; 5] = [
    Control {
        check: "servers",
        flags: "",
        says: ["-decode-", ""],
        breaks: |ground| {
            let sick = Fault::answer(
                |asked| asked.uri().path() == "/health",
                |reply| *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
            );
            Some(ground.before_server(1, sick))
        },
        mends: Ground::attach,
    },
    Control {
        check: "server-metrics",
        flags: "",
        says: ["has no vllm:kv_cache_usage_perc", ""],
        breaks: |ground| {
            let blind =
                Fault::answer(is_page_of_metrics, |reply| without(reply, &["vllm:kv_cache_usage_perc"]));
            Some(ground.before_server(2, blind))
        },
        mends: Ground::attach,
    },
    Control {
        check: "picker-counts",
        flags: "",
        says: ["moved by 0", "requests go past the picker"],
        breaks: |ground| {
            let requests = ["inference_objective_request_total", "llm_d_epp_request_total"];
            let mute = Fault::answer(is_page_of_metrics, move |reply| without(reply, &requests));
            Some(ground.before_metrics(mute))
        },
        mends: Ground::attach,
    },
    Control {
        check: "ready-endpoints",
        flags: "",
        says: ["is 1, of 3 model servers", ""],
        breaks: |ground| Some(ground.before_metrics(Fault::answer(is_page_of_metrics, knows_one))),
        mends: Ground::attach,
    },
    Control {
        check: "first-token",
        flags: "--max-ttft 1ms",
        says: ["not within 1 ms", ""],
        breaks: |_| None,
        mends: |_| (),
    },
];

/// Schedulers that pick otherwise.
const PICKERS: [(&str, &str, Picking); 2] = [
    ("same-prefix", "of 12 with one prefix", Picking::ByQueue),
    ("burst", "nothing went to ", Picking::LeavesOneOut),
];

/// The finding of a check that failed.
fn finding<'a>(report: &'a Value, check: &str) -> &'a Value {
    report["checks"].as_array().unwrap().iter().find(|row| row["check"] == check).unwrap()
}

#[track_caller]
fn assert_says(report: &Value, check: &str, what: &str, cause: &str) {
    let finding = finding(report, check);
    assert!(finding["what"].as_str().unwrap().contains(what), "{finding:#}");
    assert!(finding["cause"].as_str().unwrap_or_default().contains(cause), "{finding:#}");
}

fn each_fails_its_own_check(ground: &Ground, controls: &[Control]) {
    for Control { check, flags, says: [what, cause], breaks, mends } in controls {
        let door = breaks(ground);
        let (report, _) = until_these_fail(&ground.site, &format!("-e istio {flags}"), &[*check]);
        assert_says(&report, check, what, cause);
        mends(ground);
        drop(door);
    }
}

#[test]
fn faults_of_objects() {
    let Some(ground) = Ground::prepare("faulty-objects") else { return };
    each_fails_its_own_check(&ground, &OBJECTS);
}

#[test]
fn faults_of_the_parts_behind_the_front_door() {
    let Some(ground) = Ground::prepare("faulty-parts") else { return };
    each_fails_its_own_check(&ground, &PARTS);
}

#[test]
fn faults_of_the_front_door() {
    let Some(ground) = Ground::prepare("faulty-doors") else { return };
    for (check, words, fault) in broken_doors() {
        let (_door, address) = ground.stack.door(ground.stack.proxy, fault);
        ground.gateway_to(address);
        let check = check.to_string();
        let (report, _) = until_these_fail(&ground.site, "-e istio", &[&check]);
        assert_says(&report, &check, words, "");
    }
}

#[test]
fn faults_of_the_picker() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "faulty-pickers");
    site.apply("-e standalone --replicas 3");
    for (check, words, picking) in PICKERS {
        let Some(stack) = Stack::of(&site, MODEL, picking) else { return };
        stack.attach(&site, SIDECAR, stack.metrics);
        let (report, _) = until_these_fail(&site, "-e standalone", &[check]);
        assert_says(&report, check, words, "the picker does not");
    }
}

#[test]
fn every_check_has_its_control() {
    let Some(cluster) = cluster() else { return };
    let site = Site::without_namespace(cluster, "listed");
    let list = site.llmd("verify --list -o json").json();
    let names = list.as_array().unwrap().iter().map(|row| row["check"].as_str().unwrap().to_owned());
    // Processes are known on one's own machine only.
    let wanted: BTreeSet<String> = names.filter(|name| name != "processes").collect();
    let controls = OBJECTS.iter().chain(&PARTS).map(|control| control.check.to_owned());
    let pickers = PICKERS.iter().map(|(check, ..)| (*check).to_owned());
    let doors = broken_doors().into_iter().map(|(check, ..)| check.to_string());
    assert_eq!(controls.chain(pickers).chain(doors).collect::<BTreeSet<_>>(), wanted);
}

/// Faults that more than one check sees: the cause is told by those that see it.
#[test]
fn faults_of_the_gateway() {
    let Some(ground) = Ground::prepare("faulty-gateways") else { return };
    let Ground { site, stack, .. } = &ground;
    // It goes past the picker.
    ground.gateway_to(stack.servers[0].1);
    let bypass = ["picker-header", "picker-counts", "different-prefixes", "burst"];
    let (report, _) = until_these_fail(site, "-e istio", &bypass);
    assert_says(&report, "picker-header", "is not there", "requests go past the picker");

    // It does not speak TLS to the picker: the objects say why it answers as it does.
    let is_request = |asked: &crate::door::Asked| (asked.method() == Method::POST).then(internal_error);
    let (_door, address) = stack.door(stack.proxy, Fault::instead(is_request));
    ground.gateway_to(address);
    let rule = ["delete", "-n", &site.namespace, "destinationrule", "gaie-inference-scheduling-epp"];
    site.cluster.kubectl(&rule).success();
    let (_, report, said) = verify(site, "-e istio");
    assert_says(&report, "releases", "DestinationRule/gaie-inference-scheduling-epp: is missing", "");
    assert_says(&report, "topology", "no DestinationRule has the host", "the picker speaks TLS");
    assert_says(&report, "completion", "answered by 500", "the picker speaks TLS and no DestinationRule");
    assert!(said.contains("llmd apply"), "{said}");
    site.apply(LINE);

    // Nobody is behind its Service.
    ground.set_ready(GATEWAY.0, false);
    let service = "no pod behind Service/infra-inference-scheduling-inference-gateway-istio:80 is ready";
    site.eventually("nobody to ask", || {
        let run: Run = site.llmd("ask -e istio Hello");
        (run.code == Some(7) && run.stderr.contains(service)).then_some(())
    });
    let (code, report, _) = verify(site, "-e istio");
    assert_eq!(code, Some(5));
    assert_says(&report, "models", "the front door cannot be reached", service);
    assert_eq!(finding(&report, "servers")["result"], "passed");
}

fn internal_error() -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    reply
}
