use std::collections::HashSet;

use super::length::Lengths;
use super::*;
use crate::scenario::{Length, RequestOptions, Shape, Slo, Spread, Stage, StageLoad};

fn rate(rate: f64, seconds: f64) -> Stage {
    Stage { load: StageLoad::Rate { rate, seconds }, warm_up: false }
}

/// A small ladder of two stages.
fn ladder() -> Scenario {
    Scenario {
        name: "ladder".to_owned(),
        workload: Workload::SharedPrefix {
            groups: 5,
            prompts_per_group: 4,
            system_prompt: Length::Fixed(60),
            question: Length::Fixed(12),
            output: Length::Fixed(10),
            zipf_exponent: None,
        },
        arrivals: Arrivals::Poisson { exact_count: true },
        stages: vec![rate(3.0, 10.0), rate(5.0, 5.0)],
        pause: 1.0,
        drain_timeout: 600.0,
        seed: 7,
        request: RequestOptions::default(),
        slo: None,
    }
}

fn made(scenario: &Scenario) -> Plan {
    plan(scenario, &Tokenizer::default()).unwrap()
}

#[test]
fn every_stage_goes_round_the_prompts_from_the_first() {
    let plan = made(&ladder());
    let order =
        |stage: usize| plan.stages[stage].requests.iter().map(|request| request.prompt).collect::<Vec<_>>();
    let (first, second) = (order(0), order(1));
    assert_eq!((first.len(), second.len()), (30, 25));
    assert_eq!(first[20..], first[..10]);
    assert_eq!(first[..25], second);
    let mut seen = first[..20].to_vec();
    assert!(!seen.is_sorted());
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..20));
}

fn groups(change: impl FnOnce(&mut u32, &mut u32, &mut Option<f64>)) -> Scenario {
    let mut scenario = ladder();
    if let Workload::SharedPrefix { groups, prompts_per_group, zipf_exponent, .. } = &mut scenario.workload {
        change(groups, prompts_per_group, zipf_exponent);
    }
    scenario
}

fn of(workload: Workload) -> Scenario {
    Scenario { workload, ..ladder() }
}

fn problem(scenario: &Scenario) -> String {
    plan(scenario, &Tokenizer::default()).unwrap_err().to_string()
}

fn count(text: &str) -> usize {
    Tokenizer::default().encode(text, false).unwrap().len()
}

fn asked(plan: &Plan) -> Vec<(Duration, u32, u32)> {
    let requests = plan.stages.iter().flat_map(|stage| &stage.requests);
    requests.map(|request| (request.after, request.prompt, request.output_tokens)).collect()
}

#[test]
fn a_group_has_its_beginning_in_common_and_nothing_else() {
    let plan = made(&ladder());
    assert_eq!(plan.prompts.len(), 20);
    for (index, prompt) in plan.prompts.iter().enumerate() {
        assert_eq!(prompt.group as usize, index / 4);
        assert_eq!((count(&prompt.system), count(&prompt.question), prompt.tokens), (60, 12, 72));
        assert!(Arc::ptr_eq(&prompt.system, &plan.prompts[index / 4 * 4].system));
    }
    let systems: HashSet<_> = plan.prompts.iter().map(|prompt| &prompt.system).collect();
    let questions: HashSet<_> = plan.prompts.iter().map(|prompt| &prompt.question).collect();
    assert_eq!((systems.len(), questions.len()), (5, 20));
}

#[test]
fn one_knob_does_not_move_what_others_give() {
    let plan = made(&ladder());
    assert_eq!(made(&ladder()).hash, plan.hash);
    let other = made(&Scenario { seed: 8, ..ladder() });
    assert_ne!(other.hash, plan.hash);
    assert_ne!(other.prompts[0].question, plan.prompts[0].question);

    // Other arrivals: the same prompts in the same order.
    let constant = made(&Scenario { arrivals: Arrivals::Constant, ..ladder() });
    assert_eq!(constant.hash, plan.hash);
    assert_ne!(asked(&constant), asked(&plan));

    // Longer system prompts: the same questions, answers, times and order, and the old beginnings.
    let mut longer = ladder();
    if let Workload::SharedPrefix { system_prompt, .. } = &mut longer.workload {
        *system_prompt = Length::Fixed(61);
    }
    let longer = made(&longer);
    assert_eq!(asked(&longer), asked(&plan));
    for (long, short) in longer.prompts.iter().zip(&plan.prompts) {
        assert_eq!(long.question, short.question);
        assert!(long.system.starts_with(&*short.system));
    }

    // A stage more: those before it stay.
    let mut more = ladder();
    more.stages.push(rate(2.0, 5.0));
    assert_eq!(asked(&made(&more))[..55], asked(&plan));
}

#[test]
fn popular_groups_are_asked_more_often() {
    let mut scenario = groups(|_, _, exponent| *exponent = Some(1.0));
    scenario.stages = vec![rate(100.0, 100.0)];
    let plan = made(&scenario);
    let mut counts = [0.0; 5];
    let mut next = [0; 5];
    for request in &plan.stages[0].requests {
        let group = (request.prompt / 4) as usize;
        counts[group] += 1.0;
        // Of a group's prompts, one after the other.
        assert_eq!(request.prompt % 4, next[group]);
        next[group] = (next[group] + 1) % 4;
    }
    let harmonic: f64 = (1..=5).map(|rank| 1.0 / f64::from(rank)).sum();
    for (rank, count) in (1..=5).zip(counts) {
        let expected = 10_000.0 / harmonic / f64::from(rank);
        assert!((count / expected - 1.0).abs() < 0.06, "rank {rank}: {count} of {expected}");
    }
}

#[test]
fn questions_may_be_new_with_each_request() {
    for exponent in [None, Some(1.0)] {
        let plan = made(&groups(|_, prompts, zipf| (*prompts, *zipf) = (0, exponent)));
        let questions: HashSet<_> = plan.prompts.iter().map(|prompt| &prompt.question).collect();
        assert_eq!(questions.len(), 55);
        assert!(plan.stages[1].requests.iter().map(|request| request.prompt).eq(30..55));
        let systems: HashSet<_> = plan.prompts.iter().map(|prompt| &prompt.system).collect();
        assert_eq!(systems.len(), 5);
    }
}

#[test]
fn random_prompts_are_new_with_each_request() {
    let input = Length::Spread(Spread { shape: Shape::Uniform, mean: 0.0, std_dev: 0.0, min: 20, max: 40 });
    let plan = made(&of(Workload::Random { input, output: Length::Fixed(3) }));
    let texts: HashSet<_> = plan.prompts.iter().map(|prompt| &prompt.question).collect();
    assert_eq!(texts.len(), 55);
    for prompt in &plan.prompts {
        assert!((20..=40).contains(&prompt.tokens) && prompt.system.is_empty());
        assert_eq!(count(&prompt.question), prompt.tokens as usize);
    }
    assert!(plan.stages[1].requests.iter().map(|request| request.prompt).eq(30..55));
}

fn chat() -> Workload {
    Workload::Chat {
        conversations: 40,
        turns: Length::Spread(Spread { shape: Shape::Uniform, mean: 0.0, std_dev: 0.0, min: 1, max: 5 }),
        system_prompt: Length::Fixed(30),
        question: Length::Fixed(7),
        output: Length::Fixed(9),
        think_time: 1.5,
    }
}

#[test]
fn conversations_go_on_after_their_answers() {
    let plan = made(&of(chat()));
    let turns: HashSet<_> = plan.stages[0].requests.iter().map(|request| request.follow_ups.len()).collect();
    assert_eq!(turns, (0..5).collect());
    for request in &plan.stages[0].requests {
        let prompt = &plan.prompts[request.prompt as usize];
        assert!(Arc::ptr_eq(&prompt.system, &plan.prompts[0].system));
        assert_eq!((prompt.tokens, count(&prompt.system), count(&prompt.question)), (37, 30, 7));
        for follow_up in &request.follow_ups {
            assert_eq!((count(&follow_up.question), follow_up.output_tokens), (7, 9));
            assert_eq!(follow_up.think_time, Duration::from_millis(1500));
        }
    }
    // The second stage goes on where the first stopped.
    let first = plan.stages[1].requests.iter().map(|request| request.prompt);
    assert!(first.eq((30..40).chain(0..15)));
}

#[test]
fn lengths_follow_their_distribution() {
    let drawn = |shape, mean, std_dev, min, max| {
        let spread = Length::Spread(Spread { shape, mean, std_dev, min, max });
        let mut lengths = Lengths::new(1, "workload.output", spread, 1).unwrap();
        (0..20_000).map(|_| lengths.draw()).collect::<Vec<_>>()
    };
    for shape in [Shape::Normal, Shape::Lognormal] {
        let lengths: Vec<f64> = drawn(shape, 500.0, 100.0, 1, 5000).into_iter().map(f64::from).collect();
        let mean = lengths.iter().sum::<f64>() / 20_000.0;
        let variance = lengths.iter().map(|length| (length - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!((mean - 500.0).abs() < 4.0, "{shape:?}: {mean}");
        assert!((variance.sqrt() - 100.0).abs() < 4.0, "{shape:?}: {}", variance.sqrt());
    }
    let clipped = drawn(Shape::Normal, 500.0, 100.0, 450, 520);
    assert_eq!((clipped.iter().min(), clipped.iter().max()), (Some(&450), Some(&520)));
    let uniform: HashSet<u32> = drawn(Shape::Uniform, 0.0, 0.0, 3, 6).into_iter().collect();
    assert_eq!(uniform, (3..=6).collect());
    assert!(drawn(Shape::Fixed, 7.4, 100.0, 1, 10).iter().all(|&length| length == 7));
}

#[test]
fn what_means_nothing_names_its_key() {
    assert_eq!(problem(&groups(|groups, _, _| *groups = 0)), "workload.groups: at least 1 is needed");
    assert_eq!(problem(&Scenario { stages: Vec::new(), ..ladder() }), "stages: at least 1 is needed");
    for exponent in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(
            problem(&groups(|_, _, zipf| *zipf = Some(exponent))),
            "workload.zipf_exponent: a number from 0 is needed"
        );
    }
    for pause in [-1.0, 1e18] {
        let said = problem(&Scenario { pause, ..ladder() });
        assert_eq!(said, "pause: a number of seconds from 0 to 10 years is needed");
    }
    let slo = Some(Slo { tpot: Some(f64::NAN), ..Slo::default() });
    let said = problem(&Scenario { slo, ..ladder() });
    assert_eq!(said, "slo.tpot: a number of seconds from 0 to 10 years is needed");
    let mut whole = ladder();
    whole.request.streaming = false;
    whole.slo = Some(Slo { ttft: Some(1.0), ..Slo::default() });
    assert!(problem(&whole).starts_with("slo.ttft: an answer in one piece has no such time"));
    let random = |input, output| problem(&of(Workload::Random { input, output }));
    let spread =
        |mean, std_dev, min, max| Length::Spread(Spread { shape: Shape::Normal, mean, std_dev, min, max });
    assert_eq!(
        random(Length::Fixed(0), Length::Fixed(1)),
        "workload.input: at least 1 is needed, this may be 0"
    );
    assert_eq!(
        random(Length::Fixed(1), Length::Fixed(0)),
        "workload.output: at least 1 is needed, this may be 0"
    );
    assert_eq!(random(spread(1.0, 1.0, 5, 4), Length::Fixed(1)), "workload.input: `min` is above `max`");
    assert_eq!(
        random(spread(f64::NAN, 1.0, 1, 4), Length::Fixed(1)),
        "workload.input: `mean` must be a number from 0"
    );
    assert_eq!(
        random(spread(1.0, -1.0, 1, 4), Length::Fixed(1)),
        "workload.input: `std_dev` must be a number from 0"
    );
    assert_eq!(
        random(Length::Fixed(u32::MAX), Length::Fixed(1)),
        "workload.input: these are more texts than a plan may have (8 GiB)"
    );
    let mut chat = chat();
    if let Workload::Chat { think_time, .. } = &mut chat {
        *think_time = -1.0;
    }
    assert_eq!(problem(&of(chat)), "workload.think_time: a number of seconds from 0 to 10 years is needed");
    assert_eq!(
        problem(&Scenario { arrivals: Arrivals::Trace { speed: 1.0 }, stages: Vec::new(), ..ladder() }),
        "arrivals: only the workload `trace` has times of its own"
    );
}
