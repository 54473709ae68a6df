//! The program under test, and Python with the packages that `tests/tools/install` installs.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use test_support::tools::{PYTHON_CLIENTS, Tool, Tools};

pub(crate) const MODEL: &str = "Qwen/Qwen3-32B";

/// A running simulator on a free port; it ends with this value.
pub(crate) struct Simulator {
    process: Child,
    log: std::io::Lines<BufReader<std::process::ChildStderr>>,
    pub(crate) url: String,
}

impl Simulator {
    /// Starts one that is a hundred times as fast as the hardware, and waits until it serves.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_simulator"))
            .args(["--model", MODEL, "--host", "127.0.0.1", "--port", "0", "--time-scale", "0.01"])
            .args(flags)
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut simulator = Self { process, log, url: String::new() };
        let line = simulator.line("the simulator serves");
        simulator.url = format!("http://{}", field(&line, "address"));
        simulator
    }

    /// Where KV events are, and where their replay is.
    pub(crate) fn kv_events(&mut self) -> (String, String) {
        let line = self.line("KV events are published");
        (field(&line, "address"), field(&line, "replay"))
    }

    /// The next line of the log that has `text` in it.
    fn line(&mut self, text: &str) -> String {
        let line = self.log.by_ref().map(Result::unwrap).find(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("the simulator has ended without saying {text:?}"))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A field of a line of the log.
fn field(line: &str, name: &str) -> String {
    let (_, value) = line.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("no {name} in {line:?}"));
    value.split_whitespace().next().unwrap_or_default().trim_matches('"').to_owned()
}

/// Python with the clients.
pub(crate) struct Python {
    packages: PathBuf,
    home: TempDir,
}

impl Python {
    /// None where the packages are not installed and may be left out.
    pub(crate) fn find() -> Option<Self> {
        let packages = Tools::for_suite(&PYTHON_CLIENTS)?.path(Tool::PythonClients);
        Some(Self { packages, home: tempfile::tempdir().unwrap() })
    }

    /// Runs Python in this folder until it ends, which must be well.
    pub(crate) fn run(&self, arguments: &[&str]) {
        let output = Command::new("python3")
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients"))
            .env("PYTHONPATH", &self.packages)
            .env("HF_HOME", self.home.path())
            .env("HF_HUB_OFFLINE", "1")
            .env("GUIDELLM__MAX_WORKER_PROCESSES", "2")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "python3 {arguments:?}: {}\n{}\n{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        );
    }
}
