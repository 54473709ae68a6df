//! What an engine tells of itself.

/// Gauges and counters as vLLM has them. Gauges change when a step ends or a request is aborted, counters when what they
/// count happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests that wait to be admitted, preempted ones included.
    pub waiting: u32,
    /// Requests in the batch.
    pub running: u32,
    /// Blocks of the KV cache.
    pub capacity_blocks: u32,
    /// Blocks in use by running requests. Divided by the capacity it is vLLM's `kv_cache_usage_perc`.
    pub referenced_blocks: u32,
    /// Tokens looked up in the prefix cache: once for each request, when it is first admitted.
    pub prefix_query_tokens: u64,
    /// Of these, tokens found.
    pub prefix_hit_tokens: u64,
    /// Times that a running request lost its blocks to others.
    pub preemptions: u64,
    /// Prompt tokens of requests that have got their first token.
    pub prompt_tokens: u64,
    /// Tokens generated.
    pub generation_tokens: u64,
}
