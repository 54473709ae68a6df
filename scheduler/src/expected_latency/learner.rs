//! The constants of a pool, learned from its traffic.
//!
//! Scoring reads the published numbers, which are atomics. The sums behind them are under one lock that nobody waits
//! for: a sample that finds it taken is dropped, one of many.

use std::sync::{Mutex, TryLockError};

use super::atomic_f32::AtomicF32;
use super::books::whole;
use super::least_squares::LeastSquares;
use super::parameters::{Constants, Parameters};

/// Seconds between the arrival of a request here and the first token, beyond its prefill and one step.
const FIRST_TOKEN_DELAY: f64 = 0.045;
/// The published prefill rate is this much above the measured one: rating decode too high against prefill splits
/// groups that share a prefix, the other way round is benign (`schedsim.md` §6).
const PREFILL_BIAS: f32 = 1.1;
/// Seconds a step may take. A stopped process or a clock that jumped is not an engine.
const PLAUSIBLE_STEP: std::ops::RangeInclusive<f32> = 1e-5..=5.0;
/// Seconds to a first token that found no queue.
const PLAUSIBLE_FIRST_TOKEN: std::ops::RangeInclusive<f32> = 1e-5..=120.0;
const BYTES_PER_TOKEN: f32 = 4.0;
const PLAUSIBLE_BYTES_PER_TOKEN: std::ops::RangeInclusive<f32> = 0.5..=32.0;

#[derive(Debug)]
pub(super) struct Learner {
    attention_tokens: f32,
    step: AtomicF32,
    step_per_request: AtomicF32,
    step_per_context_token: AtomicF32,
    prefill_per_token: AtomicF32,
    output_tokens: AtomicF32,
    bytes_per_token: AtomicF32,
    sums: Mutex<Sums>,
}

#[derive(Debug)]
struct Sums {
    /// Step time over 1, requests, context tokens.
    steps: LeastSquares<3>,
    /// Time to first token over 1, prefill tokens.
    first_tokens: LeastSquares<2>,
    slowness: Average,
    output_tokens: Average,
    bytes_per_token: Average,
}

impl Learner {
    pub(super) fn new(parameters: &Parameters) -> Self {
        let prior = parameters.prior;
        let step = [prior.step, prior.step_per_request, prior.step_per_context_token].map(f64::from);
        let first_token = [FIRST_TOKEN_DELAY, f64::from(prior.prefill_per_token)];
        let output_tokens = parameters.output_tokens as f32;
        Self {
            attention_tokens: prior.attention_tokens,
            step: AtomicF32::new(prior.step),
            step_per_request: AtomicF32::new(prior.step_per_request),
            step_per_context_token: AtomicF32::new(prior.step_per_context_token),
            prefill_per_token: AtomicF32::new(prior.prefill_per_token),
            output_tokens: AtomicF32::new(output_tokens),
            bytes_per_token: AtomicF32::new(BYTES_PER_TOKEN),
            sums: Mutex::new(Sums {
                steps: LeastSquares::new(step, [1.0, 16.0, 64_000.0]),
                first_tokens: LeastSquares::new(first_token, [1.0, 2_000.0]),
                slowness: Average::new(1.0, 8.0),
                output_tokens: Average::new(output_tokens, 8.0),
                // Prompts of one pool differ little in this.
                bytes_per_token: Average::new(BYTES_PER_TOKEN, 1.0),
            }),
        }
    }

    pub(super) fn constants(&self) -> Constants {
        Constants {
            step: self.step.load(),
            step_per_request: self.step_per_request.load(),
            step_per_context_token: self.step_per_context_token.load(),
            prefill_per_token: self.prefill_per_token.load(),
            attention_tokens: self.attention_tokens,
        }
    }

    /// Output tokens to expect of a request that allows itself `max_tokens`.
    pub(super) fn output_tokens(&self, max_tokens: Option<u32>) -> u32 {
        whole(self.output_tokens.load().round()).min(max_tokens.unwrap_or(u32::MAX)).max(1)
    }

    pub(super) fn bytes_per_token(&self) -> f32 {
        self.bytes_per_token.load()
    }

    /// Tokens of a unit in which prompts are booked: what counts as one token until something is known.
    pub(super) fn prompt_unit(&self) -> f32 {
        BYTES_PER_TOKEN / self.bytes_per_token()
    }

    /// Learns from steps of `seconds` each over `requests` with `context` tokens, at an endpoint of that
    /// `slowness`. The answer is their length as a multiple of what the constants say, if they are plausible.
    pub(super) fn observe_step(
        &self,
        requests: f32,
        context: f32,
        seconds: f32,
        slowness: f32,
    ) -> Option<f32> {
        if !PLAUSIBLE_STEP.contains(&seconds) {
            return None;
        }
        let ratio = seconds / self.constants().step_time(requests, context);
        self.learn(|sums| {
            // Only slowness relative to the others is the endpoint's own; what all share is the constants'.
            sums.slowness.add(slowness);
            let typical = seconds * sums.slowness.value / slowness;
            sums.steps.observe([1.0, requests, context].map(f64::from), f64::from(typical));
            let [step, per_request, per_context_token] = sums.steps.coefficients();
            self.step.store(single(step));
            self.step_per_request.store(single(per_request));
            self.step_per_context_token.store(single(per_context_token));
        });
        ratio.is_finite().then_some(ratio)
    }

    /// Learns from a first token that came after `seconds` at an endpoint with no other prefill pending. The
    /// request had to compute `prefill_tokens`; the steps there took `step` seconds.
    pub(super) fn observe_first_token(&self, prefill_tokens: u32, seconds: f32, step: f32, slowness: f32) {
        if PLAUSIBLE_FIRST_TOKEN.contains(&seconds) {
            self.learn(|sums| {
                let own = ((seconds - step) / slowness).max(1e-6);
                sums.first_tokens.observe([1.0, f64::from(prefill_tokens)], f64::from(own));
                let [_, per_token] = sums.first_tokens.coefficients();
                self.prefill_per_token.store(PREFILL_BIAS * single(per_token));
            });
        }
    }

    /// Learns how long answers are.
    pub(super) fn observe_output(&self, tokens: u32) {
        self.learn(|sums| self.output_tokens.store(sums.output_tokens.add(tokens as f32)));
    }

    /// Learns how many bytes of a prompt make a token.
    pub(super) fn observe_prompt(&self, bytes: u32, tokens: u32) {
        let ratio = bytes as f32 / tokens as f32;
        if PLAUSIBLE_BYTES_PER_TOKEN.contains(&ratio) {
            self.learn(|sums| self.bytes_per_token.store(sums.bytes_per_token.add(ratio)));
        }
    }

    fn learn(&self, update: impl FnOnce(&mut Sums)) {
        match self.sums.try_lock() {
            Ok(mut sums) => update(&mut sums),
            Err(TryLockError::Poisoned(sums)) => update(&mut sums.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
    }
}

/// A mean that forgets: of all samples at first, later of about the last 256.
#[derive(Debug)]
struct Average {
    value: f32,
    samples: f32,
}

impl Average {
    /// The prior counts for so many samples.
    fn new(prior: f32, samples: f32) -> Self {
        Self { value: prior, samples }
    }

    fn add(&mut self, sample: f32) -> f32 {
        self.samples = (self.samples + 1.0).min(256.0);
        self.value += (sample - self.value) / self.samples;
        self.value
    }
}

#[expect(clippy::cast_possible_truncation, reason = "fitted in double, read in single precision")]
fn single(value: f64) -> f32 {
    value as f32
}
