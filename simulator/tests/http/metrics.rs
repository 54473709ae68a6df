//! What the page of metrics says.

use serde_json::json;

use crate::server::Server;

const LABELS: &str = r#"engine="3",model_name="base""#;

#[tokio::test]
async fn families_have_vllms_names_and_labels() {
    let server = Server::start("--data-parallel-rank 3 --max-model-len 100").await;
    let asked = json!({"prompt": "Hello world", "max_tokens": 4, "ignore_eos": true, "n": 2});
    server.completion(&asked).await;
    for (series, value) in [
        ("num_requests_running{LABELS}", 0.0),
        ("num_requests_waiting{LABELS}", 0.0),
        (r#"num_requests_waiting_by_reason{LABELS,reason="capacity"}"#, 0.0),
        ("kv_cache_usage_perc{LABELS}", 0.0),
        ("num_preemptions_total{LABELS}", 0.0),
        ("prefix_cache_queries_total{LABELS}", 4.0),
        ("prefix_cache_hits_total{LABELS}", 0.0),
        ("prompt_tokens_total{LABELS}", 4.0),
        ("prompt_tokens_cached_total{LABELS}", 0.0),
        (r#"prompt_tokens_by_source_total{LABELS,source="local_compute"}"#, 4.0),
        ("generation_tokens_total{LABELS}", 8.0),
        (r#"request_success_total{engine="3",finished_reason="length",model_name="base"}"#, 2.0),
        (r#"request_success_total{engine="3",finished_reason="abort",model_name="base"}"#, 0.0),
        ("time_to_first_token_seconds_count{LABELS}", 2.0),
        ("inter_token_latency_seconds_count{LABELS}", 6.0),
        ("request_time_per_output_token_seconds_count{LABELS}", 2.0),
        ("e2e_request_latency_seconds_count{LABELS}", 2.0),
        ("request_queue_time_seconds_count{LABELS}", 2.0),
        ("request_inference_time_seconds_count{LABELS}", 2.0),
        ("request_prefill_time_seconds_count{LABELS}", 2.0),
        ("request_decode_time_seconds_count{LABELS}", 2.0),
        ("request_prompt_tokens_sum{LABELS}", 4.0),
        ("request_generation_tokens_sum{LABELS}", 8.0),
        // Once for all choices.
        ("request_max_num_generation_tokens_count{LABELS}", 1.0),
        ("request_max_num_generation_tokens_sum{LABELS}", 4.0),
        ("request_params_max_tokens_sum{LABELS}", 8.0),
        ("request_params_n_count{LABELS}", 1.0),
        ("request_params_n_sum{LABELS}", 2.0),
        ("request_prefill_kv_computed_tokens_sum{LABELS}", 4.0),
        ("iteration_tokens_total_sum{LABELS}", 12.0),
        (r#"request_prompt_tokens_bucket{LABELS,le="100"}"#, 2.0),
        (r#"engine_sleep_state{LABELS,sleep_state="awake"}"#, 1.0),
    ] {
        let series = format!("vllm:{}", series.replace("LABELS", LABELS));
        assert_eq!(server.metric(&series).await, Some(value), "{series}");
    }
    // Without adapters there is no such family.
    assert_eq!(server.metric("vllm:lora_requests_info").await, None);
}

#[tokio::test]
async fn the_longest_choice_of_each_prompt_counts() {
    let server = Server::start("").await;
    let asked = json!({"prompt": ["Hello", "Good bye"], "n": 3, "max_tokens": 1000, "stream": true});
    let streamed = server.stream("/v1/completions", &asked).await;
    let tokens = |choice: u64| {
        let of_choice = |event: &&serde_json::Value| event["choices"][0]["index"] == choice;
        streamed.events.iter().filter(of_choice).count()
    };
    let longest = |choices: std::ops::Range<u64>| choices.map(tokens).max().unwrap();
    let sum = u32::try_from(longest(0..3) + longest(3..6)).unwrap();
    let told = server.metric("vllm:request_max_num_generation_tokens_sum").await;
    assert_eq!(told, Some(f64::from(sum)));
    assert_eq!(server.metric("vllm:request_params_n_sum").await, Some(6.0));
}

#[tokio::test]
async fn the_cache_is_described() {
    let server = Server::start("--kv-cache-size 640 --block-size 32").await;
    let page = server.get("/metrics").send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let page = page.text().await.unwrap();
    let line = page.lines().find(|line| line.starts_with("vllm:cache_config_info{")).unwrap();
    for label in [r#"block_size="32""#, r#"num_gpu_blocks="640""#, r#"engine="0""#, r#"cache_dtype="auto""#] {
        assert!(line.contains(label), "{line}");
    }
    assert!(line.ends_with("} 1"), "{line}");
}

#[tokio::test]
async fn a_full_engine_lets_requests_wait() {
    let server =
        Server::start("--max-num-seqs 2 --time-scale 1 --max-model-len 4000 --kv-cache-size 250").await;
    let asked = json!({"prompt": "Hello", "n": 5, "max_tokens": 3000, "ignore_eos": true, "stream": true});
    let response = server.post("/v1/completions", &asked).send().await.unwrap();
    server.until_metric("vllm:num_requests_waiting", 3.0).await;
    assert_eq!(server.metric("vllm:num_requests_running").await, Some(2.0));
    assert!(server.metric("vllm:kv_cache_usage_perc").await > Some(0.0));
    drop(response);
    server.until_metric("vllm:num_requests_waiting", 0.0).await;
}

#[tokio::test]
async fn requests_that_grow_are_preempted() {
    let server = Server::start("--max-model-len 160 --kv-cache-size 10").await;
    let asked = json!({"prompt": "Hello", "n": 2, "max_tokens": 150, "ignore_eos": true});
    let body = server.completion(&asked).await;
    assert_eq!(body["usage"]["completion_tokens"], 300);
    assert!(server.metric("vllm:num_preemptions_total").await >= Some(1.0));
}
