//! The load, in the words of other tools.

use serde_json::{Value, json};

use crate::report::BenchReport;
use crate::scenario::{Api, Arrivals, Length, Shape, Spread, StageLoad, Workload};

pub(super) const TOOL: &str = "llmd";
pub(super) const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// As an expanded configuration of inference-perf: every key that it has, null where nothing was said.
pub(super) fn inference_perf(report: &BenchReport) -> Value {
    let scenario = &report.scenario;
    let request = &scenario.request;
    json!({
        "api": {
            "headers": if request.headers.is_empty() { Value::Null } else { json!(request.headers) },
            "streaming": request.streaming,
            "type": match request.api { Api::Completions => "completion", Api::Chat => "chat" },
        },
        "circuit_breakers": null,
        "data": data(&scenario.workload),
        "load": {
            "circuit_breakers": [],
            "interval": scenario.pause,
            "num_workers": 1,
            "request_timeout": request.timeout,
            "stages": scenario.stages.iter().map(|stage| self::stage(stage.load)).collect::<Value>(),
            "sweep": null,
            "trace": null,
            "type": load_type(report),
            "worker_max_concurrency": null,
            "worker_max_tcp_connections": null,
        },
        "metrics": null,
        "report": {
            "prometheus": { "per_stage": false, "summary": false },
            "request_lifecycle": { "per_request": false, "per_stage": true, "summary": true },
        },
        "server": {
            "api_key": null,
            "base_url": report.url,
            "ignore_eos": request.ignore_eos,
            "model_name": report.model,
            "type": "vllm",
        },
        "storage": {
            "google_cloud_storage": null,
            "local_storage": { "path": null, "report_file_prefix": null },
            "simple_storage_service": null,
        },
        "tokenizer": {
            "pretrained_model_name_or_path": report.model,
            "token": null,
            "trust_remote_code": null,
        },
    })
}

fn load_type(report: &BenchReport) -> &'static str {
    let is_closed = |load| matches!(load, StageLoad::Concurrency { .. });
    match report.scenario.arrivals {
        _ if report.scenario.stages.iter().any(|stage| is_closed(stage.load)) => "concurrent",
        Arrivals::Constant => "constant",
        Arrivals::Poisson { .. } | Arrivals::Gamma { .. } => "poisson",
        Arrivals::Trace { .. } => "trace_replay",
    }
}

fn stage(load: StageLoad) -> Value {
    let (rate, duration, num_requests, concurrency) = match load {
        StageLoad::Rate { rate, seconds } => (Some(rate), Some(whole(seconds)), None, None),
        StageLoad::Ramp { from, to, seconds } => {
            (Some(f64::midpoint(from, to)), Some(whole(seconds)), None, None)
        }
        StageLoad::Concurrency { concurrency, requests } => (None, None, Some(requests), Some(concurrency)),
    };
    json!({
        "concurrency_level": concurrency,
        "duration": duration,
        "num_requests": num_requests,
        "rate": rate,
    })
}

/// Its durations are whole numbers; one that is not stays what it is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and saturating beyond")]
fn whole(seconds: f64) -> Value {
    if seconds >= 0.0 && seconds.fract() == 0.0 { (seconds as u64).into() } else { seconds.into() }
}

fn data(workload: &Workload) -> Value {
    let mut data = json!({
        "input_distribution": null,
        "output_distribution": null,
        "path": null,
        "shared_prefix": null,
        "trace": null,
        "type": null,
    });
    match workload {
        Workload::SharedPrefix { groups, prompts_per_group, system_prompt, question, output, .. } => {
            data["type"] = "shared_prefix".into();
            let lengths = [system_prompt, question, output];
            data["shared_prefix"] = shared_prefix(false, *groups, *prompts_per_group, lengths);
        }
        Workload::Chat { conversations, system_prompt, question, output, .. } => {
            data["type"] = "shared_prefix".into();
            data["shared_prefix"] = shared_prefix(true, *conversations, 1, [system_prompt, question, output]);
        }
        Workload::Random { input, output } => {
            data["type"] = "random".into();
            data["input_distribution"] = distribution(*input);
            data["output_distribution"] = distribution(*output);
        }
        Workload::Trace { path, .. } => {
            data["type"] = "random".into();
            data["trace"] = json!({ "file": path });
        }
        Workload::Prompts { path, output } => {
            data["path"] = json!(path);
            data["output_distribution"] = distribution(*output);
        }
    }
    data
}

fn shared_prefix(is_chat: bool, groups: u32, prompts_per_group: u32, lengths: [&Length; 3]) -> Value {
    let [system_prompt, question, output] = lengths.map(|length| tokens(*length));
    json!({
        "enable_multi_turn_chat": is_chat,
        "num_groups": groups,
        "num_prompts_per_group": prompts_per_group,
        "output_len": output,
        "question_len": question,
        "system_prompt_len": system_prompt,
    })
}

/// What inference-perf takes for one length.
fn tokens(length: Length) -> Value {
    match length {
        Length::Fixed(tokens) => tokens.into(),
        Length::Spread(spread) => spread.mean.into(),
    }
}

fn distribution(length: Length) -> Value {
    let Spread { mean, std_dev, min, max, .. } = spread(length);
    json!({ "max": max, "mean": mean, "min": min, "std_dev": std_dev })
}

/// A fixed length as a distribution.
pub(super) fn spread(length: Length) -> Spread {
    match length {
        Length::Spread(spread) => spread,
        Length::Fixed(tokens) => {
            Spread { shape: Shape::Fixed, mean: tokens.into(), std_dev: 0.0, min: tokens, max: tokens }
        }
    }
}
