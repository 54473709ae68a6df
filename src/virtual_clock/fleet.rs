//! What serves.

use simulator::engine::{Engine, Limits};
use simulator::profile::{H100_TP2_QWEN3_32B, Profile};

/// Replicas of one model server.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    pub replicas: u32,
    pub profile: Profile,
    /// Tokens that the KV cache of each holds; none: as the profile says.
    pub kv_tokens: Option<u32>,
    /// How fast each replica is, the first first: 0.5 takes twice as long. Those that are not named are as the profile.
    pub speeds: Vec<f64>,
}

impl Fleet {
    /// Equal replicas of Qwen3-32B on two H100, those of `schedsim.md`.
    pub fn of(replicas: u32) -> Self {
        Self { replicas, profile: H100_TP2_QWEN3_32B, kv_tokens: None, speeds: Vec::new() }
    }

    /// The same with a first replica that takes `factor` times as long.
    #[must_use]
    pub fn with_slow_replica(mut self, factor: f64) -> Self {
        self.speeds = vec![1.0 / factor];
        self
    }

    pub(super) fn limits(&self) -> Limits {
        let limits = self.profile.limits;
        let blocks = self.kv_tokens.map(|tokens| tokens / limits.block_size.max(1));
        Limits { kv_blocks: blocks.unwrap_or(limits.kv_blocks), ..limits }
    }

    pub(super) fn engines(&self) -> Vec<Engine> {
        let speeds = self.speeds.iter().copied().chain(std::iter::repeat(1.0));
        let engine = |speed| Engine::new(self.profile.at_speed(speed).costs, self.limits());
        speeds.take(self.replicas as usize).map(engine).collect()
    }
}
