//! The load that is asked for.

mod builtin;
mod error;
pub mod inference_perf;
mod read;
pub mod run_config;
pub(crate) mod scale;
mod variable;
mod yaml;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::builtin::{BUILTIN, Builtin, builtin};
pub use self::error::{Place, ScenarioError, Warning};
pub use self::read::{Imported, Target, read};
pub use self::scale::ScaleError;

/// A load: what is asked, when, and for how long. Its seed fixes every prompt, length and arrival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// How reports call it.
    pub name: String,
    pub workload: Workload,
    pub arrivals: Arrivals,
    /// One after the other. Arrivals of a trace have none: their one stage lasts as long as the trace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// Seconds between a stage's last answer and the next stage.
    #[serde(default = "default_pause")]
    pub pause: f64,
    /// Seconds that a stage may take to drain before what is left is given up as incomplete.
    #[serde(default = "default_drain")]
    pub drain_timeout: f64,
    /// What prompts and arrivals are drawn from.
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub request: RequestOptions,
    /// What a request must meet to count as good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slo: Option<Slo>,
}

fn default_pause() -> f64 {
    1.0
}

fn default_drain() -> f64 {
    600.0
}

/// How each request is put.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RequestOptions {
    pub api: Api,
    /// Whether answers are streamed; without it there is no time to first token.
    pub streaming: bool,
    /// Whether the server is told to go on to the last token.
    pub ignore_eos: bool,
    /// Sent with every request.
    pub headers: BTreeMap<String, String>,
    /// Seconds a request may take.
    pub timeout: Option<f64>,
}

impl Default for RequestOptions {
    fn default() -> Self {
        Self {
            api: Api::Completions,
            streaming: true,
            ignore_eos: true,
            headers: BTreeMap::new(),
            timeout: None,
        }
    }
}

/// Which of `OpenAI`'s endpoints is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// `/v1/completions`
    #[default]
    Completions,
    /// `/v1/chat/completions`
    Chat,
}

/// What is asked. Lengths are in tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Workload {
    /// Groups of prompts that begin alike. All prompts are made once; every stage goes round them in one shuffled order,
    /// from the first.
    SharedPrefix {
        groups: u32,
        /// 0: each request has a question of its own.
        prompts_per_group: u32,
        system_prompt: Length,
        question: Length,
        output: Length,
        /// Which group a request takes: round the prompts, or at random with weights 1/rank^exponent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zipf_exponent: Option<f64>,
    },
    /// Prompts that have nothing in common.
    Random { input: Length, output: Length },
    /// Conversations whose turns follow one another; an arrival begins a conversation. Each turn sends all that was said.
    /// All have one system prompt. A stage goes on with the conversation where the one before it stopped.
    Chat {
        conversations: u32,
        turns: Length,
        system_prompt: Length,
        question: Length,
        output: Length,
        /// Seconds between an answer and the next question.
        think_time: f64,
    },
    /// Requests of a recorded trace, in their order.
    Trace {
        path: PathBuf,
        format: TraceFormat,
        /// How much of the trace counts; all where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<f64>,
        /// What its lengths are multiplied by.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        length_factor: f64,
    },
    /// Prompts of a file: JSON lines with `prompt` (or `messages`) and maybe `output_tokens`, or plain lines. Answers among
    /// the messages are left out: the server's own take their place.
    Prompts { path: PathBuf, output: Length },
}

fn one() -> f64 {
    1.0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::float_cmp,
    reason = "the shape that serde asks for; as set"
)]
fn is_one(factor: &f64) -> bool {
    *factor == 1.0
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TraceFormat {
    /// JSON lines: `timestamp` (ms), `input_length`, `output_length`, `hash_ids` (of 512 tokens each).
    Mooncake,
    /// CSV: `TIMESTAMP,ContextTokens,GeneratedTokens`.
    Azure,
}

/// A number of tokens (or turns): one number, or a distribution that is clipped and rounded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a length is a number, or `mean`, `min`, `max` and maybe `type` and `std_dev`")]
pub enum Length {
    Fixed(u32),
    Spread(Spread),
}

/// A distribution of lengths.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    #[serde(rename = "type", default)]
    pub shape: Shape,
    pub mean: f64,
    #[serde(default)]
    pub std_dev: f64,
    pub min: u32,
    pub max: u32,
}

/// How lengths are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    #[default]
    Normal,
    /// With the mean and standard deviation of the samples, not of their logarithms.
    Lognormal,
    Uniform,
    Fixed,
}

/// When requests come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Arrivals {
    /// Equal gaps.
    Constant,
    /// Exponential gaps, and as many requests as come in a stage's seconds. With `exact_count` a stage sends rate × seconds
    /// requests at independent uniform times, in order: a Poisson process of which the number is known.
    Poisson {
        #[serde(default)]
        exact_count: bool,
    },
    /// Gaps of a gamma distribution: 1 is Poisson, less is burstier, more is more regular.
    Gamma { shape: f64 },
    /// When the trace says, divided by `speed`.
    Trace { speed: f64 },
}

/// A part of a run. The next begins when all of this one's answers have ended, and the pause.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub load: StageLoad,
    /// Left out of the overall figures.
    #[serde(default)]
    pub warm_up: bool,
}

/// How much load a stage brings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "a load is `rate` and `seconds`, or `from`, `to` and `seconds`, or `concurrency` and `requests`"
)]
pub enum StageLoad {
    /// Requests a second, whatever comes of them.
    Rate { rate: f64, seconds: f64 },
    /// A rate that rises or falls evenly.
    Ramp { from: f64, to: f64, seconds: f64 },
    /// So many requests at once, a new one for each that ends: a closed loop.
    Concurrency { concurrency: u32, requests: u32 },
}

/// Bounds that a good request meets, in seconds. A failed one is not good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Slo {
    /// Seconds to the first token, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttft: Option<f64>,
    /// Seconds per output token after the first, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpot: Option<f64>,
    /// Seconds to the last token, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e2e: Option<f64>,
}
