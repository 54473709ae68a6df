use super::*;
use crate::engine::{Limits, StepCosts};
use crate::server::metrics::Labels;
use crate::server::outbox::Connection;

const LIMITS: Limits =
    Limits { kv_blocks: 100, block_size: 16, max_num_seqs: 8, max_num_batched_tokens: 512 };
const STEP: Duration = Duration::from_millis(50);

/// A driver whose engine's steps all take [`STEP`], and which has a request to work on.
fn driver(time_scale: f64, faults: Faults) -> (Driver, Flight) {
    driver_with(time_scale, &watch::Sender::new(faults))
}

fn driver_with(time_scale: f64, faults: &watch::Sender<Faults>) -> (Driver, Flight) {
    let costs =
        StepCosts { base: 0.05, weights: 0.0, token: 0.0, context_token: 0.0, pair: 0.0, sequence: 0.0 };
    let labels = Labels { model: "m", engine: 0, limits: LIMITS, max_model_len: 1600, max_loras: None };
    let surroundings = Surroundings {
        metrics: Arc::new(Metrics::new(&labels).unwrap()),
        faults: faults.subscribe(),
        time_scale,
        has_loras: false,
        events: None,
        block_size: LIMITS.block_size,
    };
    let (mut driver, handle) = Driver::new(Engine::new(costs, LIMITS), surroundings);
    let tokens: Arc<[u32]> = (0..20).collect();
    let work = Work { tokens, prompt_tokens: 10, blocks: Arc::new([]), reason: "length", max_tokens: 10 };
    let flight = handle.generate(Job { works: vec![work], lora: None, choices: 1, outbox: None });
    while let Ok(command) = driver.commands.try_recv() {
        driver.obey(command);
    }
    driver.begin_step();
    (driver, flight)
}

#[tokio::test]
async fn a_late_wake_up_does_not_move_the_next_step() {
    let (mut driver, _flight) = driver(1.0, Faults::default());
    let mut end = driver.step.unwrap().end;
    // Whatever the clock says by now.
    for _ in 0..5 {
        driver.end_step(end);
        driver.begin_step();
        assert_eq!(driver.step.unwrap().end, end + STEP);
        end += STEP;
    }
}

#[tokio::test]
async fn steps_that_are_missed_by_far_are_put_off() {
    let (mut driver, _flight) = driver(1.0, Faults::default());
    let now = Instant::now();
    driver.end_step(now.checked_sub(MOST_LATE * 2).unwrap());
    driver.begin_step();
    assert!(driver.step.unwrap().end >= now + STEP);
}

#[tokio::test]
async fn time_scale_and_slow_factor_stretch_steps() {
    let (mut driver, _flight) = driver(0.5, Faults { fault_slow_factor: 6.0, ..Faults::default() });
    let end = driver.step.unwrap().end;
    driver.end_step(end);
    driver.begin_step();
    assert_eq!(driver.step.unwrap().end - end, STEP * 3);
}

#[tokio::test]
async fn a_step_under_way_follows_the_slow_factor() {
    let slow = |factor| Faults { fault_slow_factor: factor, ..Faults::default() };
    let faults = watch::Sender::new(slow(1e6));
    let (mut driver, _flight) = driver_with(1000.0, &faults);
    let start = driver.step.unwrap().start;
    assert_eq!(driver.step.unwrap().end, start + LONGEST_STEP);
    faults.send_replace(slow(2.0));
    driver.time_step_anew();
    assert_eq!(driver.step.unwrap().end, start + STEP * 2000);
    // What is over ends now.
    faults.send_replace(slow(1e-9));
    let now = Instant::now();
    driver.time_step_anew();
    assert!((now..now + STEP * 2000).contains(&driver.step.unwrap().end));
}

#[tokio::test]
async fn a_stream_s_tokens_are_told_when_their_step_begins_but_for_the_first_and_the_last() {
    let (mut driver, _) = driver(1.0, Faults::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let outbox = Some(Connection::new(stream).outbox());
    let (progress, mut told) = mpsc::unbounded_channel();
    let work = Work {
        tokens: (0..20).collect(),
        prompt_tokens: 10,
        blocks: Arc::new([]),
        reason: "length",
        max_tokens: 10,
    };
    let job = Job { works: vec![work], lora: None, choices: 1, outbox };
    driver.submit(FlightId::default(), job, Instant::now(), &progress);
    driver.end_step(driver.step.unwrap().end);
    for index in 0..10 {
        driver.begin_step();
        let is_told = (1..9).contains(&index);
        assert_eq!(told.try_recv().ok().map(|progress| progress.index), is_told.then_some(index));
        driver.end_step(driver.step.unwrap().end);
        assert_eq!(told.try_recv().ok().map(|progress| progress.index), (!is_told).then_some(index));
    }
    assert!(driver.live.keys().all(|id| *id == SequenceId(0)));
}

#[tokio::test]
async fn an_idle_engine_begins_when_a_request_comes() {
    let (mut driver, flight) = driver(1.0, Faults::default());
    drop(flight);
    while let Ok(command) = driver.commands.try_recv() {
        driver.obey(command);
    }
    driver.end_step(driver.step.unwrap().end);
    driver.begin_step();
    assert!(driver.step.is_none());
    assert!(driver.live.is_empty() && driver.flights.is_empty() && driver.queued.is_empty());
    assert_eq!(driver.engine.stats().referenced_blocks, 0);
}
