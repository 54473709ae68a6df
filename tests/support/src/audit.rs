//! The API server's audit log: every call of the program under test, as the server saw it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use serde::Deserialize;

/// Leaves out the calls of the control plane itself and of the test bed; `/version` is how the test bed marks places.
pub(crate) const POLICY: &str = "
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: Metadata, nonResourceURLs: [/version]}
- level: None
  users: ['system:kube-controller-manager', 'system:kube-scheduler', 'system:apiserver', kwok, istiod, testbed]
- {level: None, nonResourceURLs: ['/livez*', '/readyz*', '/healthz*']}
- {level: Metadata}
";

/// A place in the audit log.
#[derive(Debug, Clone, Copy)]
pub struct AuditMark {
    pub(crate) offset: u64,
}

/// One call to the API server.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// `ResponseComplete`; a watch has `ResponseStarted` too.
    pub stage: String,
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    pub verb: String,
    /// With the query: `fieldManager`, `force`, `dryRun`.
    #[serde(rename = "requestURI")]
    pub request_uri: String,
    #[serde(default)]
    pub user_agent: String,
    #[serde(default)]
    pub object_ref: Option<AuditObject>,
    #[serde(default)]
    response_status: Option<ResponseStatus>,
    /// When it arrived, with microseconds.
    pub request_received_timestamp: String,
}

/// The object that a call is about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuditObject {
    pub resource: String,
    pub subresource: String,
    pub namespace: String,
    pub name: String,
    pub api_group: String,
}

#[derive(Debug, Clone, Deserialize)]
struct ResponseStatus {
    #[serde(default)]
    code: Option<u16>,
}

impl AuditEvent {
    /// The HTTP status of the answer.
    pub fn code(&self) -> Option<u16> {
        self.response_status.as_ref()?.code
    }

    pub fn is_dry_run(&self) -> bool {
        self.request_uri.contains("dryRun=All")
    }

    /// Whether it was meant to change what is stored. Reviews, which are asked by creating them, are none of these.
    pub fn is_write(&self) -> bool {
        let review = self.object_ref.as_ref().is_some_and(|object| object.resource.ends_with("reviews"));
        !matches!(self.verb.as_str(), "get" | "list" | "watch") && !self.is_dry_run() && !review
    }
}

/// The events from `mark` on; lines still being written are left for the next time.
pub(crate) fn read(log: &Path, mark: AuditMark) -> Vec<AuditEvent> {
    let Ok(mut file) = File::open(log) else { return Vec::new() };
    file.seek(SeekFrom::Start(mark.offset)).expect("the audit log can be read");
    let lines = BufReader::new(file).lines().map_while(Result::ok);
    lines.filter_map(|line| serde_json::from_str(&line).ok()).collect()
}
