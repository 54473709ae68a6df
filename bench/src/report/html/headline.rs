//! The result in one sentence, and the five figures that people ask for first.

use serde::Serialize;

use super::super::number::{count, durations, factor, percent, significant};
use super::arms::{Arm, Measured};
use crate::report::Summary;
use crate::report::comparison::{self, Comparison, Statistic, Verdict};
use crate::report::metric::{Latency, Metric};

/// What stands on top of the page.
#[derive(Debug, Serialize)]
pub(super) struct Headline {
    pub sentence: String,
    /// What was run.
    pub facts: Vec<String>,
    pub cards: Vec<Card>,
}

/// One figure.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    pub name: &'static str,
    pub value: String,
    /// The same of the arm that is compared with.
    pub instead: Option<String>,
    pub change: Option<Change>,
}

/// How two values compare.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Change {
    pub text: String,
    pub class: Class,
}

/// Whether a difference is wanted, as a class of the style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Class {
    Better,
    Worse,
    /// No more is known than both values.
    Same,
}

/// What is said of a difference that may be chance.
const NOISE: &str = "not beyond what runs differ by";

/// Of what a card is made.
struct Figure {
    name: &'static str,
    /// What a comparison calls it.
    compared_as: comparison::Figure,
    of: fn(&Summary) -> Option<f64>,
    write: fn(f64, f64) -> [String; 2],
}

const FIGURES: [Figure; 5] = [
    Figure {
        name: "Requests per second",
        compared_as: comparison::Figure { metric: Metric::RequestRate, statistic: Statistic::Rate },
        of: |summary| Some(summary.throughput.requests_per_second),
        write: numbers,
    },
    Figure {
        name: "Output tokens per second",
        compared_as: comparison::Figure { metric: Metric::OutputTokenRate, statistic: Statistic::Rate },
        of: |summary| Some(summary.throughput.output_tokens_per_second),
        write: numbers,
    },
    Figure {
        name: "Time to first token, median",
        compared_as: comparison::Figure { metric: Metric::Ttft, statistic: Statistic::Median },
        of: first_token,
        write: |one, other| durations([one, other]),
    },
    Figure {
        name: "Time per output token, median",
        compared_as: comparison::Figure { metric: Metric::Tpot, statistic: Statistic::Median },
        of: |summary| Some(summary.latency.get(&Latency::Tpot)?.p50),
        write: |one, other| durations([one, other]),
    },
    Figure {
        name: "Prompt tokens from the cache",
        compared_as: comparison::Figure { metric: Metric::HitShare, statistic: Statistic::Share },
        of: |summary| summary.hit_share,
        write: |one, other| [percent(one), percent(other)],
    },
];

fn first_token(summary: &Summary) -> Option<f64> {
    Some(summary.latency.get(&Latency::Ttft)?.p50)
}

fn numbers(one: f64, other: f64) -> [String; 2] {
    [significant(one), significant(other)]
}

/// `base` is what the subject is set against.
pub(super) fn headline(
    arms: &[Arm<'_>],
    subject: &Arm<'_>,
    base: Option<&Arm<'_>>,
    comparison: Option<&Comparison>,
) -> Headline {
    Headline {
        sentence: match base {
            Some(base) => sentence(subject, base, comparison),
            None => alone(subject),
        },
        facts: facts(arms, subject),
        cards: FIGURES.iter().filter_map(|figure| card(figure, subject, base, comparison)).collect(),
    }
}

fn sentence(subject: &Arm<'_>, base: &Arm<'_>, comparison: Option<&Comparison>) -> String {
    let [throughput, _, first_token, ..] = &FIGURES;
    let pair = |figure: &Figure| {
        let [new, old] = [subject.overall(figure.of)?.mean, base.overall(figure.of)?.mean];
        Some((new, old, figure.verdict(comparison)))
    };
    let mut parts = Vec::new();
    if let Some((new, old, verdict)) = pair(throughput) {
        let [many, before] = numbers(new, old);
        let told = match verdict {
            Verdict::Better | Verdict::Worse if old > 0.0 => format!(" ({})", factor(new / old)),
            Verdict::WithinNoise => format!(" ({NOISE})"),
            _ => String::new(),
        };
        let name = base.name;
        parts.push(format!("answered {many} requests per second, “{name}” {before}{told}"));
    }
    if let Some((new, old, verdict)) = pair(first_token) {
        let [now, before] = durations([new, old]);
        parts.push(match verdict {
            Verdict::WithinNoise => {
                format!("its median first token came after {now}, the other’s after {before} ({NOISE})")
            }
            Verdict::Better | Verdict::Untested => {
                format!("its median first token came after {now} instead of {before}")
            }
            Verdict::Worse => format!("its median first token came only after {now} instead of {before}"),
        });
    }
    format!("“{}” {}", subject.name, parts.join(", and "))
}

fn alone(subject: &Arm<'_>) -> String {
    let answered = subject
        .overall(|summary| Some(summary.throughput.requests_per_second))
        .map(|rate| format!("answered {} requests per second", significant(rate.mean)));
    let first = subject.overall(first_token).map(|time| {
        let [time] = durations([time.mean]);
        format!("its median first token came after {time}")
    });
    let parts: Vec<String> = answered.into_iter().chain(first).collect();
    format!("“{}” {}", subject.name, parts.join(", and "))
}

fn facts(arms: &[Arm<'_>], subject: &Arm<'_>) -> Vec<String> {
    let Some(run) = subject.runs.first() else { return Vec::new() };
    let mut facts = vec![format!("scenario {}", run.scenario.name), run.model.clone()];
    let stages = run.stages.len();
    facts.push(format!(
        "{} requests in {stages} stage{}",
        count(run.stages.iter().map(|stage| stage.summary.requests).fold(0, u64::saturating_add)),
        if stages == 1 { "" } else { "s" },
    ));
    if !run.replicas.is_empty() {
        let simulated = if run.is_simulated { " simulated" } else { "" };
        facts.push(format!("{}{simulated} replicas", run.replicas.len()));
    }
    let runs = arms.iter().map(|arm| arm.runs.len()).max().unwrap_or_default();
    if runs > 1 {
        facts.push(format!("{runs} runs of each arm"));
    }
    facts.push(if run.is_cold { "caches empty at the start" } else { "caches as they were" }.to_owned());
    facts.push(match run.started_at.parse::<jiff::Timestamp>() {
        Ok(at) => at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => run.started_at.clone(),
    });
    facts
}

fn card(
    figure: &Figure,
    subject: &Arm<'_>,
    base: Option<&Arm<'_>>,
    comparison: Option<&Comparison>,
) -> Option<Card> {
    let new = subject.overall(figure.of)?.mean;
    let old = base.and_then(|base| Some((base, base.overall(figure.of)?.mean)));
    let [value, before] = (figure.write)(new, old.map_or(new, |(_, old)| old));
    Some(Card {
        name: figure.name,
        value,
        instead: old.map(|(base, _)| format!("{before} with “{}”", base.name)),
        change: old.filter(|(_, old)| *old > 0.0).map(|(_, old)| {
            let ratio = new / old;
            Change::of(ratio, figure.verdict(comparison))
        }),
    })
}

impl Change {
    fn of(ratio: f64, verdict: Verdict) -> Self {
        let size = match ratio {
            ratio if ratio >= 2.0 => factor(ratio),
            ratio if ratio <= 0.5 => format!("{} less", factor(1.0 / ratio)),
            _ => {
                format!("{}{:.0} %", if ratio > 1.0 { "+" } else { "−" }, (ratio - 1.0).abs() * 100.0)
            }
        };
        let (text, class) = match verdict {
            Verdict::WithinNoise => (format!("{size} · {NOISE}"), Class::Same),
            Verdict::Untested => (size, Class::Same),
            Verdict::Better => (format!("{size} · better"), Class::Better),
            Verdict::Worse => (format!("{size} · worse"), Class::Worse),
        };
        Self { text, class }
    }
}

impl Figure {
    /// What the comparison found.
    fn verdict(&self, comparison: Option<&Comparison>) -> Verdict {
        let found = comparison.and_then(|comparison| super::compared::verdict(comparison, self.compared_as));
        found.unwrap_or(Verdict::Untested)
    }
}

/// What each arm sent and what came of it.
#[derive(Debug, Serialize)]
pub(super) struct Tally {
    pub arm: String,
    pub slot: usize,
    pub requests: String,
    pub succeeded: String,
    pub failures: String,
    pub incomplete: String,
    pub goodput: String,
    pub is_clean: bool,
}

/// One row per arm, over its runs.
pub(super) fn tallies(arms: &[Arm<'_>]) -> Vec<Tally> {
    arms.iter()
        .map(|arm| {
            let mut kinds = std::collections::BTreeMap::<&str, u64>::new();
            for (kind, many) in arm.runs.iter().flat_map(|run| &run.overall.failures) {
                let known = kinds.entry(kind).or_default();
                *known = known.saturating_add(*many);
            }
            let failures: Vec<String> =
                kinds.iter().map(|(kind, many)| format!("{} × {kind}", count(*many))).collect();
            let goodput: Option<Measured> =
                arm.overall(|summary| summary.goodput.map(|goodput| goodput.share));
            Tally {
                arm: arm.name.to_owned(),
                slot: arm.slot,
                requests: count(arm.sum(|summary| summary.requests)),
                succeeded: count(arm.sum(|summary| summary.succeeded)),
                failures: if failures.is_empty() { "0".to_owned() } else { failures.join(", ") },
                incomplete: count(arm.sum(|summary| summary.incomplete)),
                goodput: goodput.map_or_else(|| "–".to_owned(), |share| percent(share.mean)),
                is_clean: failures.is_empty(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_tested_is_better_or_worse() {
        let said = |verdict| Change::of(1.04, verdict).text;
        assert_eq!(said(Verdict::Better), "+4 % · better");
        assert_eq!(said(Verdict::WithinNoise), "+4 % · not beyond what runs differ by");
        assert_eq!(said(Verdict::Untested), "+4 %");
        assert_eq!(Change::of(3.0, Verdict::Untested).class, Class::Same);
    }
}
