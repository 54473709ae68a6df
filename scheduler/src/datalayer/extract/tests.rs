use super::*;
use crate::datalayer::built_in_engines;

fn engine(name: &str) -> Extractor {
    Extractor::new(&built_in_engines().into_iter().find(|engine| engine.name == name).unwrap())
}

fn vllm(page: &str) -> MetricsSample {
    engine("vllm").extract(page.as_bytes()).sample
}

fn load(waiting: u32, running: u32, kv_cache_usage: f32) -> MetricsSample {
    MetricsSample {
        waiting: Some(waiting),
        running: Some(running),
        kv_cache_usage: Some(kv_cache_usage),
        ..MetricsSample::default()
    }
}

#[test]
fn reads_vllm() {
    let page = r#"
# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="m"} 7.0
vllm:num_requests_waiting{engine="0",model_name="m"} 2.0
vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
vllm:cache_config_info{block_size="16",engine="0",num_cpu_blocks="None",num_gpu_blocks="27648"} 1.0
vllm:lora_requests_info{max_lora="4",running_lora_adapters="a, b",waiting_lora_adapters=""} 1.7e9
"#;
    let loras = Loras { active: vec!["a".into(), "b".into()], waiting: vec![], max: 4 };
    let expected =
        MetricsSample { block_size: Some(16), blocks: Some(27648), loras: Some(loras), ..load(2, 7, 0.25) };
    assert_eq!(vllm(page), expected);
    assert!(engine("vllm").extract(page.as_bytes()).missing.is_empty());
}

#[test]
fn reads_sglang() {
    let page = r#"
sglang:num_running_reqs{dp_rank="0",engine_type="unified",model_name="m",tp_rank="0"} 3
sglang:num_running_reqs{dp_rank="1",engine_type="unified",model_name="m",tp_rank="0"} 4
sglang:num_queue_reqs{dp_rank="0",model_name="m"} 1
sglang:num_queue_reqs{dp_rank="1",model_name="m"} 0
sglang:token_usage{dp_rank="0",model_name="m"} 0.5
sglang:token_usage{dp_rank="1",model_name="m"} 0
sglang:cache_config_info{page_size="64",num_pages="1000"} 1
"#;
    let expected = MetricsSample { block_size: Some(64), blocks: Some(1000), ..load(1, 7, 0.25) };
    assert_eq!(engine("sglang").extract(page.as_bytes()).sample, expected);
}

#[test]
fn reads_trtllm_serve() {
    let page = "trtllm_num_requests_waiting{engine_type=\"pytorch\"} 5\ntrtllm_num_requests_running 6\n\
                trtllm_kv_cache_utilization 0.5\ntrtllm_kv_cache_tokens_per_block 32\n\
                trtllm_kv_cache_max_blocks 2048\n";
    let expected = MetricsSample { block_size: Some(32), blocks: Some(2048), ..load(5, 6, 0.5) };
    assert_eq!(engine("trtllm-serve").extract(page.as_bytes()).sample, expected);
}

#[test]
fn reads_triton_with_tensorrt_llm() {
    let page = r#"
nv_trt_llm_request_metrics{model="t",request_type="context",version="1"} 9
nv_trt_llm_request_metrics{model="t",request_type="scheduled",version="1"} 6
nv_trt_llm_request_metrics{model="t",request_type="waiting",version="1"} 5
nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction",model="t"} 0.5
nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="tokens_per",model="t"} 64
nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="used",model="t"} 1
nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="t"} 100
"#;
    let expected = MetricsSample { block_size: Some(64), blocks: Some(100), ..load(5, 6, 0.5) };
    assert_eq!(engine("triton-tensorrt-llm").extract(page.as_bytes()).sample, expected);
}

#[test]
fn reads_plain_triton() {
    let page =
        "nv_inference_pending_request_count{model=\"t\"} 5\nnv_inference_exec_count{model=\"t\"} 1000\n";
    let expected = MetricsSample { waiting: Some(5), ..MetricsSample::default() };
    let engine = engine("triton");
    let extraction = engine.extract(page.as_bytes());
    assert_eq!(extraction.sample, expected);
    assert!(extraction.missing.is_empty());
}

#[test]
fn both_names_of_the_kv_usage_are_known() {
    let old = "vllm:gpu_cache_usage_perc 0.25\n";
    assert_eq!(vllm(old).kv_cache_usage, Some(0.25));
    let both = format!("{old}vllm:kv_cache_usage_perc 0.75\n");
    assert_eq!(vllm(&both).kv_cache_usage, Some(0.75));
    let engine =
        EngineMetrics { kv_usage: "vllm:gpu_cache_usage_perc".parse().ok(), ..EngineMetrics::default() };
    let extractor = Extractor::new(&engine);
    assert_eq!(extractor.extract(both.as_bytes()).sample.kv_cache_usage, Some(0.25));
    let new = b"vllm:kv_cache_usage_perc 0.75";
    assert_eq!(extractor.extract(new).sample.kv_cache_usage, Some(0.75));
}

#[test]
fn engines_of_one_server_are_one() {
    let page = r#"
vllm:num_requests_running{engine="0"} 7
vllm:num_requests_running{engine="1"} 8
vllm:num_requests_waiting{engine="0"} 0
vllm:num_requests_waiting{engine="1"} 3
vllm:kv_cache_usage_perc{engine="0"} 0.25
vllm:kv_cache_usage_perc{engine="1"} 0.75
vllm:cache_config_info{block_size="16",engine="0",num_gpu_blocks="100"} 1
vllm:cache_config_info{block_size="16",engine="1",num_gpu_blocks="200"} 1
"#;
    let expected = MetricsSample { block_size: Some(16), blocks: Some(300), ..load(3, 15, 0.5) };
    assert_eq!(vllm(page), expected);
}

#[test]
fn of_several_samples_the_newest_counts_else_the_first() {
    let waiting = |page| vllm(page).waiting;
    assert_eq!(
        waiting("vllm:num_requests_waiting{m=\"a\"} 1\nvllm:num_requests_waiting{m=\"b\"} 2\n"),
        Some(1)
    );
    let timed =
        "vllm:num_requests_waiting 1 5\nvllm:num_requests_waiting 2 7\nvllm:num_requests_waiting 3 7\n";
    assert_eq!(waiting(timed), Some(2));
    assert_eq!(waiting("vllm:num_requests_waiting 1\nvllm:num_requests_waiting 2 7\n"), Some(2));
}

#[test]
fn the_lora_sample_with_the_greatest_value_counts() {
    let page = r#"
vllm:lora_requests_info{max_lora="4",running_lora_adapters="a",waiting_lora_adapters=""} 100.5
vllm:lora_requests_info{max_lora="8",running_lora_adapters="",waiting_lora_adapters="b,,c"} 100.75
vllm:lora_requests_info{max_lora="4",running_lora_adapters="d",waiting_lora_adapters=""} NaN
"#;
    let loras = Loras { active: vec![], waiting: vec!["b".into(), "c".into()], max: 8 };
    assert_eq!(vllm(page).loras, Some(loras));
}

#[test]
fn what_a_page_lacks_is_told() {
    let engine = engine("vllm");
    let extraction = engine.extract(b"vllm:num_requests_waiting 1\nvllm:num_requests_running NaN\n");
    assert_eq!(extraction.sample, MetricsSample { waiting: Some(1), ..MetricsSample::default() });
    let missing: Vec<_> = extraction.missing.iter().map(|spec| &*spec.name).collect();
    assert_eq!(missing, ["vllm:num_requests_running", "vllm:kv_cache_usage_perc"]);
    assert_eq!(engine.extract(b"").missing.len(), 3);
}

#[test]
fn odd_values_are_bent_into_their_range() {
    let page = "vllm:num_requests_waiting -1\nvllm:num_requests_running 1e300\nvllm:kv_cache_usage_perc 1.5\n\
                vllm:cache_config_info{block_size=\"0\",num_gpu_blocks=\"None\"} 1\n";
    assert_eq!(vllm(page), load(0, u32::MAX, 1.0));
    let endless =
        "vllm:kv_cache_usage_perc{engine=\"0\"} +Inf\nvllm:kv_cache_usage_perc{engine=\"1\"} -Inf\n";
    assert_eq!(vllm(endless), MetricsSample::default());
}
