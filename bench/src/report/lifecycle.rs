//! The files that inference-perf writes (`bench.md` §1.5), for tools that read those.

use serde_json::{Map, Value, json};

use super::metric::Latency;
use super::{BenchReport, StageReport, Stat, Summary};

/// Each file's name with what stands in it: `summary_lifecycle_metrics.json` and one for each stage.
pub fn files(report: &BenchReport) -> Vec<(String, Value)> {
    let whole = ("summary_lifecycle_metrics.json".to_owned(), of(report, None, &report.overall));
    let stages = report.stages.iter().map(|stage| {
        let name = format!("stage_{}_lifecycle_metrics.json", stage.number);
        (name, of(report, Some(stage), &stage.summary))
    });
    [whole].into_iter().chain(stages).collect()
}

fn of(report: &BenchReport, stage: Option<&StageReport>, summary: &Summary) -> Value {
    let latency = |latency: Latency| summary.latency.get(&latency).map(spread);
    let mut load = Map::from_iter([
        ("count".to_owned(), json!(summary.requests)),
        ("schedule_delay".to_owned(), json!(latency(Latency::Lag))),
        ("send_duration".to_owned(), json!(summary.send_seconds)),
    ]);
    if let Some(stage) = stage {
        load.insert("requested_rate".to_owned(), json!(stage.offered_rate));
        load.insert("achieved_rate".to_owned(), json!(stage.sent_rate));
        load.extend(stage.concurrency.map(|concurrency| ("concurrency".to_owned(), json!(concurrency))));
    }
    let prompt = summary.prompt_tokens.as_ref().map(spread);
    let rates = &summary.throughput;
    let failed: u64 = summary.failures.values().sum();
    json!({
        "benchmark_time_seconds": summary.whole_seconds,
        "load_summary": load,
        "successes": {
            "count": summary.succeeded,
            "latency": {
                "request_latency": latency(Latency::E2e),
                "normalized_time_per_output_token": latency(Latency::Ntpot),
                "time_per_output_token": latency(Latency::Tpot),
                "time_to_first_token": latency(Latency::Ttft),
                "inter_token_latency": latency(Latency::Itl),
            },
            "throughput": {
                "input_tokens_per_sec": rates.input_tokens_per_second,
                "output_tokens_per_sec": rates.output_tokens_per_second,
                "total_tokens_per_sec": rates.total_tokens_per_second,
                "requests_per_sec": rates.requests_per_second,
            },
            // Readers up to v0.6.1 want the first name, later ones the second.
            "prompt_len": prompt,
            "prompt_tokens": prompt_tokens(summary),
            "output_len": summary.output_tokens.as_ref().map(spread),
            "goodput_metrics": goodput(report, summary),
        },
        "failures": { "count": failed, "by_label": summary.failures },
    })
}

fn prompt_tokens(summary: &Summary) -> Option<Value> {
    let stat = summary.prompt_tokens.as_ref()?;
    let total = stat.mean * stat.count as f64;
    let cached = summary.hit_share.map(|share| share * total);
    let mut tokens = spread(stat);
    tokens["total"] = json!(total);
    tokens["cached"] = json!(cached);
    tokens["uncached"] = json!(cached.map(|cached| total - cached));
    Some(tokens)
}

fn goodput(report: &BenchReport, summary: &Summary) -> Option<Value> {
    report.scenario.slo?;
    let goodput = summary.goodput?;
    let judged = summary.requests.saturating_sub(summary.incomplete);
    Some(json!({
        "goodput_percentage": goodput.share * 100.0,
        "request_goodput": goodput.requests_per_second,
        "good_requests": (goodput.share * judged as f64).round(),
        "total_requests": judged,
    }))
}

fn spread(stat: &Stat) -> Value {
    json!({
        "mean": stat.mean,
        "min": stat.min,
        "max": stat.max,
        "p0.1": stat.p0_1,
        "p1": stat.p1,
        "p5": stat.p5,
        "p10": stat.p10,
        "p25": stat.p25,
        "median": stat.p50,
        "p75": stat.p75,
        "p90": stat.p90,
        "p95": stat.p95,
        "p99": stat.p99,
        "p99.9": stat.p99_9,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn a_file_for_all_and_one_a_stage() {
        let files = files(&report());
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "summary_lifecycle_metrics.json",
                "stage_0_lifecycle_metrics.json",
                "stage_1_lifecycle_metrics.json"
            ]
        );
        let stage = &files[2].1;
        assert_eq!(stage["load_summary"]["count"], 6);
        assert_eq!(stage["load_summary"]["requested_rate"], 2.0);
        assert_eq!(stage["successes"]["latency"]["request_latency"]["median"], 1.0);
        assert_eq!(stage["successes"]["prompt_len"]["mean"], 100.0);
        assert_eq!(stage["successes"]["prompt_tokens"]["cached"], 200.0);
        assert_eq!(stage["successes"]["goodput_metrics"]["good_requests"], 3.0);
        assert_eq!(stage["failures"], json!({ "count": 1, "by_label": { "http_503": 1 } }));
    }
}
