//! llmd against the shared control plane: a namespace, a folder, and what a run left behind.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::{AuditEvent, AuditMark, ControlPlane, Istiod, StatusWriter, eventually};

use crate::schema;

/// Long enough for a busy machine; nothing waits this long when all is well.
pub(crate) const LIMIT: Duration = Duration::from_secs(90);

/// The environments that can be applied.
pub(crate) const ENVIRONMENTS: [&str; 10] = [
    "istio",
    "kgateway",
    "agentgateway",
    "gke",
    "gke_tpu",
    "xpu",
    "gaudi",
    "cpu",
    "digitalocean",
    "standalone",
];

/// The shared control plane with every Gateway controller; none where the suite is left out.
pub(crate) fn cluster() -> Option<&'static ControlPlane> {
    Istiod::shared()?;
    StatusWriter::shared()
}

/// A namespace of the test's own, and a folder to run llmd in.
pub(crate) struct Site<'a> {
    pub(crate) cluster: &'a ControlPlane,
    pub(crate) namespace: String,
    folder: TempDir,
    kubeconfig: PathBuf,
}

impl<'a> Site<'a> {
    /// In a namespace that is there, with the token that model servers ask for.
    pub(crate) fn new(cluster: &'a ControlPlane, prefix: &str) -> Self {
        let namespace = cluster.create_namespace(prefix);
        let token = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "llm-d-hf-token"},
            "stringData": {"HF_TOKEN": "hf_test"}});
        cluster.put(&format!("/api/v1/namespaces/{namespace}/secrets/llm-d-hf-token"), &token);
        Self { namespace, ..Self::without_namespace(cluster, prefix) }
    }

    /// In a namespace that nobody has made yet.
    pub(crate) fn without_namespace(cluster: &'a ControlPlane, prefix: &str) -> Self {
        Self {
            cluster,
            namespace: cluster.unique_namespace(prefix),
            folder: TempDir::new().unwrap(),
            kubeconfig: cluster.kubeconfig().to_owned(),
        }
    }

    /// As somebody else, or for another cluster.
    pub(crate) fn with_kubeconfig(self, kubeconfig: &Path) -> Self {
        Self { kubeconfig: kubeconfig.to_owned(), ..self }
    }

    /// Lets jane read everything in this namespace, and change nothing.
    pub(crate) fn let_jane_read(&self) {
        let role = json!({"apiVersion": "v1", "kind": "List", "items": [
            {
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
                "metadata": {"name": "reader", "namespace": self.namespace},
                "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}],
            },
            {
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": {"name": "reader", "namespace": self.namespace},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
                "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}],
            },
        ]});
        self.cluster.kubectl_with_input(&["create", "-f", "-"], &role.to_string()).success();
    }

    /// Puts a file where llmd runs.
    pub(crate) fn file(&self, name: &str, content: &str) -> &Self {
        std::fs::write(self.path().join(name), content).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `llmd LINE` (words split at blanks) for this namespace, without a terminal.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmd"));
        command
            .args(line.split_whitespace())
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("KUBECONFIG", &self.kubeconfig)
            .env("NAMESPACE", &self.namespace)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn llmd(&self, line: &str) -> Run {
        Run::of(&mut self.command(line))
    }

    /// Applies, which must end ready; the report.
    pub(crate) fn apply(&self, line: &str) -> Value {
        let report = self.llmd(&format!("apply --yes -o json {line}")).json();
        assert_eq!(report["verdict"], "ready", "{line}: {report:#}");
        report
    }

    /// Takes everything away, which must succeed; the report.
    pub(crate) fn destroy(&self, line: &str) -> Value {
        self.llmd(&format!("destroy --yes -o json {line}")).json()
    }

    /// The objects that `llmd render LINE` prints.
    pub(crate) fn rendered(&self, line: &str) -> Vec<Value> {
        documents(&self.llmd(&format!("render {line}")).success().stdout)
    }

    /// The object of a namespaced kind, if it is there.
    pub(crate) fn object(&self, collection: &str, name: &str) -> Option<Value> {
        self.cluster.object(&self.object_path(collection, name))
    }

    /// The path of an object; the collection is written like `apis/apps/v1/deployments`.
    pub(crate) fn object_path(&self, collection: &str, name: &str) -> String {
        let (version, plural) = collection.rsplit_once('/').unwrap();
        format!("/{version}/namespaces/{}/{plural}/{name}", self.namespace)
    }

    /// The latest record of a release, as real helm reads it.
    pub(crate) fn helm_status(&self, release: &str) -> Value {
        self.cluster.helm(&["status", release, "-n", &self.namespace, "-o", "json"]).json()
    }

    /// The revisions of a release, as real helm reads them: number and status.
    pub(crate) fn helm_history(&self, release: &str) -> Vec<(u64, String)> {
        let history = self.cluster.helm(&["history", release, "-n", &self.namespace, "-o", "json"]).json();
        let revision = |entry: &Value| {
            (entry["revision"].as_u64().unwrap(), entry["status"].as_str().unwrap().to_owned())
        };
        history.as_array().unwrap().iter().map(revision).collect()
    }

    /// What llmd wrote, or tried to write, in this namespace or under its name since the mark.
    pub(crate) fn writes_since(&self, mark: AuditMark) -> Vec<AuditEvent> {
        let ours = |event: &AuditEvent| {
            !["kubectl", "helm", "Helm"].iter().any(|other| event.user_agent.starts_with(other))
                && event.request_uri.contains(&self.namespace)
        };
        let events = self.cluster.audit_since(mark, "");
        events.into_iter().filter(|event| event.is_write() && ours(event)).collect()
    }

    /// Fails unless `llmd status` says that everything is ready.
    #[track_caller]
    pub(crate) fn assert_ready(&self, line: &str) {
        let report = self.llmd(&format!("status -o json {line}")).json();
        assert_eq!(report["ready"], true, "{report:#}");
    }

    /// Waits until a look succeeds.
    pub(crate) fn eventually<T>(&self, what: &str, probe: impl FnMut() -> Option<T>) -> T {
        eventually(&format!("{what} in {}", self.namespace), LIMIT, probe)
    }
}

/// The documents of a YAML stream.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    llmd::yaml::read_documents(text).unwrap().into_iter().filter(|document| !document.is_null()).collect()
}

/// What a run of llmd left behind.
#[derive(Debug)]
pub(crate) struct Run {
    line: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        schema::check(command.get_args(), &String::from_utf8_lossy(&output.stdout));
        let line = command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        Self::ended(&line, output)
    }

    /// Of a program that has ended.
    pub(crate) fn ended(line: &str, output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code();
        Self { line: line.to_owned(), code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn success(self) -> Self {
        self.exits(0)
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "llmd {}:\n{}{}", self.line, self.stdout, self.stderr);
        self
    }

    /// The whole standard output as JSON, of a run that must succeed.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let run = self.success();
        serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("llmd {} printed no JSON ({error}):\n{}", run.line, run.stdout))
    }

    /// What was said last: from `error:` on.
    #[track_caller]
    pub(crate) fn complaint(&self) -> String {
        let start = self.stderr.find("error:").unwrap_or_else(|| panic!("no complaint:\n{}", self.stderr));
        self.stderr[start..].trim_end().to_owned()
    }
}

/// Asserts a snapshot in which everything that differs from run to run has a name.
macro_rules! assert_said {
    ($site:expr, $text:expr) => {
        crate::harness::masks(&$site).bind(|| insta::assert_snapshot!($text))
    };
}
pub(crate) use assert_said;

pub(crate) fn masks(site: &Site<'_>) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    for (pattern, name) in [
        (site.namespace.as_str(), "NAMESPACE"),
        (&site.path().to_string_lossy(), "FOLDER"),
        (r"127\.0\.0\.1:\d+", "SERVER"),
        // The random part of a pod's name, which Kubernetes has cut.
        (r"\d{4}-\d\d-\d\dT[0-9:]+Z", "TIME"),
        (r"\b(Pod/[0-9a-z-]+-decode)-[0-9a-z-]+", "$1-HASH"),
    ] {
        settings.add_filter(pattern, name);
    }
    settings
}
