//! The settings of kubelet and kube-proxy.

use std::path::Path;

use serde_json::{Value, json};

use super::{ADDRESS, NAME};
use crate::pki::Issued;

pub(super) const PROXY_FLAGS: &[&str] = &[
    "--hostname-override=real",
    "--proxy-mode=iptables",
    "--cluster-cidr=10.245.0.0/24",
    "--bind-address=10.99.0.1",
    "--healthz-bind-address=127.0.0.1:10256",
    "--metrics-bind-address=127.0.0.1:10249",
    // These are the machine's, not the namespace's.
    "--conntrack-max-per-core=0",
    "--conntrack-tcp-timeout-established=0s",
    "--conntrack-tcp-timeout-close-wait=0s",
];

pub(super) fn configuration(
    folder: &Path,
    cgroup: &str,
    socket: &Path,
    serving: &Issued,
    authority: &Path,
) -> Value {
    debug_assert!(PROXY_FLAGS[0].ends_with(NAME), "both are of one node");
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": ADDRESS,
        "readOnlyPort": 0,
        "healthzPort": 0,
        "authentication": {
            "anonymous": {"enabled": false},
            "webhook": {"enabled": true},
            "x509": {"clientCAFile": authority},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": serving.certificate,
        "tlsPrivateKeyFile": serving.key,
        "containerRuntimeEndpoint": format!("unix://{}", socket.display()),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": format!("/{cgroup}"),
        "failCgroupV1": false,
        "failSwapOn": false,
        "enforceNodeAllocatable": [],
        // This disk is no node's: it may be fuller than a kubelet likes.
        "evictionHard": {"memory.available": "1Mi", "nodefs.available": "0%", "imagefs.available": "0%", "nodefs.inodesFree": "0%"},
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "podLogsDir": folder.join("pods"),
        "resolvConf": folder.join("resolv.conf"),
        "clusterDNS": [ADDRESS],
        "clusterDomain": "cluster.local",
        "serializeImagePulls": false,
        "maxPods": 200,
        // Its clean-up at the start has ended the kubelet once.
        "featureGates": {"DynamicResourceAllocation": false},
    })
}
