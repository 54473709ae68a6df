//! Which metrics of which engine mean what (`epp.md` §6.1).

use std::str::FromStr;

use llmd_api::config::{EngineMetrics, MetricSpec};

/// What a flag that names a metric says: a metric, or none when its text is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricFlag(pub Option<MetricSpec>);

impl FromStr for MetricFlag {
    type Err = <MetricSpec as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_off = text.trim().is_empty();
        Ok(Self(if is_off { None } else { Some(text.parse()?) }))
    }
}

/// The flags that name metrics; one that is not given leaves the engine's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetricFlags {
    /// `--total-queued-requests-metric`
    pub queued_requests: Option<MetricFlag>,
    /// `--total-running-requests-metric`
    pub running_requests: Option<MetricFlag>,
    /// `--kv-cache-usage-percentage-metric`
    pub kv_usage: Option<MetricFlag>,
    /// `--lora-info-metric`
    pub lora: Option<MetricFlag>,
    /// `--cache-info-metric`
    pub cache_info: Option<MetricFlag>,
}

impl MetricFlags {
    /// Puts the flags' metrics in place of the engine's own.
    pub(super) fn apply(&self, engine: &mut EngineMetrics) {
        let Self { queued_requests, running_requests, kv_usage, lora, cache_info } = self;
        for (own, flag) in [
            (&mut engine.queued_requests, queued_requests),
            (&mut engine.running_requests, running_requests),
            (&mut engine.kv_usage, kv_usage),
            (&mut engine.lora, lora),
            (&mut engine.cache_info, cache_info),
        ] {
            if let Some(MetricFlag(metric)) = flag {
                own.clone_from(metric);
            }
        }
    }
}

/// The engines that are known without configuration.
pub fn built_in_engines() -> [EngineMetrics; 5] {
    [vllm(), sglang(), trtllm_serve(), triton_tensorrt_llm(), triton()]
}

pub(super) fn vllm() -> EngineMetrics {
    EngineMetrics {
        name: "vllm".to_owned(),
        queued_requests: metric("vllm:num_requests_waiting"),
        running_requests: metric("vllm:num_requests_running"),
        kv_usage: metric("vllm:kv_cache_usage_perc"),
        lora: metric("vllm:lora_requests_info"),
        cache_info: metric("vllm:cache_config_info"),
        ..EngineMetrics::default()
    }
}

fn sglang() -> EngineMetrics {
    EngineMetrics {
        name: "sglang".to_owned(),
        queued_requests: metric("sglang:num_queue_reqs"),
        running_requests: metric("sglang:num_running_reqs"),
        kv_usage: metric("sglang:token_usage"),
        cache_info: metric("sglang:cache_config_info"),
        cache_block_size_label: Some("page_size".to_owned()),
        cache_blocks_label: Some("num_pages".to_owned()),
        ..EngineMetrics::default()
    }
}

fn trtllm_serve() -> EngineMetrics {
    EngineMetrics {
        name: "trtllm-serve".to_owned(),
        queued_requests: metric("trtllm_num_requests_waiting"),
        running_requests: metric("trtllm_num_requests_running"),
        kv_usage: metric("trtllm_kv_cache_utilization"),
        cache_block_size: metric("trtllm_kv_cache_tokens_per_block"),
        cache_blocks: metric("trtllm_kv_cache_max_blocks"),
        ..EngineMetrics::default()
    }
}

fn triton_tensorrt_llm() -> EngineMetrics {
    let request = |kind| labelled("nv_trt_llm_request_metrics", "request_type", kind);
    let block = |kind| labelled("nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type", kind);
    EngineMetrics {
        name: "triton-tensorrt-llm".to_owned(),
        queued_requests: request("waiting"),
        running_requests: request("scheduled"),
        kv_usage: block("fraction"),
        cache_block_size: block("tokens_per"),
        cache_blocks: block("max"),
        ..EngineMetrics::default()
    }
}

/// Upstream also names `nv_inference_exec_count` as running requests. It counts executions since the start, and
/// upstream reads counters as 0; not reading it says the same.
fn triton() -> EngineMetrics {
    EngineMetrics {
        name: "triton".to_owned(),
        queued_requests: metric("nv_inference_pending_request_count"),
        ..EngineMetrics::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the fields are optional")]
fn metric(name: &str) -> Option<MetricSpec> {
    Some(MetricSpec { name: name.to_owned(), labels: Vec::new() })
}

#[expect(clippy::unnecessary_wraps, reason = "the fields are optional")]
fn labelled(name: &str, label: &str, value: &str) -> Option<MetricSpec> {
    Some(MetricSpec { name: name.to_owned(), labels: vec![(label.to_owned(), value.to_owned())] })
}
