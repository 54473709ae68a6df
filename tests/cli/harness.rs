//! Runs the binary in a folder of its own and shows exit code, stdout and stderr as one text.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::schema;

pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.folder.path().join(name), content).unwrap();
        self
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmd"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path());
        command
    }

    /// Runs `llmd LINE` (words split at blanks).
    pub(crate) fn run(&self, line: &str) -> String {
        shown(&mut self.command(line))
    }

    /// Only the standard output of a run that must succeed.
    pub(crate) fn stdout(&self, line: &str) -> String {
        let mut command = self.command(line);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        let stdout = String::from_utf8(output.stdout).unwrap();
        schema::check(command.get_args(), &stdout);
        stdout
    }
}

/// Exit code, stdout, stderr.
pub(crate) fn shown(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    let code = output.status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string());
    schema::check(command.get_args(), &text(&output.stdout));
    format!("exit {code}\n--- stdout\n{}\n--- stderr\n{}", text(&output.stdout), text(&output.stderr))
}
