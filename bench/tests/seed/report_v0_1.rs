//! The guide's benchmark report of its stage of 10 requests/s, read and written by our types, and its keys in ours.

use std::collections::BTreeSet;
use std::path::Path;

use llmd_bench::report::Stat;
use llmd_bench::report::benchmark_report::{Part, v0_1};
use llmd_bench::report::metric::Latency;
use llmd_bench::scenario::inference_perf;
use serde_json::Value;

use crate::figures::{SCHEDULED, report};

const PUBLISHED: &str = include_str!("report_v0_1.yaml");

#[test]
fn it_is_written_as_it_was_read() {
    let read: v0_1::Report = serde_saphyr::from_str(PUBLISHED).unwrap();
    let written = serde_saphyr::to_string(&read).unwrap();
    let [published, written]: [Value; 2] =
        [PUBLISHED, &written].map(|text| serde_saphyr::from_str(text).unwrap());
    assert_eq!(written, published);
}

#[test]
fn its_figures_belong_together() {
    let v0_1::Report { metrics, .. } = serde_saphyr::from_str(PUBLISHED).unwrap();
    let total = metrics.requests.total as f64;
    let throughput = metrics.throughput;
    // Rates are over the whole stage with its drain, but the duration is the send window.
    let seconds = total / throughput.requests_per_sec.unwrap();
    assert!((seconds - 45.296).abs() < 1e-3 && metrics.time.duration < 21.0);
    let tokens = metrics.requests.input_length.mean + metrics.requests.output_length.mean;
    assert!((throughput.total_tokens_per_sec - tokens * total / seconds).abs() < 1.0);
}

#[test]
fn ours_has_every_key_of_it() {
    let mut full = report(&SCHEDULED);
    full.overall.latency.insert(Latency::Ntpot, Stat::default());
    full.overall.prompt_tokens = Some(Stat::default());
    full.overall.output_tokens = Some(Stat::default());
    let ours = serde_json::to_value(v0_1::Report::of(&full, Part::Whole(&full.overall))).unwrap();
    let published: Value = serde_saphyr::from_str(PUBLISHED).unwrap();
    let (ours_keys, keys) = (keys(&ours), keys(&published));
    let missing: Vec<&String> = keys.difference(&ours_keys).collect();
    assert_eq!(missing, [""; 0]);
    // The same load in the same words.
    for part in ["data", "api", "load/stages", "load/interval", "load/type"] {
        let pointer = format!("/scenario/load/args/{part}");
        assert_eq!(ours.pointer(&pointer), published.pointer(&pointer), "{part}");
    }
}

#[test]
fn the_load_it_tells_is_read_back_as_the_scenario() {
    let full = report(&SCHEDULED);
    let args = v0_1::Report::of(&full, Part::Whole(&full.overall)).scenario.load.args;
    let text = serde_saphyr::to_string(&without_nulls(args)).unwrap();
    let (read, ..) = inference_perf::read(&text, Path::new("inference-scheduling.yaml")).unwrap();
    assert_eq!(read, full.scenario);
}

/// What an expanded configuration says; our reader takes a key that is there for one that says something.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let said = entries.into_iter().filter(|(_, value)| !value.is_null());
            said.map(|(key, value)| (key, without_nulls(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Paths of all values; positions in lists do not count.
fn keys(value: &Value) -> BTreeSet<String> {
    fn gather(value: &Value, path: &str, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    gather(value, &format!("{path}.{key}"), into);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| gather(item, path, into)),
            _ => {
                into.insert(path.to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    gather(value, "", &mut found);
    found
}
