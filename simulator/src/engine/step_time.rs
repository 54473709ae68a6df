//! How long a step takes.

use std::time::Duration;

/// What the time of a step is made of, in seconds (`schedsim.md` §1.1):
///
/// `base + (weights³ + (token·tokens)³)^⅓ + context_token·context + pair·pairs + sequence·sequences`
///
/// The second term is the matrix products: bound by reading the weights when the batch is small, by arithmetic when it
/// is large, and a smooth passage between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepCosts {
    /// Launching, synchronising, scheduling: paid by every step.
    pub base: f64,
    /// Reading all weights once.
    pub weights: f64,
    /// The matrix products of one token.
    pub token: f64,
    /// Reading the KV cache of one token of context of a decoding sequence.
    pub context_token: f64,
    /// The attention of one query to one key in a prefill.
    pub pair: f64,
    /// Sampling and bookkeeping of one sequence.
    pub sequence: f64,
}

/// The work of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    tokens: u64,
    context: u64,
    pairs: u64,
    sequences: u64,
}

impl Batch {
    /// Adds `tokens` of a sequence behind `computed` tokens that it has already. A single token is a decode, which reads
    /// its context; more are a prefill, whose attention is bound by arithmetic.
    pub(super) fn add(&mut self, computed: u32, tokens: u32) {
        let (before, new) = (u64::from(computed), u64::from(tokens));
        self.sequences += 1;
        self.tokens += new;
        if new == 1 {
            self.context += before + 1;
        } else {
            self.pairs += new * before + new * (new + 1) / 2;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sequences == 0
    }
}

impl StepCosts {
    /// Never zero, so that a driver's time goes on.
    pub(super) fn time(&self, batch: &Batch) -> Duration {
        let compute = self.token * batch.tokens as f64;
        let products = (self.weights.powi(3) + compute.powi(3)).cbrt();
        let seconds = self.base
            + products
            + self.context_token * batch.context as f64
            + self.pair * batch.pairs as f64
            + self.sequence * batch.sequences as f64;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).max(Duration::from_nanos(1))
    }
}
