//! A Kubernetes control plane of this machine's own processes.

mod components;
mod prepared;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use kube::Client;
use serde_json::{Value, json};

use self::components::Components;
pub(crate) use self::prepared::copy_folder;
use crate::api::{Api, has_condition};
use crate::audit::{self, AuditEvent, AuditMark};
use crate::command::Finished;
use crate::nodes::{self, Node};
use crate::patience::eventually;
use crate::pki::{Issued, Pki};
use crate::ports::free_port;
use crate::processes::ProcessGroup;
use crate::tools::{self, Tool, Tools};
use crate::{kubeconfig, kwok};

/// A start takes five seconds on an idle machine, twenty beside two compilers.
const LIMIT: Duration = Duration::from_secs(90);

/// What a control plane shall hold from the start.
#[derive(Debug, Clone)]
pub struct Options {
    pub nodes: Vec<Node>,
    pub crds: Crds,
    /// Of this machine, by which pods reach the API server; without one only this machine's own processes do.
    pub address: Option<&'static str>,
}

/// Which `CustomResourceDefinitions` are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crds {
    /// All that the guide's environments use, and Istio's.
    All,
    None,
}

impl Default for Options {
    fn default() -> Self {
        Self { nodes: Node::standard(), crds: Crds::All, address: None }
    }
}

/// etcd, kube-apiserver, controller manager, scheduler and kwok. They end with this value, or with the process.
pub struct ControlPlane {
    tools: Tools,
    pki: Pki,
    server: String,
    admin: PathBuf,
    jane: PathBuf,
    audit_log: PathBuf,
    port_forward_target: SocketAddr,
    has_crds: bool,
    api: Api,
    processes: ProcessGroup,
    api_server: Mutex<Command>,
}

impl ControlPlane {
    /// The control plane that all tests of this process share, started by the first that asks; none where the suite
    /// is left out.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: LazyLock<Option<ControlPlane>> =
            LazyLock::new(|| ControlPlane::start(&Options::default()));
        SHARED.as_ref()
    }

    /// A control plane of the caller's own; none where the suite is left out.
    pub fn start(options: &Options) -> Option<Self> {
        let tools = Tools::for_suite(&tools::CONTROL_PLANE)?;
        let processes = ProcessGroup::new("control-plane");
        let folder = processes.folder();
        let pki = Pki::new(folder.join("pki"));
        let components = Components::new(&tools, folder, &pki, options.address);
        let server = components.server_url();
        let user = |name: &str, group: &str| kubeconfig::write(folder, &pki, &server, name, group);
        let admin = user("admin", "system:masters");
        let jane = user("jane", "developers");
        let api = Api::new(&user("testbed", "system:masters"));
        let audit_log = folder.join("audit.log");
        let audit_policy = folder.join("audit-policy.yaml");
        fs::write(&audit_policy, audit::POLICY).expect("the audit policy can be written");
        let port_forward_target = free_port();
        let kwok_config = kwok::write_config(folder, port_forward_target);

        let has_crds = options.crds == Crds::All;
        if has_crds {
            prepared::copy_to(&components.etcd_folder(), &tools);
        }
        processes.start("etcd", &mut components.etcd());
        let mut api_server = components.audited_api_server(&audit_policy, &audit_log);
        processes.start("kube-apiserver", &mut api_server);
        eventually("kube-apiserver to be ready", LIMIT, || {
            processes.assert_alive();
            api.text("/readyz")
        });
        // The controller manager's own role is too small for it, as it does without a service account for each part.
        let manager = user("system:kube-controller-manager", "system:masters");
        processes.start("kube-controller-manager", &mut components.controller_manager(&manager));
        processes.start(
            "kube-scheduler",
            &mut components.scheduler(&user("system:kube-scheduler", "system:masters")),
        );
        let kwok = user("kwok", "system:masters");
        processes.start("kwok", &mut components.kwok(&kwok, &kwok_config, has_crds));

        let control_plane = Self {
            server,
            admin,
            jane,
            audit_log,
            port_forward_target: SocketAddr::from((Ipv4Addr::LOCALHOST, port_forward_target)),
            has_crds,
            api,
            tools,
            pki,
            processes,
            api_server: Mutex::new(api_server),
        };
        control_plane.create(&nodes::gaudi_device_class());
        control_plane.add_nodes(&options.nodes);
        let account = "/api/v1/namespaces/default/serviceaccounts/default";
        control_plane.wait_for("the default service account", account, |_| true);
        Some(control_plane)
    }

    /// Adds nodes and waits until pods can be placed on them.
    pub fn add_nodes(&self, nodes: &[Node]) {
        if nodes.is_empty() {
            return; // kubectl takes no empty list
        }
        self.create(&nodes::objects(nodes));
        for node in nodes {
            self.wait_for(&format!("node {}", node.name), &format!("/api/v1/nodes/{}", node.name), |node| {
                has_condition(node, "Ready") && node["spec"]["taints"].is_null()
            });
        }
    }

    /// Kills the API server, starts it again and waits until it is ready. For a control plane of the test's own:
    /// meanwhile every call fails.
    pub fn restart_api_server(&self) {
        let mut command = self.api_server.lock().unwrap_or_else(PoisonError::into_inner);
        self.processes.restart("kube-apiserver", &mut command);
        eventually("kube-apiserver to be ready again", LIMIT, || {
            self.processes.assert_alive();
            self.api.text("/readyz")
        });
    }

    /// The kubeconfig of a user who may do everything.
    pub fn kubeconfig(&self) -> &Path {
        &self.admin
    }

    /// The kubeconfig of a user without any rights: `jane` of the group `developers`.
    pub fn kubeconfig_for_jane(&self) -> &Path {
        &self.jane
    }

    pub fn server_url(&self) -> &str {
        &self.server
    }

    /// Leads ports of a pod to servers of the test, in the place of [`Self::port_forward_target`]. The control plane must
    /// have been started with [`Crds::All`]; kwok takes a moment to notice.
    pub fn forward(&self, namespace: &str, pod: &str, ports: &[(u16, SocketAddr)]) {
        let forward = |(port, target): &(u16, SocketAddr)| json!({"ports": [port], "target": {"address": target.ip(), "port": target.port()}});
        let forwards: Vec<Value> = ports.iter().map(forward).collect();
        let object = json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "PortForward",
            "metadata": {"name": pod},
            "spec": {"forwards": forwards},
        });
        self.put(&format!("/apis/kwok.x-k8s.io/v1alpha1/namespaces/{namespace}/portforwards/{pod}"), &object);
    }

    /// Has the containers of a pod log these lines, in the place of what all others log. As with [`Self::forward`].
    pub fn log(&self, namespace: &str, pod: &str, lines: &str) {
        let file = self.processes.folder().join(format!("{namespace}-{pod}.log"));
        // The format of the container runtime interface.
        let entries = lines.lines().map(|line| format!("2026-01-02T03:04:05.000000000Z stdout F {line}\n"));
        fs::write(&file, entries.collect::<String>()).expect("a log can be written");
        let object = json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "Logs",
            "metadata": {"name": pod},
            "spec": {"logs": [{"logsFile": file, "follow": true}]},
        });
        self.put(&format!("/apis/kwok.x-k8s.io/v1alpha1/namespaces/{namespace}/logs/{pod}"), &object);
    }

    /// Connections that are forwarded to any other port of any pod end here; a test may listen on it.
    pub fn port_forward_target(&self) -> SocketAddr {
        self.port_forward_target
    }

    /// Runs kubectl as the user who may do everything.
    pub fn kubectl(&self, arguments: &[&str]) -> Finished {
        self.kubectl_with_input(arguments, "")
    }

    pub fn kubectl_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        Finished::run(self.client_command(Tool::Kubectl).args(arguments), input)
    }

    /// Creates or changes objects in a namespace.
    pub fn apply(&self, namespace: &str, objects: &[Value]) {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
        self.kubectl_with_input(&["apply", "-n", namespace, "-f", "-"], &list).success();
    }

    /// Runs helm as the user who may do everything.
    pub fn helm(&self, arguments: &[&str]) -> Finished {
        Finished::run(self.client_command(Tool::Helm).args(arguments), "")
    }

    /// The same, for who wants to end it half-way.
    pub fn helm_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.client_command(Tool::Helm);
        command.args(arguments);
        command
    }

    /// The object at a path of the API, such as `/apis/apps/v1/namespaces/NAMESPACE/deployments/NAME`, if it is
    /// there. Quick (1 ms), and not in the audit log.
    pub fn object(&self, path: &str) -> Option<Value> {
        self.api.object(path)
    }

    /// Creates or changes the object at such a path. Quick, and not in the audit log.
    pub fn put(&self, path: &str, object: &Value) {
        self.api.apply(path, object);
    }

    /// Waits until the object at this path is there and as wanted.
    pub fn wait_for(&self, what: &str, path: &str, mut is_wanted: impl FnMut(&Value) -> bool) -> Value {
        eventually(what, LIMIT, || {
            self.processes.assert_alive();
            self.object(path).filter(|object| is_wanted(object))
        })
    }

    /// A name for a namespace that no other test has; the namespace is not made.
    pub fn unique_namespace(&self, prefix: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        format!("{prefix}-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes a namespace that no other test has, ready for pods.
    pub fn create_namespace(&self, prefix: &str) -> String {
        let name = self.unique_namespace(prefix);
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        self.put(&format!("/api/v1/namespaces/{name}"), &object);
        // What controllers put into every namespace.
        for object in ["serviceaccounts/default", "configmaps/kube-root-ca.crt"] {
            self.wait_for(object, &format!("/api/v1/namespaces/{name}/{object}"), |_| true);
        }
        name
    }

    /// The present end of the audit log.
    pub fn audit_mark(&self) -> AuditMark {
        let offset = fs::metadata(&self.audit_log).map_or(0, |log| log.len());
        AuditMark { offset }
    }

    /// The calls since `mark` by programs whose user agent begins with `user_agent` ("" for all).
    pub fn audit_since(&self, mark: AuditMark, user_agent: &str) -> Vec<AuditEvent> {
        // Events are written after the answers are sent; what comes before a call of our own is complete.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let sentinel = format!("/version?audit={}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.api.text(&sentinel);
        let events = eventually("the audit log to be complete", LIMIT, || {
            let events = audit::read(&self.audit_log, mark);
            events.iter().any(|event| event.request_uri == sentinel).then_some(events)
        });
        let wanted = |event: &AuditEvent| {
            !event.request_uri.starts_with("/version?audit=") && event.user_agent.starts_with(user_agent)
        };
        events.into_iter().filter(wanted).collect()
    }

    pub(crate) fn create(&self, object: &Value) {
        self.kubectl_with_input(&["create", "--validate=false", "-f", "-"], &object.to_string()).success();
    }

    /// A client of the test bed's own user, whose calls are not in the audit log.
    pub(crate) fn client(&self) -> Client {
        self.api.client()
    }

    pub(crate) fn has_crds(&self) -> bool {
        self.has_crds
    }

    /// A kubeconfig of a user who may do everything and whose calls have a name of their own in the audit log.
    pub(crate) fn kubeconfig_for(&self, user: &str) -> PathBuf {
        self.kubeconfig_of(user, "system:masters")
    }

    pub(crate) fn kubeconfig_of(&self, user: &str, group: &str) -> PathBuf {
        kubeconfig::write(self.folder(), &self.pki, &self.server, user, group)
    }

    pub(crate) fn pki(&self) -> &Pki {
        &self.pki
    }

    pub(crate) fn folder(&self) -> &Path {
        self.processes.folder()
    }

    /// A kubeconfig whose user logs in as said: by a `token`, for example.
    pub fn kubeconfig_with(&self, user: &str, login: &Value) -> PathBuf {
        kubeconfig::write_with(self.processes.folder(), &self.pki, &self.server, user, login)
    }

    /// A kubeconfig whose client certificate is valid from the beginning of a year.
    pub fn kubeconfig_from(&self, year: i32, user: &str) -> PathBuf {
        self.kubeconfig_by(user, &self.pki.client_from(year, user, "system:masters"))
    }

    /// A kubeconfig whose client certificate is valid until the beginning of a year.
    pub fn kubeconfig_until(&self, year: i32, user: &str) -> PathBuf {
        self.kubeconfig_by(user, &self.pki.client_until(year, user, "system:masters"))
    }

    fn kubeconfig_by(&self, user: &str, client: &Issued) -> PathBuf {
        let login = json!({"client-certificate": client.certificate, "client-key": client.key});
        self.kubeconfig_with(user, &login)
    }

    /// A kubeconfig for a server that stands in for this one.
    pub(crate) fn kubeconfig_at(&self, server: &str, user: &str) -> PathBuf {
        kubeconfig::write(self.processes.folder(), &self.pki, server, user, "system:masters")
    }

    /// Neither reads nor writes anything of the user's own.
    fn client_command(&self, tool: Tool) -> Command {
        let home = self.processes.folder().join("home");
        let mut command = Command::new(self.tools.path(tool));
        command.env_clear().env("HOME", home).env("KUBECONFIG", &self.admin);
        command
    }
}
