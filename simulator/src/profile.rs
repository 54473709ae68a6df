//! Named hardware: what a step costs and how much fits.

use crate::engine::{Limits, StepCosts};

/// A model on some hardware.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// The name flags and reports use.
    pub name: &'static str,
    /// What the time of a step is made of.
    pub costs: StepCosts,
    /// How much fits; what an operator would set by flags.
    pub limits: Limits,
}

/// Qwen3-32B in bf16 over two H100 SXM 80 GB (`schedsim.md` §1.1 and §1.2, where each constant is derived). The KV cache
/// holds 307,328 tokens.
pub const H100_TP2_QWEN3_32B: Profile = Profile {
    name: "h100-tp2-qwen3-32b",
    costs: StepCosts {
        base: 3.0e-3,
        weights: 11.9e-3,
        token: 42e-6,
        context_token: 56e-9,
        pair: 2.1e-9,
        sequence: 30e-6,
    },
    limits: Limits { kv_blocks: 19_208, block_size: 16, max_num_seqs: 1024, max_num_batched_tokens: 8192 },
};

/// Qwen3-0.6B in bf16 on one 48 GB card, as the guide's `digitalocean` environment has it; the KV cache holds 318,000
/// tokens (`schedsim.md` §1.2). Estimated from data sheets, not fitted to a measurement: 1.19 GB of weights at
/// 864 GB/s x 0.80; 1.19 GFLOP a token at 362 TFLOP/s x 0.60; 112 KiB of KV a token at 864 GB/s x 0.70; 0.23 MFLOP a
/// pair (28 layers x 16 heads x 128 x 4) at 362 TFLOP/s x 0.5; base and sequence as above.
pub const DIGITALOCEAN_QWEN3_0_6B: Profile = Profile {
    name: "digitalocean-qwen3-0.6b",
    costs: StepCosts {
        base: 3.0e-3,
        weights: 1.7e-3,
        token: 5.5e-6,
        context_token: 190e-9,
        pair: 1.3e-9,
        sequence: 30e-6,
    },
    limits: Limits { kv_blocks: 19_875, block_size: 16, max_num_seqs: 1024, max_num_batched_tokens: 8192 },
};

/// Qwen3-0.6B in bf16 on a small server without an accelerator: 70 GB/s of memory and 1.5 TFLOP/s (half of it in
/// attention) as reached, 4 GiB of KV cache (37,440 tokens), vLLM's limits for CPUs. Estimated as above.
pub const CPU: Profile = Profile {
    name: "cpu",
    costs: StepCosts {
        base: 2.0e-3,
        weights: 17e-3,
        token: 0.8e-3,
        context_token: 1.6e-6,
        pair: 0.3e-6,
        sequence: 0.1e-3,
    },
    limits: Limits { kv_blocks: 2340, block_size: 16, max_num_seqs: 128, max_num_batched_tokens: 2048 },
};

/// Every profile there is.
pub const PROFILES: [Profile; 3] = [H100_TP2_QWEN3_32B, DIGITALOCEAN_QWEN3_0_6B, CPU];

impl Profile {
    /// The profile of a name.
    pub fn named(name: &str) -> Option<Self> {
        PROFILES.into_iter().find(|profile| profile.name == name)
    }

    /// The same for texts of `factor` their length, so that a text takes as long as before, and as many fit: the KV cache
    /// holds as many fewer tokens, and each token takes as much longer. Of a step that is all of its costs; what grows with
    /// the length of a text and with the number of its tokens grows with the square (`bench.md` §6.7).
    #[must_use]
    pub fn at_length(mut self, factor: f64) -> Self {
        let costs = &mut self.costs;
        for cost in [&mut costs.base, &mut costs.weights, &mut costs.token, &mut costs.sequence] {
            *cost /= factor;
        }
        for cost in [&mut costs.context_token, &mut costs.pair] {
            *cost /= factor * factor;
        }
        let blocks = f64::from(self.limits.kv_blocks) * factor;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` ends at the bounds"
        )]
        let blocks = blocks.round() as u32;
        self.limits.kv_blocks = blocks.max(1);
        self
    }

    /// Tokens that the KV cache holds.
    pub fn kv_tokens(&self) -> u32 {
        self.limits.kv_blocks.saturating_mul(self.limits.block_size)
    }

    /// The same on hardware of another speed: 0.5 takes twice as long for all that memory and arithmetic units do; what
    /// the host does between (base and sequence) stays.
    #[must_use]
    pub fn at_speed(mut self, speed: f64) -> Self {
        let costs = &mut self.costs;
        for cost in [&mut costs.weights, &mut costs.token, &mut costs.context_token, &mut costs.pair] {
            *cost /= speed;
        }
        self
    }
}
