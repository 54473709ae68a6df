//! containerd, with every image from one registry.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::tools::{Tool, Tools};

/// In the node's folder.
pub(super) const SOCKET: &str = "containerd.sock";

/// Writes `containerd.toml` and what it names; gives the socket.
pub(super) fn configure(tools: &Tools, folder: &Path, registry: &str) -> PathBuf {
    let socket = folder.join(SOCKET);
    let node = tools.path(Tool::Node);
    let (data, registries, networks) =
        (folder.join("containerd"), folder.join("registries"), folder.join("networks"));
    let text = format!(
        r#"version = 2
root = "{data}/root"
state = "{data}/state"
[grpc]
address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "registry.test/pause:1"
disable_tcp_service = true
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{node}/usr/lib/cni"
conf_dir = "{networks}"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "{registries}"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "{snapshotter}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
BinaryName = "{node}/usr/sbin/runc"
SystemdCgroup = false
"#,
        data = data.display(),
        socket = socket.display(),
        node = node.display(),
        networks = networks.display(),
        registries = registries.display(),
        snapshotter = snapshotter(folder),
    );
    write(&folder.join("containerd.toml"), &text);
    // For every name of a registry that has no folder of its own.
    let host = format!(
        "server = \"http://{registry}\"\n[host.\"http://{registry}\"]\ncapabilities = [\"pull\", \"resolve\"]\n"
    );
    write(&registries.join("_default/hosts.toml"), &host);
    write(&networks.join("10-pods.conflist"), &network().to_string());
    socket
}

/// One wire to each pod: what passes between two pods passes by the node's iptables.
fn network() -> serde_json::Value {
    json!({
        "cniVersion": "0.4.0",
        "name": "pods",
        "plugins": [
            {
                "type": "ptp",
                "ipam": {"type": "host-local", "subnet": "10.245.0.0/24", "routes": [{"dst": "0.0.0.0/0"}]},
            },
            {"type": "portmap", "capabilities": {"portMappings": true}},
        ],
    })
}

/// An overlay cannot lie on another one, as in a container.
fn snapshotter(folder: &Path) -> &'static str {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let below = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (path, kind) = (fields.next()?, fields.next()?);
        folder.starts_with(path).then_some((path.len(), kind))
    });
    match below.max_by_key(|&(length, _)| length) {
        Some((_, "overlay")) => "native",
        _ => "overlayfs",
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a configuration can be written");
}
