//! guidellm, unchanged, against a stack of this machine.

use std::fmt::Write as _;
use std::process::Command;

use serde_json::{Value, json};
use test_support::tools::{PYTHON_CLIENTS, Tool, Tools};

use crate::harness::Site;

const REQUESTS: usize = 12;
const ANSWER: u32 = 8;

#[test]
fn guidellm_measures_the_stack() {
    let Some(tools) = Tools::for_suite(&PYTHON_CLIENTS) else { return };
    let site = Site::new();
    let report = site.apply("--replicas 2");
    let prompts = (0..REQUESTS).fold(String::new(), |mut lines, number| {
        let prompt = format!("How many tokens are {} requests?", 10 + number);
        writeln!(lines, "{}", json!({"prompt": prompt, "length": ANSWER})).unwrap();
        lines
    });
    std::fs::write(site.path().join("prompts.jsonl"), prompts).unwrap();
    let ran = Command::new("python3")
        .args(["-m", "guidellm", "benchmark", "run", "--target", report["frontDoor"].as_str().unwrap()])
        .args(["--rate-type", "concurrent", "--rate", "4", "--max-requests", &REQUESTS.to_string()])
        .args(["--data", "prompts.jsonl", "--output-path", "report.json", "--data-args"])
        .arg(r#"{"prompt_column": "prompt", "output_tokens_count_column": "length"}"#)
        .args(["--disable-progress", "--disable-console-outputs"])
        .env("PYTHONPATH", tools.path(Tool::PythonClients))
        .env("HF_HOME", site.path())
        .env("HF_HUB_OFFLINE", "1")
        .env("GUIDELLM__MAX_WORKER_PROCESSES", "2")
        .current_dir(site.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let report = std::fs::read(site.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let totals = json!({"successful": REQUESTS, "errored": 0, "incomplete": 0, "total": REQUESTS});
    assert_eq!(report["benchmarks"][0]["request_totals"], totals);
}
