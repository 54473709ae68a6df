//! istiod as a process beside the control plane: it writes statuses and makes the gateways' Deployments, which kwok
//! runs. No proxy is connected to it.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::json;

use crate::ControlPlane;
use crate::api::has_condition;
use crate::patience::eventually;
use crate::ports::free_port;
use crate::processes::ProcessGroup;
use crate::tools::{self, Tool, Tools};

const LIMIT: Duration = Duration::from_secs(90);

/// What a mesh has.
#[derive(Debug, Clone, Copy)]
pub struct Mesh {
    /// Whether it knows `InferencePools`.
    pub serves_pools: bool,
    /// The templates of gateways' Deployments.
    pub has_templates: bool,
}

impl Default for Mesh {
    fn default() -> Self {
        Self { serves_pools: true, has_templates: true }
    }
}

/// A running istiod; it ends with this value, or with the process.
pub struct Istiod {
    _processes: ProcessGroup,
}

impl Istiod {
    /// The shared control plane with one istiod for all tests of this process; none where the suite is left out.
    pub fn shared() -> Option<&'static ControlPlane> {
        static SHARED: LazyLock<Option<Istiod>> = LazyLock::new(|| {
            Tools::for_suite(&tools::ISTIO)?;
            Istiod::start(ControlPlane::shared()?)
        });
        SHARED.as_ref()?;
        ControlPlane::shared()
    }

    /// Starts istiod for this control plane, which must have none yet; none where the suite is left out.
    pub fn start(control_plane: &ControlPlane) -> Option<Self> {
        Self::of(control_plane, Mesh::default())
    }

    /// The same for a mesh that may lack something; another one may have run before.
    pub fn of(control_plane: &ControlPlane, mesh: Mesh) -> Option<Self> {
        let tools = Tools::for_suite(&tools::ISTIO)?;
        configure(control_plane, &tools, mesh);
        let processes = ProcessGroup::new("istiod");
        let http = free_port();
        let mut command = Command::new(tools.path(Tool::Istiod));
        command.env_clear().env("HOME", processes.folder()).envs([
            ("POD_NAMESPACE", "istio-system"),
            ("POD_NAME", "istiod-1"),
            ("REVISION", "default"),
            ("CLUSTER_ID", "Kubernetes"),
            ("PILOT_CERT_PROVIDER", "istiod"),
            // Nobody runs its webhooks here.
            ("VALIDATION_WEBHOOK_CONFIG_NAME", ""),
            ("INJECTION_WEBHOOK_CONFIG_NAME", ""),
            ("ENABLE_GATEWAY_API_INFERENCE_EXTENSION", if mesh.serves_pools { "true" } else { "false" }),
        ]);
        command
            .args(["discovery", "--ctrlz_port=0", "--kubeconfig"])
            .arg(control_plane.kubeconfig_for("istiod"));
        command.arg(format!("--httpAddr=127.0.0.1:{http}"));
        for listener in ["grpcAddr", "secureGRPCAddr", "httpsAddr", "monitoringAddr"] {
            command.arg(format!("--{listener}=127.0.0.1:{}", free_port()));
        }
        processes.start("istiod", &mut command);
        eventually("istiod to be ready", LIMIT, || {
            processes.assert_alive();
            is_ready(http)?.then_some(())
        });
        let class = "/apis/gateway.networking.k8s.io/v1/gatewayclasses/istio";
        control_plane
            .wait_for("GatewayClass istio to be accepted", class, |class| has_condition(class, "Accepted"));
        Some(Self { _processes: processes })
    }
}

/// The two `ConfigMaps` that istiod reads: the mesh, and the templates of gateways' Deployments.
fn configure(control_plane: &ControlPlane, tools: &Tools, mesh: Mesh) {
    let chart = tools.path(Tool::IstiodChart);
    let chart = chart.to_string_lossy();
    let mut arguments = vec![
        "template",
        "istiod",
        &chart,
        "--namespace=istio-system",
        "--show-only=templates/configmap.yaml",
        "--set=global.hub=docker.io/istio,global.tag=1.31-dev",
        "--set=env.ENABLE_GATEWAY_API_INFERENCE_EXTENSION=true",
    ];
    if mesh.has_templates {
        arguments.push("--show-only=templates/istiod-injector-configmap.yaml");
    }
    let rendered = control_plane.helm(&arguments).success();
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "istio-system"}});
    control_plane.put("/api/v1/namespaces/istio-system", &namespace);
    control_plane.kubectl_with_input(&["apply", "--server-side", "-f", "-"], &rendered).success();
}

/// Whether GET /ready answers 200; none while nobody listens.
fn is_ready(port: u16) -> Option<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    stream.write_all(b"GET /ready HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer.lines().next()?.contains(" 200 "))
}
