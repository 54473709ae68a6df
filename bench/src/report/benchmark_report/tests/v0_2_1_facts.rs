//! Version 0.2.1 (`bench.md` §2.3 and §2.4), as far as we write it: what we do not write is unknown.

use super::schema::{
    Fact, Is, PER_TOKEN, PORTION, QUANTITY, REQUEST_RATE, TIME, TOKEN_RATE, optional, required,
};

const DISTRIBUTION: Is = Is::OneOf(&["fixed", "gaussian", "uniform", "other"]);

macro_rules! sequence_length {
    ($is_required:ident, $path:literal) => {
        [
            $is_required($path, Is::Object),
            required(concat!($path, ".distribution"), DISTRIBUTION),
            required(concat!($path, ".value"), Is::Number),
            optional(concat!($path, ".std_dev"), Is::Number),
            optional(concat!($path, ".min"), Is::Count),
            optional(concat!($path, ".max"), Is::Count),
        ]
    };
}

const REPORT: &[Fact] = &[
    required("version", Is::OneOf(&["0.2.1"])),
    required("run", Is::Object),
    required("run.uid", Is::Text),
    optional("run.eid", Is::Text),
    optional("run.cid", Is::Text),
    optional("run.pid", Is::Text),
    optional("run.user", Is::Text),
    optional("run.description", Is::Text),
    optional("run.keywords", Is::List),
    optional("run.time", Is::Object),
    optional("run.time.start", Is::Text),
    optional("run.time.end", Is::Text),
    optional("run.time.duration", Is::Text),
    optional("scenario", Is::Object),
    optional("scenario.stack", Is::List),
    required("scenario.stack[].metadata", Is::Object),
    optional("scenario.stack[].metadata.schema_version", Is::OneOf(&["0.0.1"])),
    required("scenario.stack[].metadata.label", Is::Text),
    required("scenario.stack[].metadata.cfg_id", Is::Text),
    optional("scenario.stack[].metadata.description", Is::Text),
    required("scenario.stack[].standardized", Is::Object),
    required("scenario.stack[].standardized.kind", Is::OneOf(&["generic"])),
    required("scenario.stack[].standardized.tool", Is::Text),
    required("scenario.stack[].standardized.tool_version", Is::Text),
    // A generic component may have keys of its own.
    optional("scenario.stack[].standardized.model", Is::Any),
    optional("scenario.stack[].standardized.replicas", Is::Any),
    optional("scenario.stack[].standardized.url", Is::Any),
    required("scenario.stack[].native", Is::Object),
    optional("scenario.load", Is::Object),
    required("scenario.load.metadata", Is::Object),
    optional("scenario.load.metadata.schema_version", Is::OneOf(&["0.0.1"])),
    optional("scenario.load.metadata.cfg_id", Is::Text),
    optional("scenario.load.metadata.description", Is::Text),
    required("scenario.load.native", Is::Object),
    optional("scenario.load.native.args", Is::Any),
    optional("scenario.load.native.config", Is::Any),
    required("scenario.load.standardized", Is::Object),
    required("scenario.load.standardized.tool", Is::Text),
    required("scenario.load.standardized.tool_version", Is::Text),
    optional("scenario.load.standardized.parallelism", Is::Count),
    required("scenario.load.standardized.source", Is::OneOf(&["random", "sampled", "unknown"])),
    optional("scenario.load.standardized.stage", Is::Count),
    optional("scenario.load.standardized.rate_qps", Is::Number),
    optional("scenario.load.standardized.concurrency", Is::Count),
    optional("scenario.load.standardized.prefix", Is::Object),
    required("scenario.load.standardized.prefix.num_groups", Is::Count),
    required("scenario.load.standardized.prefix.num_users_per_group", Is::Count),
    required("scenario.load.standardized.prefix.num_prefixes", Is::Count),
    optional("scenario.load.standardized.multi_turn", Is::Object),
    optional("scenario.load.standardized.multi_turn.enabled", Is::Bool),
    required("results", Is::Object),
    optional("results.request_performance", Is::Object),
    optional("results.request_performance.aggregate", Is::Object),
    optional("results.request_performance.aggregate.requests", Is::Object),
    required("results.request_performance.aggregate.requests.total", Is::Count),
    optional("results.request_performance.aggregate.requests.failures", Is::Count),
    optional("results.request_performance.aggregate.requests.incomplete", Is::Count),
    optional("results.request_performance.aggregate.requests.input_length", Is::Statistics(QUANTITY)),
    optional("results.request_performance.aggregate.requests.output_length", Is::Statistics(QUANTITY)),
    optional("results.request_performance.aggregate.latency", Is::Object),
    optional("results.request_performance.aggregate.latency.time_to_first_token", Is::Statistics(TIME)),
    optional("results.request_performance.aggregate.latency.request_latency", Is::Statistics(TIME)),
    optional(
        "results.request_performance.aggregate.latency.normalized_time_per_output_token",
        Is::Statistics(PER_TOKEN),
    ),
    optional(
        "results.request_performance.aggregate.latency.time_per_output_token",
        Is::Statistics(PER_TOKEN),
    ),
    optional("results.request_performance.aggregate.latency.inter_token_latency", Is::Statistics(PER_TOKEN)),
    optional("results.request_performance.aggregate.throughput", Is::Object),
    optional("results.request_performance.aggregate.throughput.input_token_rate", Is::Statistics(TOKEN_RATE)),
    optional(
        "results.request_performance.aggregate.throughput.output_token_rate",
        Is::Statistics(TOKEN_RATE),
    ),
    optional("results.request_performance.aggregate.throughput.total_token_rate", Is::Statistics(TOKEN_RATE)),
    optional("results.request_performance.aggregate.throughput.request_rate", Is::Statistics(REQUEST_RATE)),
    optional("results.observability", Is::Object),
    optional("results.observability.components", Is::List),
    required("results.observability.components[].component_label", Is::Text),
    optional("results.observability.components[].replica_id", Is::Text),
    optional("results.observability.components[].aggregate", Is::Object),
    optional("results.observability.components[].aggregate.cache_hit_rate", Is::Statistics(PORTION)),
    optional("results.observability.components[].aggregate.kv_cache_usage", Is::Statistics(PORTION)),
    optional("results.observability.components[].aggregate.preemptions", Is::Statistics(QUANTITY)),
    optional("results.observability.components[].aggregate.running_requests", Is::Statistics(QUANTITY)),
    optional("results.observability.components[].aggregate.waiting_requests", Is::Statistics(QUANTITY)),
];

const LENGTHS: [[Fact; 6]; 4] = [
    sequence_length!(required, "scenario.load.standardized.input_seq_len"),
    sequence_length!(optional, "scenario.load.standardized.output_seq_len"),
    sequence_length!(required, "scenario.load.standardized.prefix.prefix_len"),
    sequence_length!(optional, "scenario.load.standardized.multi_turn.max_turns"),
];

pub(super) fn v0_2_1() -> Vec<Fact> {
    LENGTHS.into_iter().flatten().chain(REPORT.iter().copied()).collect()
}
