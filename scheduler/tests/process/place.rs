//! A folder with a configuration, ports, and the process that is started with them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use test_support::{eventually, free_port};

/// How long the process may take for anything; far more than it does.
const LIMIT: Duration = Duration::from_secs(60);

/// Where a scheduler without Kubernetes is started.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) grpc: u16,
    pub(crate) health: u16,
    pub(crate) metrics: u16,
    pub(crate) proxy: u16,
}

impl Place {
    /// A folder with `endpoints.yaml` and a `config.yaml` that names it.
    pub(crate) fn new(endpoints: &[SocketAddr]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [grpc, health, metrics, proxy] = std::array::from_fn(|_| free_port());
        let place = Self { folder, grpc, health, metrics, proxy };
        let mut list = "endpoints:".to_owned();
        for (index, address) in endpoints.iter().enumerate() {
            let (ip, port) = (address.ip(), address.port());
            write!(list, "\n- {{name: server-{index}, address: {ip}, port: {port}}}").unwrap();
        }
        place.write("endpoints.yaml", if endpoints.is_empty() { "endpoints: []" } else { &list });
        place.configure(
            "- type: file-discovery
  parameters: {path: ENDPOINTS}
- type: queue-scorer
dataLayer: {discovery: {pluginRef: file-discovery}}
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: queue-scorer",
        );
        place
    }

    /// Writes `config.yaml`, from its fourth line on as given; `ENDPOINTS` is the path of the endpoints' file.
    pub(crate) fn configure(&self, plugins: &str) {
        let endpoints = self.path("endpoints.yaml").display().to_string();
        let head = "apiVersion: llm-d.ai/v1alpha1\nkind: EndpointPickerConfig\nplugins:\n";
        self.write("config.yaml", &format!("{head}{}\n", plugins.replace("ENDPOINTS", &endpoints)));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Starts it with its configuration, loopback ports, and these flags too.
    pub(crate) fn start(self, flags: &[&str]) -> Process {
        let mut arguments = vec![format!("--config-file={}", self.path("config.yaml").display())];
        arguments.extend(flags.iter().map(|&flag| flag.to_owned()));
        self.start_bare(&arguments)
    }

    /// Starts it with loopback ports and these flags only.
    pub(crate) fn start_bare(self, flags: &[String]) -> Process {
        let ports = [
            ("grpc-port", self.grpc),
            ("grpc-health-port", self.health),
            ("metrics-port", self.metrics),
            ("proxy-port", self.proxy),
        ];
        let mut arguments = vec!["--bind-address=127.0.0.1".to_owned()];
        arguments.extend(ports.map(|(flag, port)| format!("--{flag}={port}")));
        arguments.extend_from_slice(flags);
        self.spawn(&arguments)
    }

    /// Starts it with these arguments only.
    pub(crate) fn spawn(self, arguments: &[String]) -> Process {
        let file = |name| File::create(self.path(name)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_scheduler"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("KUBECONFIG")
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap();
        Process { child, place: self }
    }
}

/// A running scheduler; killed with the test.
pub(crate) struct Process {
    child: Child,
    pub(crate) place: Place,
}

impl Process {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, by its name without `SIG`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for its end and gives the exit code.
    #[track_caller]
    pub(crate) fn code(&mut self) -> Option<i32> {
        eventually("the end of the process", LIMIT, || self.child.try_wait().unwrap()).code()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(self.place.path("stdout")).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.place.path("stderr")).unwrap()
    }

    /// Waits for its end; checks the exit code and that standard error has all of `words`.
    #[track_caller]
    pub(crate) fn ends(mut self, code: i32, words: &[&str]) -> String {
        let ended = self.code();
        let stderr = self.stderr();
        assert_eq!(ended, Some(code), "{stderr}");
        for word in words {
            assert!(stderr.contains(word), "{word:?} is not in:\n{stderr}");
        }
        stderr
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
