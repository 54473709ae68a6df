//! The question before the work, asked on a real terminal.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::harness::{LIMIT, Site, cluster};
use crate::world::{names, settled, snapshot};

/// Runs llmd on a terminal until it asks.
fn asked(command: &Command, question: &str) -> PtySession {
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$0\" \"$@\"; echo \"exit $?\""]).arg(command.get_program()).args(command.get_args());
    shell.current_dir(command.get_current_dir().unwrap()).env_clear().env("TERM", "xterm");
    shell.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let limit = u64::try_from(LIMIT.as_millis()).unwrap();
    let mut session = spawn_command(shell, Some(limit)).unwrap();
    session.exp_string(question).unwrap();
    session
}

/// Answers; what was said after that, with the exit code at its end.
fn answer(mut session: PtySession, key: &str) -> String {
    session.send(key).unwrap();
    session.flush().unwrap();
    session.exp_eof().unwrap().trim_end().to_owned()
}

#[test]
fn no_changes_nothing() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "declined");
    let before = names(&settled(&site));
    let mark = cluster.audit_mark();
    for key in ["n\r", "\r", "maybe\r"] {
        let said = answer(asked(&site.command("apply -e istio"), "Apply?"), key);
        assert!(said.ends_with("exit 1"), "{key:?}: {said}");
        assert!(said.contains("nothing was changed"), "{key:?}: {said}");
    }
    assert_eq!(names(&snapshot(&site)), before);
    assert!(site.writes_since(mark).is_empty());
}

#[test]
fn ctrl_c_at_the_question_changes_nothing() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "interrupted-question");
    let mark = cluster.audit_mark();
    let said = answer(asked(&site.command("apply -e istio"), "Apply?"), "\x03");
    assert!(said.contains("nothing was changed") && said.ends_with("exit 130"), "{said}");
    assert!(site.writes_since(mark).is_empty());
}

#[test]
fn yes_applies_and_destroys() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "agreed");
    let before = names(&settled(&site));
    let said = answer(asked(&site.command("apply -e standalone --replicas 1"), "Apply?"), "y\r");
    assert!(said.ends_with("exit 0"), "{said}");
    site.assert_ready("-e standalone");
    let said = answer(asked(&site.command("destroy -e standalone"), "Destroy?"), "n\r");
    assert!(said.ends_with("exit 1"), "{said}");
    site.assert_ready("-e standalone");
    let said = answer(asked(&site.command("destroy -e standalone"), "Destroy?"), "yes\r");
    assert!(said.ends_with("exit 0"), "{said}");
    site.eventually("nothing but what was there before", || {
        (names(&snapshot(&site)) == before).then_some(())
    });
}

#[test]
fn what_moved_during_the_question_is_noticed() {
    const STACK: &str = "-e standalone --no-wait --replicas";
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "moved");
    site.llmd(&format!("apply --yes {STACK} 1")).success();
    let refused = |session: PtySession, now: &str| {
        let mark = cluster.audit_mark();
        let said = answer(session, "y\r");
        let moved = format!(" was at revision 1 (deployed) when this was planned and is {now}");
        assert!(said.contains(&moved) && said.ends_with("exit 6"), "{said}");
        let writes = site.writes_since(mark);
        assert!(writes.iter().all(|event| event.request_uri.contains("/leases")), "{writes:?}");
    };
    let destroying = asked(&site.command("destroy -e standalone"), "Destroy?");
    let applying = asked(&site.command(&format!("apply {STACK} 3")), "Apply?");
    site.llmd(&format!("apply --yes {STACK} 2")).success();
    refused(destroying, "at revision 2 (deployed)");
    refused(applying, "at revision 2 (deployed)");

    site.destroy("-e standalone");
    site.llmd(&format!("apply --yes {STACK} 1")).success();
    let destroying = asked(&site.command("destroy -e standalone"), "Destroy?");
    let applying = asked(&site.command(&format!("apply {STACK} 3")), "Apply?");
    site.destroy("-e standalone");
    refused(destroying, "not installed");
    refused(applying, "not installed");
}

#[test]
fn nothing_to_do_is_not_asked_about() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "unchanged");
    site.apply("-e standalone --replicas 1");
    site.llmd("apply -e standalone --replicas 1").success();
}
