//! What came of one request.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One request and its answer. Times are monotonic and since the start of the run; one line of a JSON lines file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Sample {
    /// Counted from 0.
    pub stage: u32,
    /// Which of the stage's planned requests, from 0, in the order of their arrival.
    pub request: u32,
    /// Which turn of a conversation, from 0.
    pub turn: u32,
    /// Which of the plan's prompts.
    pub prompt: u32,
    #[serde(flatten)]
    pub times: Times,
    /// As the server counts (`usage`); zero where it says nothing.
    pub prompt_tokens: u32,
    /// As the server counts; where it says nothing, zero.
    pub output_tokens: u32,
    /// Prompt tokens that were in the cache; none where the server does not say.
    pub cached_tokens: Option<u32>,
    /// Events of the stream that carried text.
    pub events: u32,
    /// Who answered, where a header of the answer says it.
    pub replica: Option<Arc<str>>,
    /// None when all went well.
    pub failure: Option<Failure>,
}

/// When each part of a request happened, in seconds since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Times {
    /// When it was to be sent. A follow-up: when its think time ended.
    #[serde(with = "seconds")]
    #[schemars(with = "f64")]
    pub intended: Duration,
    /// When it was handed to HTTP, before a connection was waited for.
    #[serde(with = "seconds")]
    #[schemars(with = "f64")]
    pub sent: Duration,
    /// First event of the stream, whatever it carries.
    #[serde(with = "maybe_seconds")]
    #[schemars(with = "Option<f64>")]
    pub first_event: Option<Duration>,
    /// First event with content, reasoning or a tool call.
    #[serde(with = "maybe_seconds")]
    #[schemars(with = "Option<f64>")]
    pub first_token: Option<Duration>,
    /// Last such event; of an answer in one piece, when it was there.
    #[serde(with = "maybe_seconds")]
    #[schemars(with = "Option<f64>")]
    pub last_token: Option<Duration>,
    /// When the answer ended or failed.
    #[serde(with = "seconds")]
    #[schemars(with = "f64")]
    pub closed: Duration,
}

impl Times {
    /// The same moments, counted from so much earlier.
    pub(crate) fn shift(&mut self, by: Duration) {
        let Self { intended, sent, first_event, first_token, last_token, closed } = self;
        let maybe = [first_event, first_token, last_token].into_iter().flatten();
        for moment in [intended, sent, closed].into_iter().chain(maybe) {
            *moment = moment.saturating_add(by);
        }
    }
}

/// Why a request does not count as answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// What was seen, shortened.
    pub detail: String,
}

/// Kinds of failure, as reports count them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// No connection.
    Connect,
    Tls,
    /// It took longer than it may.
    Timeout,
    /// The status was not 200.
    Http(u16),
    /// An `error` object within a stream that began well.
    InStreamError,
    /// The stream ended without `[DONE]` or a finish reason, or broke off.
    Truncated,
    /// Fewer tokens than asked for although the end was to be ignored.
    ShortOutput,
    /// No text at all.
    Empty,
    /// The answer could not be read.
    Malformed,
    /// The stage's time to drain was over before the answer had ended.
    DrainTimeout,
    /// The run was interrupted: incomplete, not failed.
    Cancelled,
}

mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(value.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Duration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom)
    }
}

mod maybe_seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the shape that serde asks for")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(|value| value.as_secs_f64()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let seconds = Option::<f64>::deserialize(deserializer)?;
        seconds.map(Duration::try_from_secs_f64).transpose().map_err(serde::de::Error::custom)
    }
}
