//! The command lines of the parts of a control plane.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pki::Pki;
use crate::ports::free_port;
use crate::tools::{Tool, Tools};

/// Every port is one of the loopback address.
pub(super) struct Ports {
    etcd: u16,
    etcd_peer: u16,
    api_server: u16,
    kubelet: u16,
}

/// What the command lines have in common.
pub(super) struct Components<'a> {
    tools: &'a Tools,
    folder: &'a Path,
    pki: &'a Pki,
    ports: Ports,
    /// By which pods reach the API server, if there is one.
    address: Option<&'static str>,
    /// The private key that signs tokens of service accounts, and the public one.
    token_keys: (PathBuf, PathBuf),
}

impl<'a> Components<'a> {
    pub(super) fn new(
        tools: &'a Tools,
        folder: &'a Path,
        pki: &'a Pki,
        address: Option<&'static str>,
    ) -> Self {
        let ports = Ports {
            etcd: free_port(),
            etcd_peer: free_port(),
            api_server: free_port(),
            kubelet: free_port(),
        };
        Self { tools, folder, pki, ports, address, token_keys: pki.token_keys() }
    }

    pub(super) fn server_url(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.api_server)
    }

    pub(super) fn etcd_folder(&self) -> PathBuf {
        self.folder.join("etcd")
    }

    pub(super) fn etcd(&self) -> Command {
        let client = format!("http://127.0.0.1:{}", self.ports.etcd);
        let peer = format!("http://127.0.0.1:{}", self.ports.etcd_peer);
        let mut command = self.kubebed("etcd");
        // Without fsync: what a test stores need not survive a power failure.
        command.args(["--name=testbed", "--unsafe-no-fsync", "--log-level=warn", "--logger=zap"]);
        command.arg(flag("data-dir", &self.etcd_folder()));
        command.arg(format!("--listen-client-urls={client}"));
        command.arg(format!("--advertise-client-urls={client}"));
        command.arg(format!("--listen-peer-urls={peer}"));
        command.arg(format!("--initial-advertise-peer-urls={peer}"));
        command.arg(format!("--initial-cluster=testbed={peer}"));
        command
    }

    pub(super) fn api_server(&self) -> Command {
        let serving = self.pki.server(
            "kube-apiserver",
            &[
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                "127.0.0.1",
                "10.96.0.1",
            ],
        );
        let kubelet_client = self.pki.client("kube-apiserver-kubelet", "system:masters");
        let mut command = self.kubebed("kube-apiserver");
        command.args([
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            "--kubelet-preferred-address-types=InternalIP,Hostname",
            "--shutdown-delay-duration=0s",
            "--profiling=false",
        ]);
        if let Some(address) = self.address {
            command.args(["--bind-address=0.0.0.0", "--endpoint-reconciler-type=lease"]);
            command.arg(format!("--advertise-address={address}"));
        } else {
            command.args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"]);
            // The endpoint would be a loopback address, which Endpoints may not hold.
            command.arg("--endpoint-reconciler-type=none");
        }
        command.arg(format!("--etcd-servers=http://127.0.0.1:{}", self.ports.etcd));
        command.arg(format!("--secure-port={}", self.ports.api_server));
        command.arg(flag("tls-cert-file", &serving.certificate));
        command.arg(flag("tls-private-key-file", &serving.key));
        command.arg(flag("client-ca-file", &self.pki.ca()));
        command.arg(flag("service-account-key-file", &self.token_keys.1));
        command.arg(flag("service-account-signing-key-file", &self.token_keys.0));
        command.arg(flag("kubelet-client-certificate", &kubelet_client.certificate));
        command.arg(flag("kubelet-client-key", &kubelet_client.key));
        command.arg(flag("kubelet-certificate-authority", &self.pki.ca()));
        command
    }

    pub(super) fn audited_api_server(&self, policy: &Path, log: &Path) -> Command {
        let mut command = self.api_server();
        command.arg(flag("audit-policy-file", policy)).arg(flag("audit-log-path", log));
        command
    }

    pub(super) fn controller_manager(&self, kubeconfig: &Path) -> Command {
        let mut command = self.kubebed("kube-controller-manager");
        command.args([
            "--leader-elect=false",
            "--secure-port=0",
            "--use-service-account-credentials=false",
            "--pvclaimbinder-sync-period=1s",
            // Nobody marks the pods of a node ready again that was once taken for lost.
            "--node-monitor-grace-period=24h",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
        ]);
        command.arg(flag("kubeconfig", kubeconfig));
        command.arg(flag("service-account-private-key-file", &self.token_keys.0));
        command.arg(flag("root-ca-file", &self.pki.ca()));
        command.arg(flag("cluster-signing-cert-file", &self.pki.ca()));
        command.arg(flag("cluster-signing-key-file", &self.pki.ca_key()));
        command
    }

    pub(super) fn scheduler(&self, kubeconfig: &Path) -> Command {
        let mut command = self.kubebed("kube-scheduler");
        command.args([
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
        ]);
        command.arg(flag("kubeconfig", kubeconfig));
        command
    }

    /// With the kinds of its own that can be made at any time, where the cluster knows them.
    pub(super) fn kwok(&self, kubeconfig: &Path, config: &Path, has_crds: bool) -> Command {
        let serving = self.pki.server("kubelet", &["127.0.0.1"]);
        let mut command = self.command(Tool::Kwok);
        command.args([
            "--manage-all-nodes=false",
            "--manage-nodes-with-label-selector=type=kwok",
            // Without it kwok makes no leases, and the nodes are taken for lost.
            "--node-lease-duration-seconds=40",
            "--cidr=10.244.0.0/16",
            "--node-ip=127.0.0.1",
        ]);
        command.arg(flag("kubeconfig", kubeconfig));
        command.arg(flag("config", config));
        if has_crds {
            command.arg("--enable-crds=PortForward,Logs");
        }
        command.arg(format!("--node-port={}", self.ports.kubelet));
        command.arg(format!("--server-address=127.0.0.1:{}", self.ports.kubelet));
        command.arg(flag("tls-cert-file", &serving.certificate));
        command.arg(flag("tls-private-key-file", &serving.key));
        command
    }

    fn kubebed(&self, part: &str) -> Command {
        let mut command = self.command(Tool::Kubebed);
        command.arg(part);
        command
    }

    /// Without the caller's environment: proxies in it would lead calls between the parts astray.
    pub(super) fn command(&self, tool: Tool) -> Command {
        let mut command = Command::new(self.tools.path(tool));
        command.env_clear().env("HOME", self.folder);
        command
    }
}

fn flag(name: &str, file: &Path) -> String {
    format!("--{name}={}", file.display())
}
