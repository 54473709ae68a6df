//! Clients that others wrote, unchanged, against the program: the `openai` package, guidellm, pyzmq and msgpack.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod harness;

use std::fmt::Write as _;

use harness::{MODEL, Python, Simulator};
use serde_json::{Value, json};

#[test]
fn the_openai_client_is_served() {
    let Some(python) = Python::find() else { return };
    let simulator = Simulator::start(&[]);
    python.run(&["openai_client.py", &simulator.url, MODEL]);
}

#[test]
fn pyzmq_and_msgpack_read_kv_events() {
    let Some(python) = Python::find() else { return };
    let flags = ["--kv-events-port", "0", "--kv-events-replay-endpoint", "tcp://127.0.0.1:0"];
    let mut simulator = Simulator::start(&flags);
    let (events, replay) = simulator.kv_events();
    python.run(&["kv_events.py", &simulator.url, MODEL, &events, &replay]);
}

#[test]
fn guidellm_measures_it() {
    const REQUESTS: usize = 12;
    const ANSWER: u32 = 24;
    let Some(python) = Python::find() else { return };
    let simulator = Simulator::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let (prompts, report) = (folder.path().join("prompts.jsonl"), folder.path().join("report.json"));
    // With the default tokenizer each of them is 8 pieces: `How| many| tokens| are|  …| requests|?|`.
    let lines = (0..REQUESTS).fold(String::new(), |mut lines, number| {
        let prompt = format!("How many tokens are {} requests?", 10 + number);
        writeln!(lines, "{}", json!({"prompt": prompt, "length": ANSWER})).unwrap();
        lines
    });
    std::fs::write(&prompts, lines).unwrap();
    let requests = REQUESTS.to_string();
    python.run(&[
        "-m",
        "guidellm",
        "benchmark",
        "run",
        "--target",
        &simulator.url,
        "--rate-type",
        "concurrent",
        "--rate",
        "4",
        "--max-requests",
        &requests,
        "--data",
        prompts.to_str().unwrap(),
        "--data-args",
        r#"{"prompt_column": "prompt", "output_tokens_count_column": "length"}"#,
        "--output-path",
        report.to_str().unwrap(),
        "--disable-progress",
        "--disable-console-outputs",
    ]);
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let benchmark = &report["benchmarks"][0];
    let totals = json!({"successful": REQUESTS, "errored": 0, "incomplete": 0, "total": REQUESTS});
    assert_eq!(benchmark["request_totals"], totals);
    let successful = benchmark["requests"]["successful"].as_array().unwrap();
    assert_eq!(successful.len(), REQUESTS);
    for request in successful {
        assert_eq!(request["prompt_tokens"], 8, "{request}");
        assert_eq!(request["output_tokens"], ANSWER, "{request}");
        let time = |key: &str| request[key].as_f64().unwrap_or_else(|| panic!("{key}: {request}"));
        assert!(time("first_token_time") <= time("last_token_time"), "{request}");
    }
}
