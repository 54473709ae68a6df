//! What was asked of whom.

use serde::Serialize;
use serde_json::Value;

use super::super::Part;
use super::super::load::{TOOL, TOOL_VERSION, inference_perf, spread};
use super::identity;
use crate::report::{BenchReport, Summary};
use crate::scenario::{Length, Shape, Workload};

/// The component that replicas are of.
pub(super) const MODEL_SERVERS: &str = "model-servers";

const SCHEMA_VERSION: &str = "0.0.1";

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    pub load: Load,
    pub stack: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    pub metadata: LoadMetadata,
    pub native: Native,
    pub standardized: LoadStandardized,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoadMetadata {
    pub cfg_id: String,
    pub description: String,
    pub schema_version: String,
}

/// In the words of the tool itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Native {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoadStandardized {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    pub input_seq_len: SequenceLength,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_turn: Option<MultiTurn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_seq_len: Option<SequenceLength>,
    pub parallelism: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<Prefix>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_qps: Option<f64>,
    /// `random` or `sampled`.
    pub source: &'static str,
    pub stage: u32,
    pub tool: &'static str,
    pub tool_version: &'static str,
}

/// Tokens (or turns).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SequenceLength {
    /// `fixed`, `gaussian`, `uniform` or `other`.
    pub distribution: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std_dev: Option<f64>,
    pub value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Prefix {
    pub num_groups: u32,
    pub num_prefixes: u32,
    pub num_users_per_group: u32,
    pub prefix_len: SequenceLength,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MultiTurn {
    pub enabled: bool,
    pub max_turns: SequenceLength,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Component {
    pub metadata: ComponentMetadata,
    pub native: Native,
    pub standardized: Generic,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComponentMetadata {
    pub cfg_id: String,
    pub label: String,
    pub schema_version: String,
}

/// A component of which no more is known; further keys are free.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Generic {
    pub kind: &'static str,
    pub model: String,
    pub replicas: usize,
    pub tool: String,
    pub tool_version: String,
    pub url: String,
}

impl Scenario {
    pub(super) fn of(report: &BenchReport, part: Part<'_>) -> Self {
        Self { load: Load::of(report, part), stack: vec![Component::of(report)] }
    }
}

impl Load {
    fn of(report: &BenchReport, part: Part<'_>) -> Self {
        let config = serde_json::to_value(&report.scenario).unwrap_or_default();
        Self {
            metadata: LoadMetadata {
                cfg_id: identity(&[&config.to_string()]),
                description: report.scenario.name.clone(),
                schema_version: SCHEMA_VERSION.into(),
            },
            native: Native { args: Some(inference_perf(report)), config: Some(config) },
            standardized: LoadStandardized::of(&report.scenario.workload, part),
        }
    }
}

impl LoadStandardized {
    fn of(workload: &Workload, part: Part<'_>) -> Self {
        let (rate_qps, concurrency) = match part {
            Part::Whole(_) => (None, None),
            Part::Stage(stage) => (stage.offered_rate.filter(|rate| *rate > 0.0), stage.concurrency),
        };
        let of = |length: &Length| SequenceLength::of(*length);
        let measured = SequenceLength::measured(part.summary());
        let (input_seq_len, output_seq_len, source) = match workload {
            Workload::SharedPrefix { system_prompt, question, output, .. }
            | Workload::Chat { system_prompt, question, output, .. } => {
                (of(system_prompt).and(of(question)), Some(of(output)), "random")
            }
            Workload::Random { input, output } => (of(input), Some(of(output)), "random"),
            Workload::Prompts { output, .. } => (measured, Some(of(output)), "sampled"),
            Workload::Trace { .. } => (measured, None, "sampled"),
        };
        Self {
            concurrency,
            input_seq_len,
            multi_turn: match workload {
                Workload::Chat { turns, .. } => Some(MultiTurn { enabled: true, max_turns: of(turns) }),
                _ => None,
            },
            output_seq_len,
            parallelism: 1,
            prefix: match workload {
                Workload::SharedPrefix { groups, prompts_per_group, system_prompt, .. } => Some(Prefix {
                    num_groups: (*groups).max(1),
                    num_prefixes: 1,
                    // 0 where each request has a question of its own.
                    num_users_per_group: (*prompts_per_group).max(1),
                    prefix_len: of(system_prompt),
                }),
                _ => None,
            },
            rate_qps,
            source,
            stage: part.number(),
            tool: TOOL,
            tool_version: TOOL_VERSION,
        }
    }
}

impl SequenceLength {
    fn of(length: Length) -> Self {
        let spread = spread(length);
        Self {
            distribution: match spread.shape {
                Shape::Fixed => "fixed",
                Shape::Normal => "gaussian",
                Shape::Uniform => "uniform",
                Shape::Lognormal => "other",
            },
            max: Some(spread.max.max(1)),
            min: Some(spread.min),
            std_dev: (spread.shape != Shape::Fixed).then_some(spread.std_dev),
            value: spread.mean,
        }
    }

    /// One after the other.
    fn and(self, other: Self) -> Self {
        let sum = |a: Option<u32>, b: Option<u32>| Some(a?.saturating_add(b?));
        let is_plain = [self, other].iter().all(|length| length.distribution == "fixed");
        Self {
            distribution: if is_plain { "fixed" } else { "other" },
            max: sum(self.max, other.max),
            min: sum(self.min, other.min),
            std_dev: None,
            value: self.value + other.value,
        }
    }

    /// As the server counted.
    fn measured(summary: &Summary) -> Self {
        let stat = summary.prompt_tokens.as_ref();
        Self {
            distribution: "other",
            max: None,
            min: None,
            std_dev: stat.map(|stat| stat.std_dev),
            value: stat.map_or(0.0, |stat| stat.mean),
        }
    }
}

impl Component {
    fn of(report: &BenchReport) -> Self {
        Self {
            metadata: ComponentMetadata {
                cfg_id: identity(&[&report.arm, &report.url, &report.model]),
                label: MODEL_SERVERS.into(),
                schema_version: SCHEMA_VERSION.into(),
            },
            native: Native::default(),
            standardized: Generic {
                kind: "generic",
                model: report.model.clone(),
                replicas: report.replicas.len(),
                tool: report.arm.clone(),
                tool_version: "unknown".into(),
                url: report.url.clone(),
            },
        }
    }
}
