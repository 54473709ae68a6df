use super::*;
use crate::model::MetricsSample;
use crate::plugins::testbed::{Bed, NOW};

/// Endpoints with this queue and KV cache usage, of now.
fn bed(said: &[(u32, f32)]) -> Bed {
    Bed::saying(said.iter().map(|&(waiting, usage)| MetricsSample {
        waiting: Some(waiting),
        kv_cache_usage: Some(usage),
        ..Default::default()
    }))
}

fn is_saturated(detector: &SaturationDetector, bed: &Bed) -> bool {
    detector.is_saturated(&bed.endpoints, &bed.all(), NOW)
}

#[test]
fn gaie_needs_one_good_endpoint() {
    let detector = SaturationDetector::NoneGood(UtilizationDetector::default());
    let table: [(&[_], _); 4] =
        [(&[(20, 0.95), (5, 0.8)], false), (&[(6, 0.1), (0, 0.81)], true), (&[(0, 0.0)], false), (&[], true)];
    for (said, expected) in table {
        assert_eq!(is_saturated(&detector, &bed(said)), expected, "{said:?}");
    }
}

#[test]
fn the_router_takes_the_mean() {
    let detector = SaturationDetector::Utilization(UtilizationDetector::default());
    let table: [(&[_], _); 6] = [
        (&[(10, 0.0), (0, 0.0)], true),
        (&[(9, 0.0), (0, 0.0)], false),
        (&[(0, 0.8), (5, 0.0)], true),
        (&[(20, 0.95), (21, 0.95)], true),
        (&[(0, 0.79)], false),
        (&[], true),
    ];
    for (said, expected) in table {
        assert_eq!(is_saturated(&detector, &bed(said)), expected, "{said:?}");
    }
}

#[test]
fn old_metrics_are_no_good_and_count_as_full() {
    let bed = bed(&[(0, 0.0), (0, 0.0)]);
    let late = NOW + Duration::from_millis(201);
    for detector in [
        SaturationDetector::NoneGood(UtilizationDetector::default()),
        SaturationDetector::Utilization(UtilizationDetector::default()),
    ] {
        assert!(!detector.is_saturated(&bed.endpoints, &bed.all(), NOW + Duration::from_millis(200)));
        assert!(detector.is_saturated(&bed.endpoints, &bed.all(), late));
        bed.endpoints[1].update(MetricsSample::default(), late);
        assert!(!detector.is_saturated(&bed.endpoints, &bed.all(), late));
        bed.endpoints[1].update(MetricsSample::default(), NOW);
    }
}

#[test]
fn candidates_alone_count() {
    let bed = bed(&[(0, 0.0), (20, 0.9)]);
    let detector = SaturationDetector::NoneGood(UtilizationDetector::default());
    assert!(!detector.is_saturated(&bed.endpoints, &[0], NOW));
    assert!(detector.is_saturated(&bed.endpoints, &[1], NOW));
    assert!(detector.is_saturated(&bed.endpoints, &[7], NOW));
}

#[test]
fn concurrency_counts_requests_or_tokens_or_the_greater() {
    let table = [
        (ConcurrencyMode::Requests, [(10, 0), (10, 0)], true),
        (ConcurrencyMode::Requests, [(10, 5000), (9, 5000)], false),
        (ConcurrencyMode::Tokens, [(99, 100), (99, 100)], true),
        (ConcurrencyMode::Tokens, [(99, 100), (99, 99)], false),
        (ConcurrencyMode::Hybrid, [(10, 0), (1, 100)], true),
        (ConcurrencyMode::Hybrid, [(9, 0), (1, 100)], false),
    ];
    for (mode, said, expected) in table {
        let detector = SaturationDetector::Concurrency(ConcurrencyDetector {
            mode,
            max_concurrency: 10,
            max_token_concurrency: 100,
            headroom: 0.0,
        });
        assert_eq!(is_saturated(&detector, &Bed::busy(&said)), expected, "{mode:?} {said:?}");
    }
}

#[test]
fn as_filters_they_keep_who_has_room_and_all_when_nobody_has() {
    let utilization = UtilizationDetector { headroom: 0.2, ..UtilizationDetector::default() };
    let limited = bed(&[(5, 0.0), (6, 0.0), (0, 0.95), (0, 0.97)]);
    assert_eq!(limited.kept(&utilization), ["a", "c"]);
    assert_eq!(bed(&[(6, 0.0), (7, 0.0)]).kept(&utilization), ["a", "b"]);

    let concurrency = ConcurrencyDetector { max_concurrency: 10, ..ConcurrencyDetector::default() };
    assert_eq!(Bed::busy(&[(9, 0), (10, 0), (3, 0)]).kept(&concurrency), ["a", "c"]);
    assert_eq!(Bed::busy(&[(10, 0)]).kept(&concurrency), ["a"]);
}
