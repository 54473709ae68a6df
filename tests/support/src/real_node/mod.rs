//! A real node of this machine: containerd, kubelet, kube-proxy and a name server, in namespaces of the test's own
//! ([`crate::namespaces`]). Its pods are processes that run images of a registry beside it.

mod containerd;
mod kubelet;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::api::has_condition;
use crate::command::Finished;
use crate::namespaces::{cgroup, node_environment};
use crate::processes::ProcessGroup;
use crate::registry::Registry;
use crate::tools::{self, Tool, Tools};
use crate::{ControlPlane, Crds, Options};

/// Of the node, by which its pods reach whatever runs beside them.
pub const ADDRESS: &str = "10.99.0.1";

const NAME: &str = "real";

/// A control plane with one node that runs its pods. All of it ends with this value.
pub struct RealNode {
    processes: ProcessGroup,
    tools: Tools,
    pub control_plane: ControlPlane,
    pub registry: Registry,
}

impl RealNode {
    /// Starts it; the caller runs inside of namespaces of its own.
    pub fn start() -> Self {
        let cgroup = cgroup().expect("a real node needs namespaces of its own");
        let tools =
            Tools::for_suite(&tools::GUIDE).expect("whoever made the namespaces has looked for the tools");
        let processes = ProcessGroup::new("node");
        let folder = processes.folder();
        set_up(&tools, folder, &cgroup);
        let registry = Registry::holding(&tools.path(Tool::Images), "0.0.0.0", 5000);
        let options = Options { nodes: Vec::new(), crds: Crds::All, address: Some(ADDRESS) };
        let control_plane =
            ControlPlane::start(&options).expect("the suite needs what a control plane needs");

        let socket = containerd::configure(&tools, folder, &registry.host_at(ADDRESS));
        let mut command = program(&tools, "usr/bin/containerd");
        processes.start("containerd", command.arg("--config").arg(folder.join("containerd.toml")));
        let configuration = folder.join("kubelet.json");
        let serving = control_plane.pki().server("kubelet-real", &[ADDRESS]);
        let authority = control_plane.pki().ca();
        let text = kubelet::configuration(folder, &cgroup, &socket, &serving, &authority);
        fs::write(&configuration, text.to_string()).expect("a configuration can be written");
        let mut command = kubebed(&tools, "kubelet");
        command.arg("--kubeconfig").arg(control_plane.kubeconfig_of("system:node:real", "system:nodes"));
        command.arg("--config").arg(configuration);
        command.arg("--root-dir").arg(folder.join("kubelet"));
        command.arg("--cert-dir").arg(folder.join("kubelet-pki"));
        command.arg(format!("--hostname-override={NAME}")).arg(format!("--node-ip={ADDRESS}"));
        processes.start("kubelet", &mut command);
        let mut command = kubebed(&tools, "kube-proxy");
        command.arg("--kubeconfig").arg(control_plane.kubeconfig_of("system:kube-proxy", "system:masters"));
        processes.start("kube-proxy", command.args(kubelet::PROXY_FLAGS));
        let corefile = folder.join("Corefile");
        let kubeconfig = control_plane.kubeconfig_of("coredns", "system:masters");
        fs::write(&corefile, name_server(&kubeconfig)).expect("a configuration can be written");
        let mut command = Command::new(tools.path(Tool::CoreDns));
        processes.start("coredns", command.arg("-conf").arg(corefile));

        control_plane.wait_for("the node to be ready", &format!("/api/v1/nodes/{NAME}"), |node| {
            processes.assert_alive();
            has_condition(node, "Ready") && node["spec"]["taints"].is_null()
        });
        Self { processes, tools, control_plane, registry }
    }

    /// Lets the node fetch an image anew when a pod next asks for it.
    pub fn forget_image(&self, reference: &str) {
        let mut command = program(&self.tools, "usr/bin/ctr");
        command.arg("--address").arg(self.processes.folder().join(containerd::SOCKET));
        Finished::run(command.args(["--namespace", "k8s.io", "images", "rm", "--sync", reference]), "")
            .success();
    }

    /// Installs istiod by its chart and waits until it answers for Gateways.
    pub fn install_istio(&self) {
        let chart = self.tools.path(Tool::IstiodChart);
        let values = self.control_plane.folder().join("istiod.yaml");
        fs::write(&values, ISTIOD).expect("the values can be written");
        let (chart, values) = (chart.to_string_lossy(), values.to_string_lossy());
        let namespace = ["--namespace=istio-system", "--create-namespace"];
        let arguments = ["install", "istiod", &chart, "--values", &values];
        self.control_plane.helm(&[arguments.as_slice(), &namespace].concat()).success();
        self.control_plane.wait_for(
            "GatewayClass istio to be accepted",
            "/apis/gateway.networking.k8s.io/v1/gatewayclasses/istio",
            |class| has_condition(class, "Accepted"),
        );
    }
}

/// Three of istiod's filters are not in an Envoy of Envoy's own; Services of Gateways have no load balancer here.
const ISTIOD: &str = "
global: {hub: docker.io/istio, tag: 1.31-dev}
env:
  ENABLE_GATEWAY_API_INFERENCE_EXTENSION: 'true'
  PILOT_ENABLE_METADATA_EXCHANGE: 'false'
  PILOT_ENABLE_ALPN_FILTER: 'false'
meshConfig: {defaultProviders: {metrics: []}}
autoscaleEnabled: false
gatewayClasses: {istio: {service: {spec: {type: ClusterIP}}}}
";

/// The network, the mounts and the cgroup.
fn set_up(tools: &Tools, folder: &Path, cgroup: &str) {
    let mut command = Command::new("sh");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/node/machine.sh");
    let command = node_environment(&mut command, tools);
    Finished::run(command.arg(script).arg(folder).arg(cgroup), "").success();
}

fn kubebed(tools: &Tools, part: &str) -> Command {
    let mut command = Command::new(tools.path(Tool::Kubebed));
    command.arg(part);
    node_environment(&mut command, tools);
    command
}

fn program(tools: &Tools, path: &str) -> Command {
    let mut command = Command::new(tools.path(Tool::Node).join(path));
    node_environment(&mut command, tools);
    command
}

fn name_server(kubeconfig: &Path) -> String {
    let kubeconfig = kubeconfig.display();
    format!(
        ".:53 {{\n  bind {ADDRESS}\n  errors\n  ready {ADDRESS}:8181\n  cache 5\n  \
         kubernetes cluster.local in-addr.arpa {{\n    kubeconfig {kubeconfig}\n    ttl 5\n  }}\n}}\n"
    )
}
