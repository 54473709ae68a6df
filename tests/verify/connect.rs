//! `connect`: what it prints works as it stands.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command};

use test_support::tools::{PYTHON_CLIENTS, Tool, Tools};

use crate::stack::{MODEL, Stack};
use crate::verbs::{ended, interrupt, llmd};

/// Reads until the last line of the program.
fn snippets(child: &mut Child) -> (String, String) {
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let curl = lines.next().unwrap().unwrap();
    let mut program = String::new();
    while !program.contains("print(") {
        program += &lines.next().unwrap().unwrap();
        program.push('\n');
    }
    (curl, program)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_it_prints_works_as_it_stands() {
    let stack = Stack::start().await;
    let mut child = llmd(&["connect", "--url", &stack.serving.front_door, "--port", "0"]).spawn().unwrap();
    let (curl, program) = snippets(&mut child);
    let answer =
        Command::new("sh").args(["-c", &format!("{curl} --silent --show-error --fail")]).output().unwrap();
    let (code, answer, errors) = ended(answer);
    assert_eq!(code, Some(0), "{curl}\n{errors}");
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert!(
        answer["choices"][0]["message"]["content"].as_str().is_some_and(|text| !text.is_empty()),
        "{answer}"
    );
    if let Some(tools) = Tools::for_suite(&PYTHON_CLIENTS) {
        let mut python = Command::new("python3");
        python.args(["-c", &program]).env("PYTHONPATH", tools.path(Tool::PythonClients));
        let (code, answer, errors) = ended(python.output().unwrap());
        assert_eq!(code, Some(0), "{program}\n{errors}");
        assert!(!answer.trim().is_empty());
    }
    interrupt(&child);
    let (code, rest, narration) = ended(child.wait_with_output().unwrap());
    assert_eq!((code, &*rest), (Some(0), ""), "{narration}");
    assert!(narration.ends_with("closed\n"), "{narration}");
}

#[test]
fn a_front_door_that_goes_and_comes_back_is_told_once_each() {
    // An address of its own: nobody else takes the port meanwhile.
    let door = TcpListener::bind("127.0.0.2:0").unwrap();
    let address = door.local_addr().unwrap();
    let url = format!("http://{address}");
    let mut child = llmd(&["connect", "--url", &url, "--model", MODEL, "--port", "0"]).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut waits_for = |text: &str| assert!(said.any(|line| line.contains(text)), "{text}");
    waits_for(&format!("{url} is open on"));
    drop(door);
    waits_for(&format!("warning: {url} is gone, and requests fail until it is back: "));
    let _door = TcpListener::bind(address).unwrap();
    waits_for(&format!("{url} is back"));
    interrupt(&child);
    assert_eq!(said.collect::<Vec<_>>(), ["closed"]);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_port_that_is_taken_is_told_with_the_next_step() {
    let stack = Stack::start().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = llmd(&["connect", "--url", &stack.serving.front_door, "--port", &port]).output().unwrap();
    let (code, shown, narration) = ended(output);
    assert_eq!((code, &*shown), (Some(7), ""));
    assert!(narration.contains(&format!("failed to listen on 127.0.0.1:{port}: ")), "{narration}");
    assert!(narration.contains("hint: take another port with --port"), "{narration}");
}
