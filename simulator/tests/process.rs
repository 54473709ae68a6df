//! The program as it is started and ended.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

fn simulator(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulator"));
    command.args(["--model", "base", "--host", "127.0.0.1"]).args(arguments).env_remove("SIM_MODEL");
    command.env("NO_COLOR", "1").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Exit code and standard error of a program that does not start.
fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = simulator(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// One that serves, and where; its lines before that are lost.
struct Running {
    child: Child,
    lines: BufReader<ChildStderr>,
    address: SocketAddr,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("the simulator serves") {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "it has ended before it served");
        }
        let address = line.split("address=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        Self { child, lines, address }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Exit code, and what it said since it served.
    fn end(mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        self.lines.read_to_string(&mut text).unwrap();
        (self.child.wait().unwrap().code(), text)
    }

    fn ask(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// A request whose answer does not end soon; returns once it has begun.
    fn ask_for_long(&self) -> TcpStream {
        let body = r#"{"prompt":"Hello","max_tokens":30000,"ignore_eos":true,"stream":true}"#;
        let mut stream = self.ask(&format!(
            "POST /v1/completions HTTP/1.1\r\nhost: sim\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ));
        stream.read_exact(&mut [0; 12]).unwrap();
        stream
    }
}

#[test]
fn wrong_usage_is_2() {
    let (code, text) = failed(&["--prot", "1"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("unexpected argument '--prot'"), "{text}");
    let (code, text) = failed(&["--profile", "abacus"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("[possible values: h100-tp2-qwen3-32b, "), "{text}");
    let (code, text) = failed(&["--speed", "0", "--max-num-seqs", "0"]);
    assert_eq!(code, Some(2));
    assert_eq!(
        text,
        "error: --speed must be above 0, not 0\nerror: --max-num-seqs must be above 0, not 0\n\n\
         hint: `simulator --help` tells what the flags take\n"
    );
}

#[test]
fn a_port_in_use_is_1() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let (code, text) = failed(&["--port", &port]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with(&format!("error: failed to listen on 127.0.0.1:{port}: ")), "{text}");
    assert!(text.ends_with("hint: give it another --port, or end what listens there\n"), "{text}");
    let (code, text) = failed(&["--host", "192.0.2.1"]);
    assert_eq!(code, Some(1));
    assert!(!text.contains("--port"), "{text}");
    let (code, text) = failed(&["--port", "0", "--kv-events-port", &port]);
    assert_eq!(code, Some(1));
    assert!(text.contains("error: failed to publish KV events: listen for subscribers"), "{text}");
}

#[test]
fn signals_end_it() {
    for name in ["TERM", "INT"] {
        let running = Running::start(&mut simulator(&["--port", "0"]));
        running.signal(name);
        assert_eq!(running.end().0, Some(0), "{name}");
    }
}

#[test]
fn what_does_not_end_in_time_is_cut() {
    let running = Running::start(&mut simulator(&["--port", "0", "--shutdown-timeout", "0"]));
    let _stream = running.ask_for_long();
    running.signal("TERM");
    let (code, text) = running.end();
    assert_eq!(code, Some(0));
    assert!(text.contains("connections are cut"), "{text}");
}

#[test]
fn a_second_signal_does_not_wait() {
    let running = Running::start(&mut simulator(&["--port", "0", "--shutdown-timeout", "600"]));
    let _stream = running.ask_for_long();
    running.signal("TERM");
    // The two must not become one.
    while TcpStream::connect(running.address).is_ok() {}
    running.signal("TERM");
    assert_eq!(running.end().0, Some(130));
}

#[test]
fn a_crash_is_1() {
    let running = Running::start(&mut simulator(&["--port", "0", "--fault-crash-after", "0"]));
    let body = r#"{"prompt":"Hello"}"#;
    let mut stream = running.ask(&format!(
        "POST /v1/completions HTTP/1.1\r\nhost: sim\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ));
    // Nothing, or a reset.
    assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0);
    let (code, text) = running.end();
    assert_eq!(code, Some(1));
    assert!(text.contains("error: crashed, as --fault-crash-after asked"), "{text}");
}

#[test]
fn the_pod_is_told_by_headers() {
    let mut command = simulator(&["--port", "0"]);
    let running = Running::start(command.env("POD_NAME", "sim-0").env("POD_NAMESPACE", "llm-d"));
    let mut stream = running.ask("GET /health HTTP/1.1\r\nhost: sim\r\nconnection: close\r\n\r\n");
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    // The port that it was given, not the 0 that was asked for.
    let port = format!("x-inference-port: {}\r\n", running.address.port());
    let simulated = "x-llmd-simulated: h100-tp2-qwen3-32b";
    for header in ["x-inference-pod: sim-0", "x-inference-namespace: llm-d", &port, simulated] {
        assert!(text.contains(header), "{text}");
    }
    running.signal("TERM");
    assert_eq!(running.end().0, Some(0));
}
