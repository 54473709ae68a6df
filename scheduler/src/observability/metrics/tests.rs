//! The page, beside what the upstream pickers show.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::model::{EndpointSpec, Slot};
use crate::openai::Usage;

/// A family as a page shows it: type, label names, buckets.
#[derive(Debug, PartialEq, Eq)]
struct Family {
    kind: String,
    labels: BTreeSet<String>,
    buckets: Vec<String>,
}

fn number(text: &str) -> String {
    match text {
        "+Inf" => text.to_owned(),
        text => text.parse::<f64>().unwrap().to_string(),
    }
}

/// A page with something in every family.
fn page() -> String {
    let metrics = Metrics::new(false);
    let address = "127.0.0.1:8000".parse().unwrap();
    let spec = EndpointSpec {
        namespace: "default".into(),
        name: "pod-a".into(),
        pod: "pod-a".into(),
        address,
        metrics_address: address,
        labels: BTreeMap::new(),
    };
    let endpoint = Endpoint::new(spec, Slot(0));
    metrics.plugin_timer("Scorer", "queue-scorer", "queue-scorer").time(|| ());
    metrics.scheduled(0.001, Scheduled::On { endpoint: &endpoint, target_model: "m" });
    metrics.scheduled(0.001, Scheduled::Nowhere);
    metrics.rewrite_decision("canary", "m", "n");
    metrics.disagg_decision("decode-only", "m");
    metrics.prefix_hit("approx-prefix-cache-producer", "approx-prefix-cache-producer", Some(0.5), 64.0);
    metrics.set_prefix_size("approx-prefix-cache-producer", "approx-prefix-cache-producer", 3.0);
    metrics.request_processed(0.001);
    metrics.response_processed(0.001);
    let queues = [QueueOf { endpoint: "pod-a", waiting: 1.0 }];
    let mean = Mean { mean: 0.5, deviation: 0.1 };
    let pool = PoolGauges {
        pool: "epp",
        ready: 1,
        kv_cache_usage: mean,
        waiting: mean,
        running: mean,
        queues: &queues,
        held: 2,
    };
    metrics.set_pool(&pool);
    let labels = RequestLabels { model: "m", target_model: "n", fairness_id: "default-flow", priority: 0 };
    let request = metrics.request(labels);
    request.accepted(100);
    request.started();
    request.error("BadRequest");
    request.first_byte(Duration::from_millis(10), true);
    request.first_byte(Duration::from_millis(10), false);
    request.inter_token_latency(Duration::from_millis(10));
    let usage = Usage { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, cached_tokens: 0 };
    request.finished(&Answered {
        duration: Duration::from_secs(1),
        since_first_byte: Some(Duration::from_millis(900)),
        streaming: true,
        bytes: Some(1000),
        usage: Some(usage),
    });
    String::from_utf8(metrics.render()).unwrap()
}

/// Our page, family by family.
fn ours(page: &str) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            let family = Family { kind: kind.to_owned(), labels: BTreeSet::new(), buckets: Vec::new() };
            families.insert(name.to_owned(), family);
        }
    }
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let base = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix).filter(|base| families.contains_key(*base)));
        let family = families.get_mut(base.unwrap_or(name)).unwrap_or_else(|| panic!("{line}"));
        let labels = line.split_once('{').map_or("", |(_, rest)| rest.split_once('}').unwrap().0);
        for label in labels.split("\",").filter(|label| !label.is_empty()) {
            let (key, value) = label.split_once("=\"").unwrap();
            if key != "le" {
                family.labels.insert(key.to_owned());
                continue;
            }
            let bound = number(value.trim_end_matches('"'));
            if !family.buckets.contains(&bound) {
                family.buckets.push(bound);
            }
        }
    }
    families
}

/// A line of the recording: `name type {label=values|…} [buckets]`.
fn theirs(line: &str) -> (String, Family) {
    let (name, rest) = line.split_once(' ').unwrap();
    let (kind, rest) = rest.split_once(' ').unwrap();
    let labels = rest.strip_prefix('{').unwrap().split_once('}').unwrap();
    let names = labels.0.split('|').filter_map(|label| Some(label.split_once('=')?.0.to_owned()));
    let buckets = labels.1.trim().trim_matches(['[', ']']);
    let buckets = buckets.split(',').filter(|bound| !bound.is_empty()).map(number);
    (name.to_owned(), Family { kind: kind.to_owned(), labels: names.collect(), buckets: buckets.collect() })
}

/// Every family of the recorded pages is on ours, with its type, labels and buckets. Where generations differ in
/// labels, ours are the newest's, which hold the older's.
#[test]
fn every_recorded_family_is_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden/extproc/metrics.txt");
    let Ok(recording) = std::fs::read_to_string(path) else { return };
    let ours = ours(&page());
    let mut seen = 0;
    let mut is_newest = false;
    for line in recording.lines().filter(|line| !line.is_empty()) {
        if let Some(comment) = line.strip_prefix('#') {
            is_newest = comment.starts_with("# v10");
            continue;
        }
        let (name, theirs) = theirs(line);
        let ours = ours.get(&name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(ours.kind, theirs.kind, "{name}");
        if is_newest {
            assert_eq!(ours.labels, theirs.labels, "{name}");
        } else {
            assert!(ours.labels.is_superset(&theirs.labels), "{name}: {:?} {:?}", ours.labels, theirs.labels);
        }
        assert_eq!(ours.buckets, theirs.buckets, "{name}");
        seen += 1;
    }
    assert!(seen > 80, "only {seen} families were read");
}

#[test]
fn old_families_say_alpha_and_the_process_is_there() {
    let page = page();
    for line in page.lines().filter(|line| line.starts_with("# HELP inference_")) {
        assert!(line.contains(" [ALPHA] "), "{line}");
    }
    for name in [
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_start_time_seconds",
    ] {
        let value = page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        assert!(value.is_some_and(|value| value > 0.0 || name.ends_with("total")), "{name}: {value:?}");
    }
}

#[test]
fn names_of_models_are_capped() {
    let metrics = Metrics::new(false);
    for number in 0..1100 {
        let name = format!("model-{number}");
        let labels = RequestLabels { model: &name, target_model: &name, ..RequestLabels::default() };
        metrics.request(labels).accepted(1);
    }
    let page = String::from_utf8(metrics.render()).unwrap();
    let series = page.lines().filter(|line| line.starts_with("inference_objective_request_total{"));
    assert_eq!(series.clone().count(), 251);
    let other = series.clone().find(|line| line.contains("model_name=\"other\"")).unwrap();
    assert!(other.ends_with(" 850"), "{other}");
}

#[test]
fn a_model_that_is_counted_as_other_is_so_everywhere() {
    let metrics = Metrics::new(false);
    for number in 0..1100 {
        metrics.disagg_decision("decode-only", &format!("model-{number}"));
        metrics.rewrite_decision("any", &format!("model-{number}"), "target");
    }
    let page = String::from_utf8(metrics.render()).unwrap();
    for name in ["llm_d_epp_disagg_decision_total{", "llm_d_epp_model_rewrite_decisions_total{"] {
        let series: Vec<_> = page.lines().filter(|line| line.starts_with(name)).collect();
        assert_eq!(series.len(), 251, "{name}");
        assert!(series.iter().any(|line| line.contains("\"other\"") && line.ends_with(" 850")), "{name}");
    }
}

#[test]
fn combinations_of_labels_are_capped() {
    let metrics = Metrics::new(false);
    for number in 0..5000 {
        let (model, flow) = (format!("model-{}", number % 100), format!("flow-{}", number / 100));
        let labels = RequestLabels { model: &model, fairness_id: &flow, ..RequestLabels::default() };
        metrics.request(labels).accepted(1);
    }
    let page = String::from_utf8(metrics.render()).unwrap();
    let series = page.lines().filter(|line| line.starts_with("llm_d_epp_request_total{"));
    assert_eq!(series.clone().count(), 501);
    let other = series.clone().find(|line| line.contains("fairness_id=\"other\"")).unwrap();
    assert!(other.contains("model_name=\"other\"") && other.ends_with(" 4500"), "{other}");
}

#[test]
fn running_requests_return_to_zero() {
    let metrics = Metrics::new(false);
    let request = metrics.request(RequestLabels { model: "m", ..RequestLabels::default() });
    request.started();
    request.started();
    request.finished(&Answered::default());
    let value = |page: Vec<u8>| {
        let page = String::from_utf8(page).unwrap();
        let line =
            page.lines().find(|line| line.starts_with("inference_objective_running_requests{")).unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(value(metrics.render()), "1");
    request.finished(&Answered::default());
    assert_eq!(value(metrics.render()), "0");
}

#[test]
fn streams_are_counted_by_how_they_end() {
    let metrics = Metrics::new(true);
    let mut well = metrics.stream_opened();
    well.ends_with("OK");
    let (broken_off, open) = (metrics.stream_opened(), metrics.stream_opened());
    drop((well, broken_off));
    let page = String::from_utf8(metrics.render()).unwrap();
    let name = "llm_d_epp_extproc_streams";
    for line in ["_total{code=\"OK\"} 1", "_total{code=\"Canceled\"} 1", "_inflight 1"] {
        assert!(page.lines().any(|known| known == format!("{name}{line}")), "{line}: {page}");
    }
    drop(open);
}
