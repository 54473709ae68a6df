//! The cluster, and llmd as its user runs it.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use test_support::{Finished, RealNode, eventually, http_client};

use crate::programs;
use crate::schema;

/// Upstream's picker, as the registry has it.
pub(crate) const UPSTREAM: &str = "registry.k8s.io/gateway-api-inference-extension/epp:v1.3.0";

pub(crate) struct Guide {
    pub(crate) node: RealNode,
    home: TempDir,
    pub(crate) scheduler: String,
    simulator: String,
}

/// A deployment of the guide in a namespace of its own.
pub(crate) struct Deployed<'a> {
    guide: &'a Guide,
    pub(crate) namespace: &'static str,
    environment: &'static str,
}

impl Guide {
    pub(crate) fn start() -> Self {
        let node = RealNode::start();
        node.install_istio();
        let reference = |name: &str| format!("{}/llmd/llmd-{name}:test", node.registry.host());
        let (scheduler, simulator) = (reference("scheduler"), reference("simulator"));
        let guide = Self { node, home: TempDir::new().unwrap(), scheduler, simulator };
        for (name, reference) in [("scheduler", &guide.scheduler), ("simulator", &guide.simulator)] {
            let binary = programs::path(name);
            guide.llmd(&["image", "build", name, "--binary", binary.to_str().unwrap()]).success();
            guide.llmd(&["image", "push", reference]).success();
        }
        guide
    }

    pub(crate) fn llmd(&self, arguments: &[&str]) -> Finished {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmd"));
        command.args(arguments).current_dir(self.home.path()).env_clear();
        command.env("HOME", self.home.path()).env("KUBECONFIG", self.node.control_plane.kubeconfig());
        let finished = Finished::run(&mut command, "");
        schema::check(arguments, &finished.stdout);
        finished
    }

    /// Applies an environment with this picker and three simulators.
    pub(crate) fn apply(
        &self,
        environment: &'static str,
        namespace: &'static str,
        picker: &str,
        more: &[&str],
    ) -> Deployed<'_> {
        let simulate = format!("--simulate={}", self.simulator);
        self.node.control_plane.kubectl(&["create", "namespace", namespace]).success();
        let stack = ["-e", environment, "-n", namespace, "--postfix", "blue"];
        let images = ["--scheduler-image", picker, &simulate, "--replicas", "3", "--timeout", "3m", "--yes"];
        let applied = self.llmd(&[&["apply"], stack.as_slice(), images.as_slice(), more].concat());
        print!("{}", last_lines(&applied.stderr, 3));
        applied.success();
        let deployed = Deployed { guide: self, namespace, environment };
        // That its pods are ready has yet to reach the proxies.
        eventually("the front door to answer", Duration::from_secs(180), || deployed.answers().then_some(()));
        deployed
    }

    /// For whoever wants to look around.
    pub(crate) fn shell(&self) {
        println!("scheduler {}, simulator {}", self.scheduler, self.simulator);
        let mut shell = Command::new("sh");
        shell.env("KUBECONFIG", self.node.control_plane.kubeconfig()).status().unwrap();
    }

    /// What a failed case leaves to look at.
    pub(crate) fn tell_pods(&self) {
        let kubectl = |arguments: &[&str]| self.node.control_plane.kubectl(arguments).stdout;
        print!("{}", kubectl(&["get", "pods", "-A", "-o", "wide"]));
        let events = kubectl(&["get", "events", "-A", "--sort-by=.lastTimestamp"]);
        print!("{}", last_lines(&events, 25));
    }
}

impl Deployed<'_> {
    /// Where its requests go.
    pub(crate) fn front_door(&self) -> String {
        let namespace = self.namespace;
        match self.environment {
            "standalone" => format!("http://gaie-blue-epp.{namespace}.svc.cluster.local:8081"),
            _ => format!("http://infra-blue-inference-gateway-istio.{namespace}.svc.cluster.local"),
        }
    }

    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Finished {
        let namespaced = [&["-n", self.namespace], arguments].concat();
        self.guide.node.control_plane.kubectl(&namespaced)
    }

    fn answers(&self) -> bool {
        let request = http_client().get(format!("{}/v1/models", self.front_door())).send();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(request).is_ok_and(|answer| answer.status().is_success())
    }

    /// The user's next steps: all of them must go well.
    pub(crate) fn is_as_the_guide_says(&self) {
        let front_door = self.front_door();
        let stack = ["-e", self.environment, "-n", self.namespace, "--postfix", "blue"];
        let ready = self.guide.llmd(&[&["status", "-o", "json"], stack.as_slice()].concat()).json();
        assert_eq!(ready["ready"], true, "{ready:#}");

        // Through the API server, which sees all of it, and as a client of the front door.
        for place in [stack.as_slice(), &["--url", &front_door]] {
            let verified = self.guide.llmd(&[&["verify", "-o", "json"], place].concat());
            let report: Value = serde_json::from_str(&verified.stdout).unwrap_or_default();
            let count = |result: &str| {
                let checks = report["checks"].as_array().into_iter().flatten();
                checks.filter(|check| check["result"] == result).count()
            };
            println!("  verify {}: {} passed, {} skipped", place[0], count("passed"), count("skipped"));
            verified.success();
        }

        let load = ["--stages", "4x10s", "--set", "workload.groups=4", "-o", "json"];
        let report = self.guide.llmd(&[&["bench", "--url", &front_door], load.as_slice()].concat()).json();
        let overall = &report["overall"];
        println!(
            "  bench: {} of {} answered, hits {}",
            overall["succeeded"], overall["requests"], overall["hit_share"]
        );
        assert_eq!(overall["succeeded"], overall["requests"]);
        assert!(overall["hit_share"].as_f64().is_some_and(|share| share > 0.3), "{overall:#}");

        let answer = self.guide.llmd(&["ask", "--url", &front_door, "What does a scheduler do?"]);
        assert!(!answer.success().trim().is_empty());
    }

    /// Destroys it; nothing of it may be left.
    pub(crate) fn destroy(self) {
        self.guide
            .llmd(&["destroy", "-e", self.environment, "-n", self.namespace, "--postfix", "blue", "--yes"])
            .success();
        let kinds = "deployments,replicasets,pods,services,configmaps,secrets,serviceaccounts,roles,rolebindings,\
                     gateways,httproutes,inferencepools,destinationrules,podmonitors,servicemonitors,leases";
        eventually("everything to be gone", Duration::from_secs(150), || {
            let left = self.kubectl(&["get", kinds, "-o", "name"]).success();
            // Those that every namespace has.
            let own = [
                "configmap/kube-root-ca.crt",
                "configmap/istio-ca-root-cert",
                "configmap/istio-ca-crl",
                "serviceaccount/default",
            ];
            left.lines().all(|line| own.contains(&line)).then_some(())
        });
        self.guide
            .node
            .control_plane
            .kubectl(&["delete", "namespace", self.namespace, "--wait=false"])
            .success();
    }
}

pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.lines().collect();
    let first = lines.len().saturating_sub(count);
    lines[first..].iter().fold(String::new(), |text, line| text + "  " + line + "\n")
}
