use std::net::SocketAddr;

use super::*;
use crate::kv_events::Endpoint;
use crate::server::{FailureType, Settings};

fn asked(line: &str) -> Asked {
    parse(line.split(' ').map(str::to_owned)).unwrap()
}

fn settings(line: &str) -> Settings {
    asked(line).flags.settings().unwrap()
}

fn problems(line: &str) -> Vec<String> {
    asked(line).flags.settings().err().unwrap()
}

#[test]
fn every_flag_is_well_formed() {
    Flags::command().debug_assert();
}

#[test]
fn the_profile_gives_what_flags_do_not() {
    let usual = settings("simulator --model m");
    assert_eq!(usual.profile, PROFILES[0]);
    assert_eq!((usual.max_model_len, usual.time_scale), (40_960, 1.0));
    assert!(usual.kv_events.is_none());
    let changed =
        settings("simulator --model m --kv-cache-size 100 --block-size 32 --max-num-seqs 7 --speed 0.5");
    let limits = changed.profile.limits;
    assert_eq!((limits.kv_blocks, limits.block_size, limits.max_num_seqs), (100, 32, 7));
    assert_eq!(limits.max_num_batched_tokens, PROFILES[0].limits.max_num_batched_tokens);
    assert!(changed.profile.costs.weights > PROFILES[0].costs.weights);
    // No longer than fits.
    assert_eq!(changed.max_model_len, 3200);
}

#[test]
fn all_problems_are_told_at_once() {
    assert_eq!(
        problems(
            "simulator --model= --time-scale 0 --block-size 0 --fault-slow-factor 0 \
             --max-model-len 400000 --zmq-endpoint udp://x"
        ),
        [
            "--fault-slow-factor must be above 0, not 0",
            "--model must not be empty",
            "--time-scale must be above 0, not 0",
            "--block-size must be above 0, not 0",
            "--max-model-len 400000 is more than the 0 tokens of the KV cache; lower it, or raise --kv-cache-size 19208 or \
             --block-size 0",
            "--zmq-endpoint: `udp://x` is no endpoint: write tcp://*:PORT to wait for subscribers, tcp://HOST:PORT to go \
             to one",
        ]
    );
}

#[test]
fn adapters_are_pairs_or_objects() {
    let line = r#"simulator --model m --lora-modules a=/a {"name":"b","path":"/b","base_model_name":"m"} c"#;
    let loras = settings(line).loras;
    let all: Vec<(&str, &str, Option<&str>)> =
        loras.iter().map(|lora| (&*lora.name, lora.path.as_str(), lora.base.as_deref())).collect();
    assert_eq!(all, [("a", "/a", None), ("b", "/b", Some("m")), ("c", "", None)]);
    assert!(parse("simulator --model m --lora-modules {}".split(' ').map(str::to_owned)).is_err());
}

#[test]
fn flags_without_an_effect_are_accepted() {
    let line = "simulator --tensor-parallel-size 2 --model m --enforce-eager --port 8001 --gpu-memory-utilization=0.9 \
                --kv-transfer-config {\"kv_role\":\"kv_both\"} --disable-log-requests";
    let asked = asked(line);
    let ignored = [
        "disable-log-requests",
        "enforce-eager",
        "gpu-memory-utilization",
        "kv-transfer-config",
        "tensor-parallel-size",
    ];
    assert_eq!(asked.ignored, ignored);
    assert_eq!((asked.flags.model.as_str(), asked.flags.port), ("m", 8001));
    assert!(parse(["simulator", "--model", "m", "--enforce-eagre"].map(str::to_owned)).is_err());
}

/// `bench.md` §5.1, and what the charts of llm-d pass.
#[test]
fn the_flags_of_others_are_known() {
    for line in [
        "--port 8000 --served-model-name a b --max-model-len 1024 --max-num-seqs 5 --max-waiting-queue-length 1000",
        "--mode random --seed 7 --startup-duration 30s --enable-sleep-mode --no-enable-sleep-mode --log-http --strict",
        "--enable-request-id-headers --max-request-body-size-mb 4 --ssl-certfile a --ssl-keyfile b --self-signed-certs",
        "--lora-modules a=b --max-loras 1 --max-cpu-loras 2 --latency-calculator per-token",
        "--time-to-first-token 1s --time-to-first-token-std-dev 1ms --inter-token-latency 1ms",
        "--inter-token-latency-std-dev 1ms --prefill-overhead 1ms --prefill-time-per-token 1ms",
        "--prefill-time-std-dev 1ms --kv-cache-transfer-latency 1ms --kv-cache-transfer-latency-std-dev 1ms",
        "--kv-cache-transfer-time-per-token 1ms --kv-cache-transfer-time-std-dev 1ms --time-factor-under-load 1.5",
        "--time-to-generate-image 1s --time-to-generate-image-std-dev 1ms --enable-kvcache=true --kv-cache-size 4096",
        "--block-size 16 --hash-seed 42 --zmq-endpoint tcp://127.0.0.1:5557 --event-batch-size 16",
        "--use-vllm-map-event-format --kv-events-replay-endpoint tcp://*:5558 --kv-events-replay-queue-size 1024",
        "--global-cache-hit-threshold 0.5 --failure-injection-rate 10 --failure-types rate_limit server_error",
        "--data-parallel-size 2 --data-parallel-rank 1 --data-parallel-size-local 2",
        "--min-tool-call-integer-param 0 --max-tool-call-integer-param 100 --min-tool-call-number-param 0",
        "--max-tool-call-number-param 100 --min-tool-call-array-param-length 1 --max-tool-call-array-param-length 5",
        "--tool-call-not-required-param-probability 50 --object-tool-call-not-required-field-probability 50",
        "--tool-call-extra-call-probability 45 --skip-tool-validation --dataset-path a --dataset-url b",
        "--dataset-in-memory --dataset-table-name llmd --render-url http://localhost:8082 --render-timeout 30s",
        "--mm-render-timeout 60s --force-dummy-tokenizer --default-embedding-dimensions 384 --mm-encoder-only",
        "--no-mm-encoder-only --omni --no-omni --image-emission-rate 5 --fake-metrics {} --fake-metrics-refresh-interval 1s",
        "--mm-processor-kwargs {} --ec-transfer-config {} --enforce-eager --no-enforce-eager --enable-prefix-caching",
        "--no-enable-prefix-caching --tensor-parallel-size 2",
        "--async-scheduling --disable-hybrid-kv-cache-manager --disable-sliding-window --disable-uvicorn-access-log",
        "--dtype float16 --gpu-memory-utilization=0.95 --kv-cache-dtype=fp8 --max-num-batched-tokens=1028",
        "--max-seq-len-to-capture 512",
    ] {
        settings(&format!("simulator --model m {line}"));
    }
    assert_eq!(settings("simulator --model m --max_model_len=8192 --hash_seed a_b").max_model_len, 8192);
    assert_eq!(settings("simulator --model a_b --hash_seed a_b").hash_seed, "a_b");
}

#[test]
fn faults_are_chosen_by_name() {
    let faults =
        settings("simulator --model m --failure-injection-rate 20 --failure-types rate_limit,server_error")
            .faults;
    assert_eq!(faults.failure_types, [FailureType::RateLimit, FailureType::ServerError]);
}

#[test]
fn kv_events_go_where_one_flag_says() {
    let events =
        settings("simulator --model m --host 127.0.0.1 --port 8001 --kv-events-port 5557").kv_events.unwrap();
    let here = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    assert_eq!(events.endpoint, Endpoint::Bind(here(5557)));
    assert_eq!(events.topic, "kv@127.0.0.1:8001@m");
    let line =
        "simulator --model m --zmq-endpoint tcp://epp:5557 --kv-events-replay-endpoint tcp://127.0.0.1:5558";
    let events = settings(line).kv_events.unwrap();
    assert_eq!(events.endpoint, Endpoint::Connect("epp:5557".to_owned()));
    assert_eq!(events.replay, Some(here(5558)));
    let config =
        r#"{"enable_kv_cache_events":true,"publisher":"zmq","endpoint":"tcp://epp:5557","topic":"kv@a@m"}"#;
    let events = settings(&format!("simulator --model m --kv-events-config {config}")).kv_events.unwrap();
    assert_eq!(
        (events.endpoint, events.topic.as_str()),
        (Endpoint::Connect("epp:5557".to_owned()), "kv@a@m")
    );
    let nowhere = r#"{"enable_kv_cache_events":true,"publisher":"null"}"#;
    assert!(settings(&format!("simulator --model m --kv-events-config {nowhere}")).kv_events.is_none());
    let both = "simulator --model m --kv-events-port 5557 --zmq-endpoint tcp://epp:5557";
    assert_eq!(problems(both), ["--kv-events-port: another flag names the endpoint"]);
}

/// A command line with `--config` and a file of that text.
fn configured(text: &str, line: &str) -> Result<Asked, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let path = file.path().display().to_string();
    let line = format!("simulator --config {path}{line}");
    parse(line.split(' ').map(str::to_owned)).map_err(|error| error.to_string().replace(&path, "FILE"))
}

#[test]
fn flags_come_from_a_file() {
    let text = r#"
model: Qwen/Qwen3-32B
served_model_name: [a, b]
port: 8001
num-gpu-blocks-override: 100
enforce-eager: true
fault-hang: true
fault-refuse-metrics: false
tokenizer: null
hash-seed: "07"
lora-modules:
  - {name: law, path: /law}
  - food=/food
kv-events-config: {enable_kv_cache_events: true, publisher: zmq, topic: t}
"#;
    let Asked { flags, ignored } = configured(text, "").unwrap();
    assert_eq!(flags.served_model_name, ["a", "b"]);
    assert_eq!((flags.port, flags.kv_cache_size, flags.hash_seed.as_str()), (8001, Some(100), "07"));
    assert!(flags.faults.fault_hang && !flags.faults.fault_refuse_metrics && flags.tokenizer.is_none());
    assert_eq!(ignored, ["enforce-eager"]);
    let names: Vec<&str> = flags.lora_modules.iter().map(|lora| &*lora.name).collect();
    assert_eq!(names, ["law", "food"]);
    assert_eq!(flags.settings().unwrap().kv_events.unwrap().topic, "t");

    let flags = configured(text, " --port 8002 --served-model-name c --model other").unwrap().flags;
    assert_eq!((flags.port, flags.model.as_str()), (8002, "other"));
    assert_eq!(flags.served_model_name, ["c"]);
    assert_eq!(configured("", " --model m").unwrap().flags.model, "m");
}

#[test]
fn a_file_of_flags_that_is_wrong() {
    for (text, message) in [
        ("model: m\nprot: 8000", "error: --config FILE: there is no flag `prot`\n"),
        ("model: m\nconfig: other.yaml", "error: --config FILE: there is no flag `config`\n"),
        (
            "model: m\nport: many",
            "error: invalid value 'many' for '--port <PORT>': invalid digit found in string\n",
        ),
        ("- model", "error: --config FILE: no map of flags: "),
        ("model: [", "error: --config FILE: no map of flags: "),
    ] {
        let error = configured(text, "").unwrap_err();
        assert!(error.starts_with(message), "{error}");
    }
    let line = ["simulator", "--config=/nowhere/flags.yaml"].map(str::to_owned);
    let error = parse(line).unwrap_err().to_string();
    assert!(error.starts_with("error: --config /nowhere/flags.yaml: No such file or directory"), "{error}");
}
