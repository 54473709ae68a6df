//! The tables of one run.

use super::super::number::{count, percent, seconds, significant};
use super::{Cell, TextReport, TextTable, Tone};
use crate::report::metric::{Latency, Metric};
use crate::report::{BenchReport, ReplicaReport, StageReport, Stat, Summary};
use crate::scenario::Workload;

/// Share of failed requests from which a stage is said to fail.
const FAILS: f64 = 0.02;

pub(super) fn text(report: &BenchReport) -> TextReport {
    let mut tables = vec![latencies(&report.overall)];
    tables.push(stages(report));
    if !report.replicas.is_empty() {
        tables.push(replicas(&report.replicas));
    }
    TextReport { headline: headline(report), tables, notes: report.notes.clone() }
}

fn headline(report: &BenchReport) -> Vec<String> {
    let overall = &report.overall;
    let rates = &overall.throughput;
    let mut lines = vec![
        format!("{} against {}: {}{}", report.scenario.name, report.arm, report.url, report.remarks()),
        format!(
            "{} of {} requests answered in {}: {} requests/s, {} input and {} output tokens/s",
            count(overall.succeeded),
            count(overall.requests),
            seconds(overall.whole_seconds),
            significant(rates.requests_per_second),
            significant(rates.input_tokens_per_second),
            significant(rates.output_tokens_per_second),
        ),
    ];
    let hits = overall.hit_share.map(|share| format!("{} of prompt tokens were cached", percent(share)));
    let good = overall.goodput.map(|goodput| {
        let rate = significant(goodput.requests_per_second);
        format!("{} of requests met the SLO ({rate} requests/s)", percent(goodput.share))
    });
    let further: Vec<String> = hits.into_iter().chain(good).collect();
    if !further.is_empty() {
        lines.push(further.join("; "));
    }
    lines
}

fn latencies(overall: &Summary) -> TextTable {
    let shown = [
        Metric::Ttft,
        Metric::TtftIntended,
        Metric::Tpot,
        Metric::Itl,
        Metric::E2e,
        Metric::E2eIntended,
        Metric::Ntpot,
        Metric::Lag,
    ];
    let rows = shown.into_iter().filter_map(|metric| {
        let stat = overall.latency.get(&metric.latency()?)?;
        let cell = |value: f64| Cell::plain(seconds(value));
        let name = Cell::plain(metric.label());
        Some([name, cell(stat.mean), cell(stat.p50), cell(stat.p90), cell(stat.p99), cell(stat.max)])
    });
    TextTable::new("Overall", ["time", "mean", "median", "p90", "p99", "max"], rows.collect())
}

fn stages(report: &BenchReport) -> TextTable {
    let title = if matches!(report.scenario.workload, Workload::Chat { .. }) {
        "By stage (offered in conversations/s, achieved in requests/s; tokens are output)"
    } else {
        "By stage (rates in requests/s; tokens are output)"
    };
    let header = [
        "stage", "offered", "achieved", "TTFT p50", "TTFT p99", "TPOT p50", "TPOT p99", "E2E p50",
        "tokens/s", "hits", "failed", "verdict",
    ];
    TextTable::new(title, header, report.stages.iter().map(stage).collect())
}

fn stage(stage: &StageReport) -> [Cell; 12] {
    let summary = &stage.summary;
    let time = |latency: Latency, of: fn(&Stat) -> f64| {
        Cell::maybe(summary.latency.get(&latency).map(|stat| seconds(of(stat))))
    };
    let offered = stage.offered_rate.map(significant);
    let offered = offered.or_else(|| stage.concurrency.map(|concurrency| format!("{concurrency} at once")));
    let achieved = Cell::plain(significant(stage.achieved_rate()));
    let failed: u64 = summary.failures.values().sum();
    [
        Cell::plain(if stage.warm_up {
            format!("{} warm-up", stage.number)
        } else {
            stage.number.to_string()
        }),
        Cell::maybe(offered),
        if summary.steady.is_some() { achieved } else { achieved.toned(Tone::Dim) },
        time(Latency::Ttft, |stat| stat.p50),
        time(Latency::Ttft, |stat| stat.p99),
        time(Latency::Tpot, |stat| stat.p50),
        time(Latency::Tpot, |stat| stat.p99),
        time(Latency::E2e, |stat| stat.p50),
        Cell::plain(significant(summary.throughput.output_tokens_per_second)),
        Cell::maybe(summary.hit_share.map(percent)),
        Cell::plain(count(failed)).toned(if failed > 0 { Tone::Bad } else { Tone::Plain }),
        verdict(stage),
    ]
}

/// What the verdicts on stages mean.
pub const VERDICTS: [(&str, &str); 6] = [
    ("stable", "what came was answered, and nothing piled up"),
    ("saturated", "more came than was answered: requests piled up and took longer and longer"),
    (
        "too short",
        "its sending ended before answers came steadily, so that it cannot say which; the rate achieved is low",
    ),
    ("failing", "2 % of its requests or more failed"),
    ("incomplete", "requests were still under way when the time for the last answers was over"),
    ("sent late", "the load generator fell behind its schedule: a quieter machine, or less load"),
];

fn verdict(stage: &StageReport) -> Cell {
    let of_servers = match (stage.summary.failure_share(), stage.is_saturated, stage.offered_rate) {
        (None, ..) => return Cell::maybe(None),
        (Some(share), ..) if share >= FAILS => Some(("failing", Tone::Bad)),
        (_, true, _) => Some(("saturated", Tone::Bad)),
        _ if stage.summary.timed_out_draining() > 0 => Some(("incomplete", Tone::Bad)),
        (_, false, Some(_)) if stage.summary.steady.is_none() => Some(("too short", Tone::Dim)),
        (_, false, Some(_)) => Some(("stable", Tone::Good)),
        // A closed loop sends no more than is answered.
        (_, false, None) => None,
    };
    match (of_servers, stage.is_late) {
        (Some((text, _)), true) => Cell::plain(format!("{text}, sent late")).toned(Tone::Bad),
        (None, true) => Cell::plain("sent late").toned(Tone::Bad),
        (Some((text, tone)), false) => Cell::plain(text).toned(tone),
        (None, false) => Cell::maybe(None),
    }
}

fn replicas(replicas: &[ReplicaReport]) -> TextTable {
    let requests: u64 = replicas.iter().map(|replica| replica.requests).sum();
    let tokens: u64 = replicas.iter().map(|replica| replica.prompt_tokens).sum();
    let share = |part: u64, whole: u64| (whole > 0).then(|| percent(part as f64 / whole as f64));
    let row = |replica: &ReplicaReport| {
        [
            Cell::plain(&replica.name),
            Cell::plain(count(replica.requests)),
            Cell::maybe(share(replica.requests, requests)),
            Cell::plain(count(replica.prompt_tokens)),
            Cell::maybe(share(replica.prompt_tokens, tokens)),
            Cell::maybe(share(replica.cached_tokens, replica.prompt_tokens)),
            Cell::plain(count(replica.output_tokens)),
            Cell::maybe(replica.preemptions.map(count)),
        ]
    };
    let header =
        ["replica", "requests", "share", "prompt tokens", "share", "hits", "output tokens", "preemptions"];
    TextTable::new("By replica", header, replicas.iter().map(row).collect())
}
