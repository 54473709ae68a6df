//! The section `data`.

use std::path::{Path, PathBuf};

use super::file::{Data, Distribution, SharedPrefix, Tokens, Trace};
use super::load::Kind;
use super::{ScenarioError, Source, refuse, unknown};
use crate::scenario::{Length, Shape, Spread, TraceFormat, Workload};

const PROMPTS: &str = "a file of prompts: a scenario with the workload `prompts`";
const CHAT: &str = "a scenario with the workload `chat`";

/// What inference-perf has, and what there is here instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("mock", "`random`"),
    ("shareGPT", PROMPTS),
    ("cnn_dailymail", PROMPTS),
    ("infinity_instruct", PROMPTS),
    ("billsum_conversations", PROMPTS),
    ("conversation_replay", CHAT),
    ("otel_trace_replay", "a trace in Mooncake's format: a scenario with the workload `trace`"),
    ("weka_trace_replay", "a trace in Mooncake's format: a scenario with the workload `trace`"),
    ("visionarena", PROMPTS),
];

pub(super) fn workload(
    data: Data,
    trace: Option<Trace>,
    load: Kind,
    source: &mut Source,
) -> Result<Workload, ScenarioError> {
    refuse(source, data.multimodal, "there is nothing but text here")?;
    for (section, name) in [
        (data.path, "path"),
        (data.corpus_file_path, "corpus_file_path"),
        (data.use_chat_template, "use_chat_template"),
    ] {
        if let Some(section) = section {
            source
                .warn(section.referenced, format!("`{name}` is not used: prompts are made of common words"));
        }
    }
    if load == Kind::Trace {
        let Some(Trace { file, format }) = data.trace.or(trace) else {
            return Err(source.error(data.kind.referenced, "the key `trace` is missing"));
        };
        if let Some(format) = format.filter(|format| format.value != "AzurePublicDataset") {
            let problem = unknown("value", &format.value, &["AzurePublicDataset"]);
            return Err(source.error(format.referenced, problem));
        }
        return Ok(Workload::Trace {
            path: beside(source, &file),
            format: TraceFormat::Azure,
            seconds: None,
            length_factor: 1.0,
        });
    }
    match data.kind.value.as_str() {
        "shared_prefix" => shared_prefix(data.shared_prefix.unwrap_or_default(), source),
        "random" | "synthetic" => Ok(Workload::Random {
            input: spread(data.input_distribution.unwrap_or_default(), source)?,
            output: spread(data.output_distribution.unwrap_or_default(), source)?,
        }),
        other => {
            let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == other);
            let problem = match elsewhere {
                Some((name, instead)) => format!("there is no `{name}` here: use {instead}"),
                None => unknown("value", other, &["shared_prefix", "random", "synthetic"]),
            };
            Err(source.error(data.kind.referenced, problem))
        }
    }
}

/// A path that is relative to the file that names it.
fn beside(source: &Source, file: &Path) -> PathBuf {
    source.path().parent().map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

fn shared_prefix(data: SharedPrefix, source: &mut Source) -> Result<Workload, ScenarioError> {
    refuse(source, data.multimodal, "there is nothing but text here")?;
    if let Some(chat) = data.enable_multi_turn_chat.filter(|chat| chat.value) {
        let problem = format!("there is no `enable_multi_turn_chat` here: use {CHAT}");
        return Err(source.error(chat.referenced, problem));
    }
    let mut length = |tokens: Option<Tokens>, distribution: Option<Distribution>, otherwise| match (
        tokens,
        distribution,
    ) {
        (_, Some(distribution)) => spread(distribution, source),
        (Some(Tokens::Fixed(tokens)), None) => Ok(Length::Fixed(tokens)),
        (Some(Tokens::Spread(distribution)), None) => spread(*distribution, source),
        (None, None) => Ok(Length::Fixed(otherwise)),
    };
    Ok(Workload::SharedPrefix {
        groups: data.num_groups.unwrap_or(10),
        prompts_per_group: data.num_prompts_per_group.unwrap_or(10),
        system_prompt: length(data.system_prompt_len, None, 100)?,
        question: length(data.question_len, data.question_distribution, 50)?,
        output: length(data.output_len, data.output_distribution, 50)?,
        zipf_exponent: None,
    })
}

fn spread(distribution: Distribution, source: &mut Source) -> Result<Length, ScenarioError> {
    let Distribution { kind, min, max, mean, std_dev, std, variance, skew, total_count } = distribution;
    source.ignore("total_count", &total_count);
    let shape = match kind {
        None => Shape::Normal,
        Some(kind) => match kind.value.as_str() {
            "normal" => Shape::Normal,
            "lognormal" => Shape::Lognormal,
            "uniform" => Shape::Uniform,
            "fixed" => Shape::Fixed,
            "skew_normal" | "poisson" => {
                let problem = format!("there is no `{}` here: use `normal` or `lognormal`", kind.value);
                return Err(source.error(kind.referenced, problem));
            }
            other => {
                let problem = unknown("value", other, &["normal", "lognormal", "uniform", "fixed"]);
                return Err(source.error(kind.referenced, problem));
            }
        },
    };
    if let Some(skew) = skew.filter(|skew| skew.value != 0.0) {
        return Err(source.error(skew.referenced, "there is no `skew` here: use the type `lognormal`"));
    }
    if let Some(std) = &std {
        source.warn(std.referenced, "`std` is taken for `std_dev`; inference-perf ignores it or refuses it");
    }
    let (std, variance) = (std.map(|std| std.value), variance.map(f64::sqrt));
    let std_dev = std_dev.or(std).or(variance).unwrap_or(200.0);
    let mean = mean.unwrap_or(512.0);
    Ok(Length::Spread(Spread { shape, mean, std_dev, min: min.unwrap_or(10), max: max.unwrap_or(1024) }))
}
