//! The verbs as a user meets them.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};

use llmd::verify::Check;
use serde_json::Value;

use crate::door::{Door, Fault, edit};
use crate::schema;
use crate::stack::{MODEL, PREFIX_AWARE, Stack};

pub(crate) fn llmd(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llmd"));
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end.
pub(crate) fn finished(command: &mut Command) -> (Option<i32>, String, String) {
    let ended = ended(command.output().unwrap());
    schema::check(command.get_args(), &ended.1);
    ended
}

/// Exit code, standard output, standard error.
pub(crate) fn ended(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    finished(&mut llmd(arguments))
}

/// Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn verify_ends_by_what_was_found() {
    let stack = Stack::start().await;
    let url = &*stack.serving.front_door;
    let (code, table, narration) = run(&["verify", "--url", url]);
    assert_eq!(code, Some(0), "{table}{narration}");
    assert_eq!(table.lines().count(), 1 + Check::all().len(), "{table}");
    assert!(table.starts_with("CHECK ") && table.contains("streaming           passed "), "{table}");
    assert!(narration.contains(&format!("front door {url}, model {MODEL}")), "{narration}");

    let (code, report, _) = run(&["verify", "--url", url, "--only", "chat,bad-body", "-o", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(
        (code, &report["passed"], &report["checks"][1]["check"]),
        (Some(0), &2.into(), &"bad-body".into())
    );

    let fault = Fault::answer(
        |asked| asked.uri().path() == "/v1/completions",
        |reply| edit(reply, |body| body["model"] = "other".into()),
    );
    let door = Door::before(url, fault).await;
    let (code, table, narration) = run(&["verify", "--url", &door.url, "--only", "completion,chat"]);
    assert_eq!(code, Some(5));
    assert!(table.contains("completion  failed") && table.contains("chat        passed"), "{table}");
    let words =
        "error: 1 of 2 checks failed\n  completion: the answer is of model \"other\", not \"base-model\"\n";
    assert!(narration.ends_with(words), "{narration}");
}

/// Nothing that ran is no success.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn verify_without_a_check_fails() {
    let stack = Stack::start().await;
    let url = &*stack.serving.front_door;
    for flags in [&["--only", "servers"][..], &["--only", "chat", "--skip", "chat"]] {
        let (code, _, narration) = run(&[&["verify", "--url", url], flags].concat());
        assert_eq!(code, Some(5), "{flags:?}");
        assert!(narration.contains("error: no check ran"), "{narration}");
    }
}

#[test]
fn verify_lists_its_checks() {
    let (code, table, _) = run(&["verify", "--list"]);
    assert_eq!((code, table.lines().count()), (Some(0), 1 + Check::all().len()), "{table}");
    assert!(table.contains("same-prefix         routing     requests with one prefix go to one"), "{table}");
    let (code, _, narration) = run(&["verify", "--only", "sam-prefix"]);
    assert_eq!(code, Some(2));
    assert!(narration.contains("same-prefix"), "{narration}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ask_prints_the_answer_and_who_gave_it() {
    let stack = Stack::start().await;
    let url = &*stack.serving.front_door;
    let (code, answer, narration) = run(&["ask", "What is a token?", "--url", url, "--max-tokens", "24"]);
    assert_eq!(code, Some(0), "{narration}");
    assert!(answer.ends_with('\n') && answer.split_whitespace().count() > 0, "{answer:?}");
    for part in ["server-", " · TTFT ", " tokens/s · ", " tokens · ", " prompt tokens cached\n"] {
        assert!(narration.contains(part), "{part:?}: {narration}");
    }

    let (code, object, _) = run(&["ask", "--url", url, "-o", "json", "--system", "Be brief.", "Why?"]);
    let object: Value = serde_json::from_str(&object).unwrap();
    assert_eq!(code, Some(0));
    assert!(object["text"].as_str().is_some_and(|text| !text.is_empty()), "{object}");
    assert!(object["output_tokens"].as_u64() > Some(0) && object["ttft_ms"].as_f64() > Some(0.0), "{object}");

    // From a pipe, with and without the dash.
    for prompt in [&["-"][..], &[]] {
        let arguments = [&["ask", "--url", url, "-q"], prompt].concat();
        let mut child = llmd(&arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all("What came in?".as_bytes()).unwrap();
        let (code, answer, narration) = ended(child.wait_with_output().unwrap());
        assert_eq!((code, &*narration), (Some(0), ""));
        assert!(!answer.trim().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ask_shows_the_servers_words_when_it_refuses() {
    let stack = Stack::start().await;
    let url = &*stack.serving.front_door;
    let (code, answer, narration) = run(&["ask", "--url", url, "--model", "nobody", "Hello"]);
    assert_eq!((code, &*answer), (Some(1), ""));
    assert_eq!(narration, "error: the front door answered 404: The model `nobody` does not exist.\n");
    let (code, ..) = run(&["ask", "--url", "http://127.0.0.1:9", "--model", "nobody", "Hello"]);
    assert_eq!(code, Some(7));
    let (code, _, narration) = run(&["ask", "--url", url, ""]);
    assert_eq!((code, &*narration), (Some(2), "error: the question is empty\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_came_stays_when_ask_is_interrupted() {
    // A token takes more than a second.
    let stack = Stack::with(PREFIX_AWARE, "100", &["decode"]).await;
    let mut child = llmd(&["ask", "--url", &stack.serving.front_door, "Hello"]).spawn().unwrap();
    let mut first = [0; 1];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    interrupt(&child);
    let (code, _, narration) = ended(child.wait_with_output().unwrap());
    assert_eq!((code, &*narration), (Some(130), "error: interrupted: the answer is not whole\n"));
}

#[test]
fn what_was_found_stays_when_verify_is_interrupted() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let child = llmd(&["verify", "--url", &url, "--model", MODEL]).spawn().unwrap();
    // The first check that asks is never answered.
    let _connection = listener.accept().unwrap();
    interrupt(&child);
    let (code, table, narration) = ended(child.wait_with_output().unwrap());
    assert_eq!((code, table.lines().count()), (Some(130), 6), "{table}");
    let words = format!("error: interrupted after 5 of {} checks\n", Check::all().len());
    assert!(narration.ends_with(&words), "{narration}");
}
