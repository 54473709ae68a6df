//! kwok's configuration: the stages of pods and nodes, what their logs say, and where their ports lead.

use std::fs;
use std::path::{Path, PathBuf};

const STAGES: &str = include_str!("../kwok/stages.yaml");

/// What a pod shall do: see the head of `stages.yaml`. A tag is something a test can set through any value.
const MODE: &str = r#".metadata.annotations["testbed.llmd/mode"] // (if any(.spec.containers[]; .image | endswith(":does-not-exist")) then "image-pull-error" else "run" end)"#;

/// In the format of the container runtime interface, as the kubelet finds it on a node.
const LOG: &str = "\
2026-01-02T03:04:05.000000000Z stdout F INFO the test bed starts no containers: every one logs these lines
2026-01-02T03:04:06.000000000Z stderr F WARNING no supported device found
";
const PREVIOUS_LOG: &str = "\
2026-01-02T03:04:00.000000000Z stdout F INFO loading the model
2026-01-02T03:04:01.000000000Z stderr F ValueError: the test bed wanted this container to fail
";

/// Writes the configuration; connections to any port of any pod are passed on to `port_forward_target`.
pub(crate) fn write_config(folder: &Path, port_forward_target: u16) -> PathBuf {
    let log = folder.join("containers.log");
    let previous = folder.join("containers-previous.log");
    let file = folder.join("kwok.yaml");
    let stages = STAGES.replace("'MODE'", &format!("'{MODE}'"));
    let config = format!(
        "{stages}---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterLogs
metadata: {{name: all-pods}}
spec:
  logs:
  - {{logsFile: {}, previousLogsFile: {}, follow: true}}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterPortForward
metadata: {{name: all-pods}}
spec:
  forwards:
  - target: {{address: 127.0.0.1, port: {port_forward_target}}}
",
        log.display(),
        previous.display(),
    );
    for (file, text) in [(&log, LOG), (&previous, PREVIOUS_LOG), (&file, &config)] {
        fs::write(file, text).expect("kwok's configuration can be written");
    }
    file
}
