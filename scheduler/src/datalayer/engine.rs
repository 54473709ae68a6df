//! Which metrics of which engine mean what (`epp.md` §6.1).

use super::{MetricSpec, MetricSpecError};

/// The metrics of one engine; what is none is not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineMetrics {
    pub name: String,
    pub queued_requests: Option<MetricSpec>,
    pub running_requests: Option<MetricSpec>,
    /// 0 to 1.
    pub kv_usage: Option<MetricSpec>,
    /// Its labels `running_lora_adapters`, `waiting_lora_adapters`, `max_lora` say what its value does not.
    pub lora: Option<MetricSpec>,
    /// Its labels hold the block size and the number of blocks.
    pub cache_info: Option<MetricSpec>,
    /// Label of `cache_info` with the block size, in tokens; none: `block_size`.
    pub cache_block_size_label: Option<String>,
    /// Label of `cache_info` with the number of blocks; none: `num_gpu_blocks`.
    pub cache_blocks_label: Option<String>,
    /// For engines that give the block size as a value.
    pub cache_block_size: Option<MetricSpec>,
    /// For engines that give the number of blocks as a value.
    pub cache_blocks: Option<MetricSpec>,
}

/// The flags that name metrics, as they were given: none leaves the engine's own, an empty text switches it off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetricFlags {
    /// `--total-queued-requests-metric`
    pub queued_requests: Option<String>,
    /// `--total-running-requests-metric`
    pub running_requests: Option<String>,
    /// `--kv-cache-usage-percentage-metric`
    pub kv_usage: Option<String>,
    /// `--lora-info-metric`
    pub lora: Option<String>,
    /// `--cache-info-metric`
    pub cache_info: Option<String>,
}

impl EngineMetrics {
    /// Puts the flags' metrics in place of its own.
    pub fn override_with(&mut self, flags: &MetricFlags) -> Result<(), MetricSpecError> {
        let MetricFlags { queued_requests, running_requests, kv_usage, lora, cache_info } = flags;
        for (own, flag) in [
            (&mut self.queued_requests, queued_requests),
            (&mut self.running_requests, running_requests),
            (&mut self.kv_usage, kv_usage),
            (&mut self.lora, lora),
            (&mut self.cache_info, cache_info),
        ] {
            match flag.as_deref().map(str::trim) {
                None => {}
                Some("") => *own = None,
                Some(text) => *own = Some(text.parse()?),
            }
        }
        Ok(())
    }

    /// The engines that are known without configuration.
    pub fn built_in() -> [Self; 5] {
        [Self::vllm(), Self::sglang(), Self::trtllm_serve(), Self::triton_tensorrt_llm(), Self::triton()]
    }

    pub fn vllm() -> Self {
        Self {
            lora: Some(MetricSpec::named("vllm:lora_requests_info")),
            cache_info: Some(MetricSpec::named("vllm:cache_config_info")),
            ..Self::load(
                "vllm",
                MetricSpec::named("vllm:num_requests_waiting"),
                MetricSpec::named("vllm:num_requests_running"),
                MetricSpec::named("vllm:kv_cache_usage_perc"),
            )
        }
    }

    fn sglang() -> Self {
        Self {
            cache_info: Some(MetricSpec::named("sglang:cache_config_info")),
            cache_block_size_label: Some("page_size".to_owned()),
            cache_blocks_label: Some("num_pages".to_owned()),
            ..Self::load(
                "sglang",
                MetricSpec::named("sglang:num_queue_reqs"),
                MetricSpec::named("sglang:num_running_reqs"),
                MetricSpec::named("sglang:token_usage"),
            )
        }
    }

    fn trtllm_serve() -> Self {
        Self {
            cache_block_size: Some(MetricSpec::named("trtllm_kv_cache_tokens_per_block")),
            cache_blocks: Some(MetricSpec::named("trtllm_kv_cache_max_blocks")),
            ..Self::load(
                "trtllm-serve",
                MetricSpec::named("trtllm_num_requests_waiting"),
                MetricSpec::named("trtllm_num_requests_running"),
                MetricSpec::named("trtllm_kv_cache_utilization"),
            )
        }
    }

    fn triton_tensorrt_llm() -> Self {
        let request = |kind| MetricSpec::named("nv_trt_llm_request_metrics").with("request_type", kind);
        let block =
            |kind| MetricSpec::named("nv_trt_llm_kv_cache_block_metrics").with("kv_cache_block_type", kind);
        Self {
            cache_block_size: Some(block("tokens_per")),
            cache_blocks: Some(block("max")),
            ..Self::load("triton-tensorrt-llm", request("waiting"), request("scheduled"), block("fraction"))
        }
    }

    /// Upstream also names `nv_inference_exec_count` as running requests. It counts executions since the start, and
    /// upstream reads counters as 0; not reading it says the same.
    fn triton() -> Self {
        Self {
            name: "triton".to_owned(),
            queued_requests: Some(MetricSpec::named("nv_inference_pending_request_count")),
            ..Self::default()
        }
    }

    fn load(name: &str, queued: MetricSpec, running: MetricSpec, kv_usage: MetricSpec) -> Self {
        Self {
            name: name.to_owned(),
            queued_requests: Some(queued),
            running_requests: Some(running),
            kv_usage: Some(kv_usage),
            ..Self::default()
        }
    }
}
