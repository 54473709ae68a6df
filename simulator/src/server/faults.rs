//! Failures on purpose: by flags at the start, by `/admin/faults` while the server runs.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use clap::{Args, ValueEnum};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use xxhash_rust::xxh64::xxh64;

use super::openai::Refusal;

/// What goes wrong. The members of `/admin/faults` are named as the flags are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[command(next_help_heading = "Faults")]
pub struct Faults {
    /// Share of generation requests that are answered by an error, in percent
    #[arg(long, default_value_t = 0.0, value_name = "PERCENT")]
    pub failure_injection_rate: f64,
    /// Errors to choose from [default: all]
    #[arg(long, value_delimiter = ',', num_args = 1..)]
    pub failure_types: Vec<FailureType>,
    /// Milliseconds that a generation request is held back before anything is done with it
    #[arg(long, default_value_t = 0, value_name = "MS")]
    pub fault_latency_ms: u64,
    /// Makes every step of the engine take this many times as long
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    pub fault_slow_factor: f64,
    /// Serve this many generation requests, and crash at the next
    #[arg(long, value_name = "REQUESTS")]
    pub fault_crash_after: Option<u64>,
    /// Generate nothing, while all else is answered
    #[arg(long)]
    pub fault_hang: bool,
    /// Cut the connection of a streamed answer behind this many tokens
    #[arg(long, value_name = "TOKENS")]
    pub fault_drop_after_tokens: Option<u32>,
    /// Answer /metrics by 503
    #[arg(long)]
    pub fault_refuse_metrics: bool,
}

impl Default for Faults {
    /// None.
    fn default() -> Self {
        Self {
            failure_injection_rate: 0.0,
            failure_types: Vec::new(),
            fault_latency_ms: 0,
            fault_slow_factor: 1.0,
            fault_crash_after: None,
            fault_hang: false,
            fault_drop_after_tokens: None,
            fault_refuse_metrics: false,
        }
    }
}

impl Faults {
    /// Everything that is out of its bounds.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !(0.0..=100.0).contains(&self.failure_injection_rate) {
            let rate = self.failure_injection_rate;
            problems.push(format!("failure-injection-rate must be between 0 and 100, not {rate}"));
        }
        if !(self.fault_slow_factor.is_finite() && self.fault_slow_factor > 0.0) {
            problems.push(format!("fault-slow-factor must be above 0, not {}", self.fault_slow_factor));
        }
        problems
    }

    /// These faults, with some members replaced.
    fn with(&self, changes: Map<String, Value>) -> Result<Self, String> {
        let mut faults = self.clone();
        for (name, value) in changes {
            let name = name.replace('_', "-");
            let wrong = |error: serde_json::Error| format!("{name}: {error}");
            let mut members = serde_json::to_value(&faults).map_err(wrong)?;
            members[&name] = value;
            faults = serde_json::from_value(members).map_err(wrong)?;
        }
        let problems = faults.problems();
        if problems.is_empty() { Ok(faults) } else { Err(problems.join("; ")) }
    }
}

/// The errors of llm-d-inference-sim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum FailureType {
    RateLimit,
    InvalidApiKey,
    ContextLength,
    ServerError,
    InvalidRequest,
    ModelNotFound,
}

impl FailureType {
    fn refusal(self) -> Refusal {
        let (status, kind, message) = match self {
            Self::RateLimit => (StatusCode::TOO_MANY_REQUESTS, "RateLimitError", "rate limit reached"),
            Self::InvalidApiKey => (StatusCode::UNAUTHORIZED, "AuthenticationError", "invalid API key"),
            Self::ContextLength => {
                (StatusCode::BAD_REQUEST, "BadRequestError", "maximum context length exceeded")
            }
            Self::ServerError => {
                (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailableError", "server overloaded")
            }
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, "BadRequestError", "invalid request"),
            Self::ModelNotFound => (StatusCode::NOT_FOUND, "NotFoundError", "the model does not exist"),
        };
        Refusal { status, kind, message: format!("injected failure: {message}"), param: None }
    }
}

/// The faults in force, and what they have come to.
pub(super) struct FaultState {
    current: watch::Sender<Faults>,
    seed: u64,
    /// Generation requests that came, for the choice of those that fail.
    requests: AtomicU64,
    /// Generation requests served since the faults were last changed.
    served: AtomicU64,
    /// The server goes down when it is cancelled.
    crash: CancellationToken,
}

impl FaultState {
    pub(super) fn new(faults: Faults, seed: u64, crash: CancellationToken) -> Self {
        let counter = AtomicU64::default;
        Self { current: watch::Sender::new(faults), seed, requests: counter(), served: counter(), crash }
    }

    pub(super) fn current(&self) -> Faults {
        self.current.borrow().clone()
    }

    pub(super) fn follow(&self) -> watch::Receiver<Faults> {
        self.current.subscribe()
    }

    /// Replaces the members that are named.
    ///
    /// # Errors
    /// When one is not known, or its value is out of bounds; then nothing changes.
    pub(super) fn change(&self, changes: Map<String, Value>) -> Result<Faults, String> {
        let mut outcome = Err(String::new());
        self.current.send_if_modified(|faults| {
            outcome = faults.with(changes);
            if let Ok(changed) = &outcome {
                faults.clone_from(changed);
                self.served.store(0, Relaxed);
            }
            outcome.is_ok()
        });
        let faults = outcome?;
        tracing::info!(?faults, "faults were changed");
        Ok(faults)
    }

    /// Lets a generation request pass, or not.
    ///
    /// # Errors
    /// The injected failure.
    pub(super) async fn meet_request(&self) -> Result<(), Refusal> {
        let faults = self.current();
        let number = self.requests.fetch_add(1, Relaxed);
        let served = self.served.fetch_add(1, Relaxed);
        if faults.fault_crash_after.is_some_and(|most| served >= most) {
            self.crash.cancel();
            // Nothing is answered any more.
            std::future::pending::<()>().await;
        }
        if faults.fault_latency_ms > 0 {
            tokio::time::sleep(Duration::from_millis(faults.fault_latency_ms)).await;
        }
        let random = xxh64(&number.to_le_bytes(), self.seed);
        if (random >> 11) as f64 / (1_u64 << 53) as f64 * 100.0 >= faults.failure_injection_rate {
            return Ok(());
        }
        let types = match faults.failure_types.as_slice() {
            [] => FailureType::value_variants(),
            types => types,
        };
        let chosen = usize::try_from(random % types.len() as u64).unwrap_or_default();
        Err(types[chosen].refusal())
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use serde_json::json;

    use super::*;

    #[test]
    fn changes_at_the_same_time_are_all_kept() {
        let state = FaultState::new(Faults::default(), 0, CancellationToken::new());
        let change = |member: &str| {
            for value in 1..=500 {
                state.change(Map::from_iter([(member.to_owned(), json!(value))])).unwrap();
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| change("fault-latency-ms"));
            scope.spawn(|| change("fault-drop-after-tokens"));
        });
        let faults = state.current();
        assert_eq!((faults.fault_latency_ms, faults.fault_drop_after_tokens), (500, Some(500)));
    }
}
