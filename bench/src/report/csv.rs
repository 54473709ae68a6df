//! A row for each stage, and one for all; each column named with its unit.

use std::fmt::Write as _;

use super::metric::Latency;
use super::{BenchReport, StageReport, Stat, Summary};

/// RFC 4180, a header first. What is not known is empty.
pub fn of(report: &BenchReport) -> String {
    let overall = columns(report, None, &report.overall);
    let mut text = row(overall.iter().map(|(name, _)| name.clone()));
    for stage in &report.stages {
        text += &row(columns(report, Some(stage), &stage.summary).into_iter().map(|(_, value)| value));
    }
    text + &row(overall.into_iter().map(|(_, value)| value))
}

type Columns = Vec<(String, String)>;

fn columns(report: &BenchReport, stage: Option<&StageReport>, summary: &Summary) -> Columns {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let failed: u64 = summary.failures.values().sum();
    let steady = summary.steady.map(|steady| steady.requests_per_second);
    let rates = &summary.throughput;
    let mut columns: Columns = [
        ("arm", report.arm.clone()),
        ("partial", report.is_partial.to_string()),
        ("stage", stage.map_or_else(|| "overall".into(), |stage| stage.number.to_string())),
        ("warm_up", stage.is_some_and(|stage| stage.warm_up).to_string()),
        ("offered_requests_per_s", number(stage.and_then(|stage| stage.offered_rate))),
        ("sent_requests_per_s", number(stage.map(|stage| stage.sent_rate))),
        ("concurrency", number(stage.and_then(|stage| stage.concurrency).map(f64::from))),
        ("saturated", stage.map(|stage| stage.is_saturated.to_string()).unwrap_or_default()),
        ("requests", summary.requests.to_string()),
        ("succeeded", summary.succeeded.to_string()),
        ("failed", failed.to_string()),
        ("incomplete", summary.incomplete.to_string()),
        ("send_s", summary.send_seconds.to_string()),
        ("elapsed_s", summary.elapsed_seconds.to_string()),
        ("whole_s", summary.whole_seconds.to_string()),
        ("requests_per_s", rates.requests_per_second.to_string()),
        ("input_tokens_per_s", rates.input_tokens_per_second.to_string()),
        ("output_tokens_per_s", rates.output_tokens_per_second.to_string()),
        ("total_tokens_per_s", rates.total_tokens_per_second.to_string()),
        ("steady_requests_per_s", number(steady)),
        ("hit_share", number(summary.hit_share)),
        ("goodput_share", number(summary.goodput.map(|goodput| goodput.share))),
        ("goodput_requests_per_s", number(summary.goodput.map(|goodput| goodput.requests_per_second))),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    spread(&mut columns, "prompt_tokens", "", summary.prompt_tokens.as_ref());
    spread(&mut columns, "output_tokens", "", summary.output_tokens.as_ref());
    for (latency, name) in LATENCIES {
        spread(&mut columns, name, "_s", summary.latency.get(&latency));
    }
    columns
}

const LATENCIES: [(Latency, &str); 9] = [
    (Latency::Ttft, "ttft"),
    (Latency::TtftIntended, "ttft_intended"),
    (Latency::Ttfe, "ttfe"),
    (Latency::Tpot, "tpot"),
    (Latency::Itl, "itl"),
    (Latency::E2e, "e2e"),
    (Latency::E2eIntended, "e2e_intended"),
    (Latency::Ntpot, "ntpot"),
    (Latency::Lag, "lag"),
];

const STATISTICS: [&str; 8] = ["mean", "std_dev", "min", "p50", "p90", "p95", "p99", "max"];

fn spread(columns: &mut Columns, name: &str, unit: &str, stat: Option<&Stat>) {
    let of = |stat: &Stat| {
        [stat.mean, stat.std_dev, stat.min, stat.p50, stat.p90, stat.p95, stat.p99, stat.max]
            .map(|value| value.to_string())
    };
    let values = stat.map(of).unwrap_or_default();
    for (statistic, value) in STATISTICS.into_iter().zip(values) {
        columns.push((format!("{name}_{statistic}{unit}"), value));
    }
}

fn row(fields: impl Iterator<Item = String>) -> String {
    let mut line = String::new();
    for (position, field) in fields.enumerate() {
        let comma = if position == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = if field.contains([',', '"', '\n', '\r']) {
            write!(line, "{comma}\"{}\"", field.replace('"', "\"\""))
        } else {
            write!(line, "{comma}{field}")
        };
    }
    line + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn a_row_a_stage_and_one_for_all() {
        let text = of(&report());
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{text}");
        let column = |name: &str| {
            let at = lines[0].iter().position(|column| *column == name).unwrap();
            lines[1..].iter().map(|line| line[at]).collect::<Vec<_>>()
        };
        assert_eq!(column("stage"), ["0", "1", "overall"]);
        assert_eq!(column("requests"), ["2", "6", "6"]);
        assert_eq!(column("offered_requests_per_s"), ["1", "2", ""]);
        insta::assert_snapshot!(lines[0].join("\n"));
    }

    #[test]
    fn each_row_of_a_run_that_was_stopped_says_so() {
        let column = |report: &BenchReport| {
            let text = of(report);
            let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
            let at = rows.next().unwrap().iter().position(|name| *name == "partial").unwrap();
            rows.map(|row| row[at].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(column(&report()), ["false"; 3]);
        assert_eq!(column(&BenchReport { is_partial: true, ..report() }), ["true"; 3]);
    }

    #[test]
    fn commas_and_quotes_are_kept() {
        assert_eq!(row(["a,b".into(), "say \"x\"".into()].into_iter()), "\"a,b\",\"say \"\"x\"\"\"\r\n");
    }
}
