use super::*;
use crate::scenario::{Arrivals, Length, Shape, Spread, Stage, StageLoad, Workload};

const GUIDE: &str = "\
load:
  type: poisson
  interval: 2
  base_seed: 42
  request_timeout: 300
  num_workers: 224
  worker_max_concurrency: 100
  stages:
    - {rate: 15, duration: 50}
    - rate: 3.5
      duration: 20
api:
  type: completion
  streaming: true
server:
  type: vllm
  model_name: Qwen/Qwen3-32B
  base_url: http://gateway
  ignore_eos: true
tokenizer:
  pretrained_model_name_or_path: Qwen/Qwen3-32B
data:
  type: shared_prefix
  shared_prefix:
    num_unique_system_prompts: 150
    num_users_per_system_prompt: 5
    system_prompt_len: 6000
    question_len: {mean: 1200, std: 10, min: 1000, max: 1400}
    output_len: 1000
report:
  request_lifecycle: {summary: true, per_stage: true}
  goodput: {constraints: {ttft: 2, tpot: 0.1}}
storage:
  local_storage: {path: /workspace}
";

fn refused(text: &str) -> String {
    read(text, Path::new("load.yaml")).unwrap_err().to_string()
}

/// A file with this `data` and `load`.
fn with(data: &str, load: &str) -> String {
    format!("data: {data}\nload: {load}\n")
}

#[test]
fn the_guides_file_is_read() {
    let (scenario, target, warnings) = read(GUIDE, Path::new("guide/ladder.yaml")).unwrap();
    assert_eq!(scenario.name, "ladder");
    assert_eq!(
        scenario.workload,
        Workload::SharedPrefix {
            groups: 150,
            prompts_per_group: 5,
            system_prompt: Length::Fixed(6000),
            question: Length::Spread(Spread {
                shape: Shape::Normal,
                mean: 1200.0,
                std_dev: 10.0,
                min: 1000,
                max: 1400,
            }),
            output: Length::Fixed(1000),
            zipf_exponent: None,
        }
    );
    assert_eq!(scenario.arrivals, Arrivals::Poisson { exact_count: true });
    let stage = |rate, seconds| Stage { load: StageLoad::Rate { rate, seconds }, warm_up: false };
    assert_eq!(scenario.stages, [stage(15.0, 50.0), stage(3.5, 20.0)]);
    assert_eq!((scenario.pause, scenario.seed, scenario.request.timeout), (2.0, 42, Some(300.0)));
    assert!(scenario.request.streaming && scenario.request.ignore_eos);
    assert_eq!(scenario.slo, Some(Slo { ttft: Some(2.0), tpot: Some(0.1), e2e: None }));
    assert_eq!(target.base_url.as_deref(), Some("http://gateway"));
    assert_eq!(target.model.as_deref(), Some("Qwen/Qwen3-32B"));
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "guide/ladder.yaml:21:34: this tokenizer is not loaded: give its `tokenizer.json` with --tokenizer for exact \
             lengths",
            "guide/ladder.yaml:28:37: `std` is taken for `std_dev`; inference-perf ignores it or refuses it",
            "guide/ladder.yaml:34:3: `storage` is not used: where reports go is said on the command line",
            "guide/ladder.yaml: ignored, as it means nothing here: `load.num_workers` (line 6), \
             `load.worker_max_concurrency` (line 7), `report.request_lifecycle` (line 31)",
        ]
    );
}

#[test]
fn unknown_keys_are_refused_with_their_place_and_what_was_meant() {
    let wrong = |from: &str, to: &str| refused(&GUIDE.replace(from, to));
    assert_eq!(
        wrong("num_workers", "num_worker"),
        "load.yaml:6:3: unknown key `num_worker`; did you mean `num_workers`?"
    );
    assert_eq!(
        wrong("question_len", "question_lenght"),
        "load.yaml:28:5: unknown key `question_lenght`; did you mean `question_len`?"
    );
    assert_eq!(wrong("mean:", "median:"), "load.yaml:28:20: unknown key `median`; did you mean `mean`?");
    assert_eq!(
        wrong("rate: 3.5", "pods: 3.5"),
        "load.yaml:10:7: unknown key `pods`; there are rate, duration, num_requests, concurrency_level"
    );
    assert_eq!(
        wrong("type: poisson", "type: poison"),
        "load.yaml:2:9: unknown value `poison`; did you mean `poisson`?"
    );
    assert_eq!(wrong("rate: 15", "rate: fast"), "load.yaml:9:14: invalid floating point");
}

#[test]
fn what_there_is_not_is_refused_by_name_with_what_there_is() {
    let load = "{type: poisson, stages: [{rate: 1, duration: 10}]}";
    assert_eq!(
        refused(&with("{type: shareGPT}", load)),
        "load.yaml:1:14: there is no `shareGPT` here: use a file of prompts: a scenario with the workload `prompts`"
    );
    assert_eq!(
        refused(&with("{type: conversation_replay}", load)),
        "load.yaml:1:14: there is no `conversation_replay` here: use a scenario with the workload `chat`"
    );
    assert_eq!(
        refused(&with("{type: shared_prefix, shared_prefix: {enable_multi_turn_chat: true}}", load)),
        "load.yaml:1:69: there is no `enable_multi_turn_chat` here: use a scenario with the workload `chat`"
    );
    assert_eq!(
        refused(&with("{type: random}", "{type: poisson, sweep: {type: linear}}")),
        "load.yaml:2:30: there is no `sweep` here: `llmd bench --find rate` searches, or write the stages"
    );
    assert_eq!(
        refused(&with("{type: random, input_distribution: {type: skew_normal}}", load)),
        "load.yaml:1:49: there is no `skew_normal` here: use `normal` or `lognormal`"
    );
    assert_eq!(
        refused(&with("{type: random}", "{type: concurrent, stages: [{rate: 1, duration: 10}]}")),
        "load.yaml:2:35: a stage needs `num_requests` and `concurrency_level`"
    );
    assert_eq!(refused("load: {}\n"), "load.yaml:1:1: the key `data` is missing");
    assert_eq!(
        refused(&format!(
            "server: {{base_url: 'http://${{GATEWAY_SVC}}'}}\n{}",
            with("{type: random}", load)
        )),
        "load.yaml:1:20: the variable `GATEWAY_SVC` has no value"
    );
}

/// As inference-perf writes its own configuration beside the reports: all keys, `null` for what was not said.
const IN_FULL: &str = "\
api:
  {type: completion, streaming: true, headers: null, slo_unit: null, slo_ttft_header: null, slo_tpot_header: null,
   response_format: null, session_id_header_key: null, session_token_header_key: null}
data:
  {type: shared_prefix, path: null, corpus_file_path: null, input_distribution: null, output_distribution: null,
   use_chat_template: null, multimodal: null, trace: null,
   shared_prefix: {num_groups: 3, num_prompts_per_group: null, system_prompt_len: null, output_len: ~, seed: null,
     question_len: {type: null, min: 1, max: null, mean: 20, std_dev: null, variance: null, skew: null, total_count: null},
     question_distribution: null, output_distribution: null, enable_multi_turn_chat: null, multimodal: null}}
load:
  {type: null, interval: null, sweep: null, num_workers: null, worker_max_concurrency: null, request_timeout: null,
   worker_max_tcp_connections: null, lora_traffic_split: null, trace: null, circuit_breakers: null, base_seed: null,
   stages: [{rate: 1, duration: 10, num_requests: null, concurrency_level: null}]}
metrics: null
report:
  {request_lifecycle: null, prometheus: null, session_lifecycle: null,
   goodput: {constraints: {ttft: null, tpot: null, itl: null, ntpot: null, request_latency: null}}}
storage: null
server:
  {type: null, model_name: null, base_url: null, ignore_eos: null, api_key: null, cert_path: null, key_path: null}
tokenizer:
circuit_breakers:
";

#[test]
fn a_null_is_an_absent_key_wherever_it_stands() {
    let said = "\
api: {type: completion, streaming: true}
data: {type: shared_prefix, shared_prefix: {num_groups: 3, question_len: {min: 1, mean: 20}}}
load: {stages: [{rate: 1, duration: 10}]}
";
    let of = |text: &str| {
        let (scenario, target, warnings) = read(text, Path::new("load.yaml")).unwrap();
        let messages: Vec<String> = warnings.into_iter().map(|warning| warning.message).collect();
        (scenario, target, messages)
    };
    assert_eq!(of(IN_FULL), of(said));
    let without = |from: &str, to: &str| of(&IN_FULL.replace(from, to));
    assert_eq!(without("headers: null", "headers: {x-team: null}"), of(said));
    let bounds = "{ttft: null, tpot: null, itl: null, ntpot: null, request_latency: null}";
    assert_eq!(without(bounds, "null"), of(said));
    let sections =
        "api:\ndata: {type: random}\nload: {stages: null}\nreport: {goodput: null}\nserver: null\n";
    assert_eq!(of(sections), of("data: {type: random}\nload: {}\n"));
}

#[test]
fn closed_loops_and_distributions_are_read() {
    let text = with(
        "{type: synthetic, input_distribution: {type: lognormal, mean: 100, variance: 16, min: 1, max: 200}}",
        "{type: concurrent, stages: [{num_requests: 20, concurrency_level: 4}]}",
    );
    let (scenario, _, warnings) = read(&text, Path::new("load.yaml")).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(scenario.stages[0].load, StageLoad::Concurrency { concurrency: 4, requests: 20 });
    let spread = |shape, mean, std_dev, min, max| Length::Spread(Spread { shape, mean, std_dev, min, max });
    assert_eq!(
        scenario.workload,
        Workload::Random {
            input: spread(Shape::Lognormal, 100.0, 4.0, 1, 200),
            output: spread(Shape::Normal, 512.0, 200.0, 10, 1024),
        }
    );
    assert!(!scenario.request.streaming);
}

#[test]
fn bounds_that_the_server_is_told_judge_the_answers() {
    let load = "{type: constant, stages: [{rate: 1, duration: 10}]}";
    let text =
        format!("api: {{headers: {{x-slo-ttft-ms: '500', x-team: a}}}}\n{}", with("{type: random}", load));
    let (scenario, _, warnings) = read(&text, Path::new("load.yaml")).unwrap();
    assert_eq!(scenario.slo, Some(Slo { ttft: Some(0.5), ..Slo::default() }));
    assert_eq!(scenario.request.headers.len(), 2);
    assert!(warnings[0].message.starts_with("`constant` has equal gaps here"));
}

#[test]
fn the_times_of_a_trace_are_read_beside_the_file() {
    let text =
        with("{type: random}", "{type: trace_replay, trace: {file: azure.csv, format: AzurePublicDataset}}");
    let (scenario, ..) = read(&text, Path::new("loads/code.yaml")).unwrap();
    let Workload::Trace { path, .. } = scenario.workload else { unreachable!() };
    assert_eq!(path, Path::new("loads/azure.csv"));
    assert_eq!(scenario.arrivals, Arrivals::Trace { speed: 1.0 });
    assert_eq!(scenario.stages, []);
}
