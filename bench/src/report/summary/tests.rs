use super::*;
use crate::report::tests::{answer, failed, ms, open, scenario, stage_run};
use crate::run::ReplicaRun;

fn summary(samples: Vec<Sample>) -> Summary {
    Summary::of(&[&stage_run(open(1.0, 10), samples)], &scenario())
}

fn caching(cached: Option<u32>, number: u64) -> Sample {
    Sample { cached_tokens: cached, ..answer(ms(number * 1000), ms(number * 1000 + 500)) }
}

#[test]
fn an_answer_that_leaves_cached_tokens_out_had_none() {
    let share = summary(vec![caching(Some(60), 0), caching(None, 1)]).hit_share;
    assert_eq!(share, Some(0.3));
}

#[test]
fn where_no_answer_says_it_counters_give_the_hit_share() {
    let samples = vec![caching(None, 0), caching(None, 1)];
    assert_eq!(summary(samples.clone()).hit_share, None);
    let mut stage = stage_run(open(1.0, 10), samples);
    let counters = |cached_tokens| ReplicaRun { prompt_tokens: 100, cached_tokens, ..ReplicaRun::default() };
    stage.replicas = vec![counters(80), counters(10)];
    assert_eq!(Summary::of(&[&stage], &scenario()).hit_share, Some(0.45));
}

#[test]
fn an_answer_in_one_piece_has_no_time_to_first_token() {
    let mut scenario = scenario();
    scenario.request.streaming = false;
    let summary = Summary::of(&[&stage_run(open(1.0, 10), vec![answer(ms(0), ms(500))])], &scenario);
    let latencies: Vec<Latency> = summary.latency.keys().copied().collect();
    assert_eq!(latencies, [Latency::Lag, Latency::E2e, Latency::E2eIntended, Latency::Ntpot]);
    assert_eq!(summary.generation_speed, None);
}

#[test]
fn good_requests() {
    let quick = answer(ms(0), ms(1000));
    let slo = Slo { ttft: Some(0.1), tpot: Some(0.09), e2e: Some(1.0) };
    assert!(is_good(&quick, slo), "each bound is met exactly");
    assert!(!is_good(&quick, Slo { e2e: Some(0.999), ..slo }));
    assert!(!is_good(&quick, Slo { tpot: Some(0.089), ..slo }));
    assert!(!is_good(&failed(ms(0), ms(1), FailureKind::Empty), Slo::default()), "a failure is a miss");
    // One token has no time per output token to miss.
    assert!(is_good(&Sample { output_tokens: 1, ..quick.clone() }, slo));
    // A server that counts nothing shows nothing.
    assert!(!is_good(&Sample { output_tokens: 0, ..quick }, slo));
}

#[test]
fn what_was_sent_late_is_judged_from_when_it_was_to_be_sent() {
    let mut late = answer(ms(500), ms(1500));
    late.times.intended = ms(0);
    // The first token comes 0.1 s after the sending, the last after 1 s.
    assert!(!is_good(&late, Slo { ttft: Some(0.5), ..Slo::default() }));
    assert!(!is_good(&late, Slo { e2e: Some(1.4), ..Slo::default() }));
    assert!(is_good(&late, Slo { ttft: Some(0.6), e2e: Some(1.5), tpot: Some(0.09) }));
}

#[test]
fn short_answers_have_no_tpot() {
    let of = |output_tokens| {
        let sample = Sample { output_tokens, ..answer(ms(0), ms(1000)) };
        (latency_of(Latency::Tpot, &sample), latency_of(Latency::Ntpot, &sample))
    };
    assert_eq!(of(0), (None, None));
    assert_eq!(of(1), (None, Some(1.0)));
    assert_eq!(of(2), (Some(0.9), Some(0.5)));
}

#[test]
fn kinds_of_failure_are_named_as_serde_names_them() {
    for kind in [FailureKind::Connect, FailureKind::InStreamError, FailureKind::ShortOutput] {
        assert_eq!(serde_json::to_value(kind).unwrap(), failure_label(kind));
    }
    assert_eq!(failure_label(FailureKind::Http(429)), "http_429");
}

#[test]
fn gaps_of_stages_are_pooled() {
    let mut stages = [stage_run(open(1.0, 1), Vec::new()), stage_run(open(1.0, 1), Vec::new())];
    stages[0].gaps.record(10_000).unwrap();
    stages[1].gaps.record(30_000).unwrap();
    let summary = Summary::of(&[&stages[0], &stages[1]], &scenario());
    let gaps = summary.latency[&Latency::Itl];
    assert_eq!(gaps.count, 2);
    assert!((gaps.mean - 0.02).abs() < 1e-4);
}
