//! A user with a state folder of their own, whose stacks go when the test ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::schema;

/// How long anything may take; far more than it does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Site {
    home: TempDir,
    path: std::ffi::OsString,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Fails unless each of these was said on standard error.
    #[track_caller]
    pub(crate) fn says(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is missing: {self:#?}");
        }
    }
}

impl Site {
    pub(crate) fn new() -> Self {
        Self { home: TempDir::new().unwrap(), path: std::env::var_os("PATH").unwrap() }
    }

    /// Puts a folder before all others in which programs are looked for.
    pub(crate) fn with_programs(folder: &Path) -> Self {
        let mut site = Self::new();
        let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&site.path));
        site.path = std::env::join_paths(all).unwrap();
        site
    }

    pub(crate) fn path(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// The folder of a stack.
    pub(crate) fn folder(&self, postfix: &str) -> PathBuf {
        self.state().join("llmd/local").join(postfix)
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmd"));
        command
            .args(line.split_whitespace())
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.home.path())
            .env("XDG_STATE_HOME", self.state());
        command
    }

    /// Runs `llmd LINE` (words split at blanks).
    pub(crate) fn llmd(&self, line: &str) -> Run {
        let mut command = self.command(line);
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        schema::check(command.get_args(), &text(&output.stdout));
        Run { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// `llmd apply -e local LINE`, which must succeed; its report.
    #[track_caller]
    pub(crate) fn apply(&self, line: &str) -> Value {
        self.llmd(&format!("apply -e local --yes -o json {line}")).exits(0).json()
    }

    /// The numbers of a stack's living processes by name.
    pub(crate) fn pids(&self, line: &str) -> BTreeMap<String, u32> {
        let report = self.llmd(&format!("status -e local -o json {line}")).json();
        let processes = report["processes"].as_array().unwrap().iter();
        let living = processes.filter_map(|process| {
            let pid = u32::try_from(process["pid"].as_u64()?).unwrap();
            Some((process["name"].as_str().unwrap().to_owned(), pid))
        });
        living.collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let stacks = std::fs::read_dir(self.state().join("llmd/local")).into_iter().flatten().flatten();
        for stack in stacks {
            let postfix = stack.file_name();
            let line = format!("destroy -e local --yes --timeout 1s --postfix {}", postfix.to_string_lossy());
            // A failing test has said what is wrong already.
            let _ = self.command(&line).output();
        }
    }
}

/// What each process of an apply's report went through.
pub(crate) fn actions(report: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let processes = report["processes"].as_array().unwrap().iter();
    processes.map(|process| (text(&process["name"]), text(&process["action"]))).collect()
}

/// Sends a signal to a process.
pub(crate) fn signal(pid: u32, signal: &str) {
    assert!(Command::new("kill").args([signal, &pid.to_string()]).status().unwrap().success());
}

/// Whether a process runs; one that has ended and that nobody has waited for yet does not.
pub(crate) fn runs(pid: u32) -> bool {
    std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

/// A completion through the front door: the pod that answered.
pub(crate) fn complete(front_door: &str, prompt: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = test_support::http_client();
        let body = serde_json::json!({"model": "Qwen/Qwen3-32B", "prompt": prompt, "max_tokens": 3});
        let answer = client.post(format!("{front_door}/v1/completions")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let pod = answer.headers()["x-inference-pod"].to_str().unwrap().to_owned();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["usage"]["completion_tokens"], 3, "{body}");
        pod
    })
}
