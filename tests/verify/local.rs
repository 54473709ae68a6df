//! The verbs on the stack of this machine, and on none.

use std::process::Command;

use llmd::verify::Check;
use serde_json::Value;
use tempfile::TempDir;

use crate::checks::OF_CLUSTERS;
use crate::verbs::{finished, llmd};

/// A user whose stack goes when the test ends.
struct User(TempDir);

impl User {
    fn command(&self, line: &str) -> Command {
        let mut command = llmd(&line.split_whitespace().collect::<Vec<_>>());
        command.env("HOME", self.0.path()).env("XDG_STATE_HOME", self.0.path());
        command
    }

    fn run(&self, line: &str) -> (Option<i32>, String, String) {
        finished(&mut self.command(line))
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = self.run("destroy -e local --yes");
    }
}

#[test]
fn the_local_stack_is_verified_and_asked() {
    let user = User(tempfile::tempdir().unwrap());
    let (code, _, narration) = user.run("apply -e local --yes --replicas 2 --set-json local.timeScale=0.1");
    assert_eq!(code, Some(0), "{narration}");
    let (code, report, narration) = user.run("verify -e local --max-ttft 1m -o json");
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(code, Some(0), "{report:#}\n{narration}");
    assert_eq!(report["passed"], Check::all().len() - OF_CLUSTERS.len(), "{report:#}");
    let (code, answer, narration) = user.run("ask -e local --max-tokens 8 Hello");
    assert_eq!((code, narration.starts_with("server-")), (Some(0), true), "{answer}{narration}");

    // A server dies: that is said, and what still holds is seen.
    let (_, status, _) = user.run("status -e local -o json");
    let status: Value = serde_json::from_str(&status).unwrap();
    let processes = status["processes"].as_array().unwrap();
    let server = processes.iter().find(|process| process["name"] == "server-1").unwrap();
    assert!(
        Command::new("sh").args(["-c", &format!("kill -KILL {}", server["pid"])]).status().unwrap().success()
    );
    let (code, table, narration) = user.run("verify -e local --only processes,servers,models,chat");
    assert_eq!(code, Some(5), "{table}{narration}");
    for line in ["processes  failed", "servers    failed"] {
        assert!(table.contains(line), "{line}: {table}");
    }
    assert!(table.contains("server-1"), "{table}");
    let (code, _, narration) = user.run("ask -e local Hello");
    assert_eq!(code, Some(4), "{narration}");
}

#[test]
fn where_there_is_no_stack_the_next_step_is_told() {
    let user = User(tempfile::tempdir().unwrap());
    for verb in ["verify", "ask Hello", "connect"] {
        let (code, _, narration) = user.run(&format!("{verb} -e local"));
        assert_eq!(code, Some(1), "{narration}");
        assert!(narration.contains("hint: start one: llmd apply -e local"), "{narration}");
        let (code, _, narration) = user.run(&format!("{verb} -e istio"));
        assert_eq!(code, Some(7), "{narration}");
        assert!(narration.contains("--kubeconfig"), "{narration}");
    }
}
