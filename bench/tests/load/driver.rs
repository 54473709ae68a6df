//! Plans against servers that do as a test wants.

use std::collections::BTreeSet;
use std::hint::spin_loop;
use std::time::{Duration, Instant};

use llmd_bench::driver::{self, DriverError, Live};
use llmd_bench::sample::{FailureKind, Sample};
use llmd_bench::scenario::Api;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::plans::{OUTPUT, burst, closed, follow_up, open, plan, request, run, settings};
use crate::scripted::{
    DONE, END, STREAM, Scripted, Step, answer, chunk, say, text_event, usage_event, whole,
};

fn kind(sample: &Sample) -> Option<FailureKind> {
    sample.failure.as_ref().map(|failure| failure.kind)
}

#[tokio::test]
async fn the_journal_has_every_request_before_the_run_is_over() {
    let server = Scripted::start(|_, body| answer(body, "a")).await;
    let (journal, ended) = std::sync::mpsc::channel();
    let settings = driver::Settings { journal: Some(journal), ..settings(&[&server.url]) };
    let run = run(&plan(vec![burst(6), burst(4)]), &settings).await;
    let ended: Vec<Sample> = ended.try_iter().collect();
    let reported: Vec<Sample> = run.stages.into_iter().flat_map(|stage| stage.samples).collect();
    assert_eq!((ended.len(), &ended), (10, &reported));
}

#[tokio::test]
async fn every_request_of_an_open_stage_is_sent_at_its_time_or_later() {
    let server = Scripted::start(|_, body| answer(body, "a")).await;
    let requests = (0..30).map(|number| request(Duration::from_millis(u64::from(number) * 3), number % 4));
    let mut plan = plan(vec![open(requests.collect()), burst(10)]);
    plan.scenario.request.headers.insert("x-mine".to_owned(), "yes".to_owned());
    let live = Live::default();
    let run = driver::run(&plan, &settings(&[&server.url]), &live, CancellationToken::new()).await.unwrap();
    assert!(!run.is_partial && !run.target.is_simulated && run.client.cpu.is_some());
    assert_eq!(run.stages.iter().map(|stage| stage.samples.len()).collect::<Vec<_>>(), [30, 10]);
    for stage in &run.stages {
        assert!(stage.started <= stage.sent && stage.sent <= stage.drained);
        for sample in &stage.samples {
            assert_eq!(kind(sample), None);
            let times = sample.times;
            assert!(times.intended <= times.sent, "{times:?}");
            assert!(times.sent <= times.first_token.unwrap() && times.last_token.unwrap() <= times.closed);
            assert!(times.closed <= stage.drained);
            assert_eq!(
                (sample.prompt_tokens, sample.output_tokens, sample.prompt),
                (7, OUTPUT, sample.request % 4)
            );
        }
    }
    let first = &run.stages[0];
    for sample in &first.samples {
        let after = sample.times.intended.saturating_sub(first.started);
        assert_eq!(after, Duration::from_millis(u64::from(sample.request) * 3));
    }
    assert!(first.drained <= run.stages[1].started, "stages do not overlap");
    let asked: BTreeSet<String> =
        server.bodies().iter().map(|body| body["prompt"].as_str().unwrap().to_owned()).collect();
    let planned: BTreeSet<String> =
        plan.prompts.iter().map(|prompt| format!("{}{}", prompt.system, prompt.question)).collect();
    assert_eq!(asked, planned);
    let (head, body) = server.seen.lock().unwrap().requests[0].clone();
    assert!(head.contains("x-mine: yes") && body["model"] == "base", "{head} {body}");
    let snapshot = live.snapshot();
    assert_eq!((snapshot.stage, snapshot.sent, snapshot.answered, snapshot.in_flight), (1, 10, 10, 0));
    let ended = live.take_ended();
    let counts: Vec<_> = ended.iter().map(|stage| (stage.stage, stage.sent, stage.answered)).collect();
    assert_eq!(counts, [(0, 30, 30), (1, 10, 10)]);
}

/// One thread for both: while the server blocks it, the requests that are due cannot be sent.
#[tokio::test]
async fn a_stall_shows_in_the_intended_figures_and_not_in_the_raw_ones() {
    let (due, stall) = (Duration::from_secs(1), Duration::from_millis(1500));
    let server = Scripted::start(move |number, body| {
        let begin = Instant::now();
        while number == 0 && begin.elapsed() < stall {
            spin_loop();
        }
        answer(body, "a")
    })
    .await;
    let plan = plan(vec![open(vec![request(Duration::ZERO, 0), request(due, 1)])]);
    let run = run(&plan, &settings(&[&server.url])).await;
    let times = run.stages[0].samples.iter().find(|sample| sample.request == 1).unwrap().times;
    let first_token = times.first_token.unwrap();
    let raw = first_token.saturating_sub(times.sent);
    let intended = first_token.saturating_sub(times.intended);
    let stalled = stall.saturating_sub(due);
    assert!(intended >= stalled, "{intended:?}");
    assert!(intended.saturating_sub(raw) >= stalled, "{intended:?} {raw:?}");
}

#[tokio::test]
async fn a_closed_loop_fills_its_places_and_no_more() {
    let all_are_there = CancellationToken::new();
    let server = Scripted::start(move |number, body| {
        // The first three are answered when the third has come.
        if number == 2 {
            all_are_there.cancel();
        }
        let mut steps = vec![Step::Await(all_are_there.clone())];
        steps.extend(answer(body, "a"));
        steps
    })
    .await;
    let run = run(&plan(vec![closed(3, 40)]), &settings(&[&server.url])).await;
    assert_eq!(server.seen.lock().unwrap().most_in_flight, 3);
    let samples = &run.stages[0].samples;
    let requests: BTreeSet<u32> = samples.iter().map(|sample| sample.request).collect();
    assert_eq!((samples.len(), requests.len()), (40, 40));
    // At no time are more than three between their sending and their end.
    for sample in samples {
        let at = sample.times.sent;
        let others = samples.iter().filter(|other| other.times.sent <= at && at < other.times.closed);
        assert!(others.count() <= 3);
    }
}

#[tokio::test]
async fn each_turn_of_a_conversation_sends_all_that_was_said() {
    for api in [Api::Completions, Api::Chat] {
        let server = Scripted::start(|number, body| answer(body, &format!(" \"answer\"\n{number}"))).await;
        let think = Duration::from_millis(30);
        let mut talk = request(Duration::ZERO, 0);
        talk.follow_ups = vec![follow_up("why? ", think), follow_up("how? ", think)];
        let mut plan = plan(vec![open(vec![talk])]);
        plan.scenario.request.api = api;
        let run = run(&plan, &settings(&[&server.url])).await;
        let (bodies, prompt) = (server.bodies(), &plan.prompts[0]);
        match api {
            Api::Completions => {
                let expected = format!("{}one \"answer\"\n0why?  \"answer\"\n1how? ", prompt.system);
                assert_eq!(bodies[2]["prompt"], json!(expected));
                assert_eq!((&bodies[0]["max_tokens"], &bodies[2]["max_tokens"]), (&json!(3), &json!(4)));
            }
            Api::Chat => assert_eq!(
                bodies[2]["messages"],
                json!([
                    {"role": "system", "content": &*prompt.system},
                    {"role": "user", "content": "one"},
                    {"role": "assistant", "content": " \"answer\"\n0"},
                    {"role": "user", "content": "why? "},
                    {"role": "assistant", "content": " \"answer\"\n1"},
                    {"role": "user", "content": "how? "},
                ])
            ),
        }
        let samples = &run.stages[0].samples;
        assert_eq!(samples.iter().map(|sample| sample.turn).collect::<Vec<_>>(), [0, 1, 2]);
        for pair in samples.windows(2) {
            assert_eq!(pair[1].times.intended, pair[0].times.closed + think);
            assert!(pair[1].times.sent >= pair[1].times.intended);
        }
    }
}

#[tokio::test]
async fn a_turn_that_fails_ends_its_conversation() {
    let server = Scripted::start(|number, body| match number {
        1 => vec![say(whole("500 Internal Server Error", &json!({})))],
        _ => answer(body, "a"),
    })
    .await;
    let mut talk = request(Duration::ZERO, 0);
    talk.follow_ups = vec![follow_up("why?", Duration::ZERO), follow_up("how?", Duration::ZERO)];
    let run = run(&plan(vec![open(vec![talk])]), &settings(&[&server.url])).await;
    let kinds: Vec<_> = run.stages[0].samples.iter().map(kind).collect();
    assert_eq!(kinds, [None, Some(FailureKind::Http(500))]);
}

#[tokio::test]
async fn several_urls_are_taken_in_turn_and_name_who_answered() {
    let servers = [
        Scripted::start(|_, body| answer(body, "a")).await,
        Scripted::start(|_, body| answer(body, "b")).await,
        Scripted::start(|_, body| answer(body, "c")).await,
    ];
    let mut settings = settings(&servers.each_ref().map(|server| &server.url));
    settings.replicas = ["c", "a", "b"].into_iter().map(str::to_owned).zip(settings.urls.clone()).collect();
    let run = run(&plan(vec![closed(4, 30)]), &settings).await;
    // Two pages of metrics at least are among what each was asked.
    let posts = |server: &Scripted| {
        server.seen.lock().unwrap().requests.iter().filter(|(head, _)| head.starts_with("post")).count()
    };
    assert_eq!(servers.each_ref().map(posts), [10, 10, 10]);
    assert_eq!(run.target.replicas, ["a", "b", "c"]);
    let named = |name: &str| {
        run.stages[0].samples.iter().filter(|sample| sample.replica.as_deref() == Some(name)).count()
    };
    assert_eq!(["a", "b", "c"].map(named), [10, 10, 10]);
}

#[tokio::test]
async fn who_is_stopped_keeps_what_has_come() {
    let server = Scripted::start(|number, body| match number {
        0 | 1 => answer(body, "a"),
        _ => vec![say([STREAM, &chunk(&text_event("a"))].concat()), Step::Await(CancellationToken::new())],
    })
    .await;
    let later = Duration::from_millis(50);
    let requests = [Duration::ZERO, Duration::ZERO, later, Duration::from_secs(3600)];
    let stage = open(requests.into_iter().map(|after| request(after, 0)).collect());
    let plan = plan(vec![stage, burst(4)]);
    let (live, stop) = (Live::default(), CancellationToken::new());
    let (watched, stopping) = (live.clone(), stop.clone());
    tokio::spawn(async move {
        while (watched.snapshot().answered, watched.snapshot().sent) != (2, 3) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stopping.cancel();
    });
    let run = driver::run(&plan, &settings(&[&server.url]), &live, stop).await.unwrap();
    assert!(run.is_partial);
    assert_eq!(run.stages.len(), 1, "the second stage has not begun");
    let mut kinds: Vec<_> = run.stages[0].samples.iter().map(kind).collect();
    kinds.sort();
    assert_eq!(kinds, [None, None, Some(FailureKind::Cancelled)]);
    assert_eq!(live.snapshot().in_flight, 0);
}

#[tokio::test]
async fn what_has_not_drained_in_time_is_given_up_and_the_next_stage_begins() {
    let server = Scripted::start(|number, body| match number {
        0 => vec![say([STREAM, &chunk(&text_event("a"))].concat()), Step::Await(CancellationToken::new())],
        _ => answer(body, "a"),
    })
    .await;
    let mut plan = plan(vec![open(vec![request(Duration::ZERO, 0)]), burst(2)]);
    plan.scenario.drain_timeout = 0.3;
    let run = run(&plan, &settings(&[&server.url])).await;
    assert!(!run.is_partial);
    let [first, second] = &run.stages[..] else { panic!("two stages") };
    assert_eq!(kind(&first.samples[0]), Some(FailureKind::DrainTimeout));
    assert!(first.samples[0].times.first_token.is_some(), "what had come is kept");
    assert!(first.drained.saturating_sub(first.sent) >= Duration::from_millis(300));
    assert_eq!(second.samples.iter().map(kind).collect::<Vec<_>>(), [None, None]);
}

#[tokio::test]
async fn a_closed_loop_that_is_not_drained_in_time_is_whole() {
    let server = Scripted::start(|number, body| match number {
        0 => answer(body, "a"),
        _ => vec![Step::Await(CancellationToken::new())],
    })
    .await;
    let mut plan = plan(vec![closed(1, 3)]);
    plan.scenario.drain_timeout = 0.3;
    let run = run(&plan, &settings(&[&server.url])).await;
    assert!(!run.is_partial, "nobody stopped it");
    let kinds: Vec<_> = run.stages[0].samples.iter().map(kind).collect();
    assert_eq!(kinds, [None, Some(FailureKind::DrainTimeout)]);
}

#[tokio::test]
async fn failures_are_kept_with_their_kind() {
    let server = Scripted::start(|number, _| {
        let few = [text_event("a"), usage_event(7, 2), DONE.to_owned()].concat();
        match number {
            0 => vec![say([STREAM, &chunk(&few), END].concat())],
            1 => vec![say(whole("429 Too Many Requests", &json!({"error": {"message": "slow down"}})))],
            _ => vec![Step::Await(CancellationToken::new())],
        }
    })
    .await;
    let mut plan = plan(vec![closed(1, 3)]);
    plan.scenario.request.timeout = Some(0.2);
    let (live, settings) = (Live::default(), settings(&[&server.url]));
    let run = driver::run(&plan, &settings, &live, CancellationToken::new()).await.unwrap();
    let samples = &run.stages[0].samples;
    let kinds: Vec<_> = samples.iter().map(kind).collect();
    let expected = [FailureKind::ShortOutput, FailureKind::Http(429), FailureKind::Timeout];
    assert_eq!(kinds, expected.map(Some));
    assert_eq!(
        samples[0].failure.as_ref().unwrap().detail,
        "2 of 3 tokens, although the end was to be ignored"
    );
    assert_eq!(live.snapshot().failed, 3);
}

#[tokio::test]
async fn gaps_between_texts_are_gathered() {
    let server = Scripted::start(|_, _| {
        let texts = ["a", "b", "c"].map(text_event).concat();
        vec![say([STREAM, &chunk(&texts), &chunk(&usage_event(1, 3)), &chunk(DONE), END].concat())]
    })
    .await;
    let run = run(&plan(vec![burst(5)]), &settings(&[&server.url])).await;
    let stage = &run.stages[0];
    assert_eq!(stage.samples.iter().map(|sample| sample.events).collect::<Vec<_>>(), [3; 5]);
    assert_eq!(stage.gaps.len(), 10, "two of each");
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error() {
    let server = Scripted::start(|_, body| answer(body, "a")).await;
    let fails = async |plan, settings| {
        driver::run(&plan, &settings, &Live::default(), CancellationToken::new()).await.unwrap_err()
    };
    let good = settings(&[&server.url]);
    assert!(matches!(fails(plan(vec![burst(1)]), settings(&[])).await, DriverError::NoUrl));
    let beyond = plan(vec![open(vec![request(Duration::ZERO, 4)])]);
    assert!(matches!(fails(beyond, good.clone()).await, DriverError::NoPrompt(4)));
    let mut headers = plan(vec![burst(1)]);
    headers.scenario.request.headers.insert("x y".to_owned(), String::new());
    assert!(matches!(fails(headers, good).await, DriverError::Header(name) if name == "x y"));
    assert_eq!(server.count(), 0);
}
