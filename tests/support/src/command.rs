//! Running kubectl, helm or another program to its end.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a program that has ended left behind.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The command line, for messages.
    pub command: String,
    /// The exit status, or none where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// Runs the command with this text as its standard input.
    pub fn run(command: &mut Command, input: &str) -> Self {
        let shown = format!("{command:?}");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {shown}: {error}"));
        // kubectl reads its whole input before it prints much; a reader that has ended already is no fault here.
        let _ = child.stdin.take().expect("a pipe was asked for").write_all(input.as_bytes());
        let output =
            child.wait_with_output().unwrap_or_else(|error| panic!("failed to run {shown}: {error}"));
        Self {
            command: shown,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// What it printed; fails the test unless it ended with status 0.
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{} failed:\n{}{}", self.command, self.stdout, self.stderr);
        self.stdout
    }

    /// What it printed, read as JSON; fails the test unless it ended with status 0.
    #[track_caller]
    pub fn json(self) -> Value {
        let command = self.command.clone();
        let text = self.success();
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{command} printed no JSON ({error}):\n{text}"))
    }
}
