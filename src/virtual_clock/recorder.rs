//! What is to be known of a run afterwards.

use std::sync::Arc;
use std::time::Duration;

use llmd_bench::plan::{Plan, PlannedStage};
use llmd_bench::run::{ClientCost, GaugePoint, ReplicaRun, Run, StageRun, Target};
use llmd_bench::sample::{Sample, Times};
use simulator::engine::Stats;
use simulator::virtual_clock::{Outcome, Served};

use super::Load;
use super::load::{MODEL, Turn, requests};

/// Most points of a replica's gauges in a stage; when there are more, every other goes.
const MOST_POINTS: usize = 400;
/// Between two of them at first.
const INTERVAL: Duration = Duration::from_secs(1);

/// Watches a run.
pub(super) struct Recorder<'a> {
    load: &'a Load<'a>,
    stages: Vec<StageRun>,
    /// Requests of this stage and those before it.
    until: usize,
    arrived: usize,
    /// By request.
    last_tokens: Vec<Duration>,
    interval: Duration,
    next_point: Duration,
    /// Of each replica, as of the last look and as of the stage's begin.
    stats: Vec<Stats>,
    stats_before: Vec<Stats>,
}

/// What a replica of the virtual clock is called.
pub(super) fn replica_name(replica: u32) -> String {
    format!("replica-{replica}")
}

impl<'a> Recorder<'a> {
    pub(super) fn new(load: &'a Load<'a>, replicas: u32) -> Self {
        let replicas = replicas as usize;
        Self {
            load,
            stages: Vec::new(),
            until: 0,
            arrived: 0,
            last_tokens: vec![Duration::ZERO; load.turns().len()],
            interval: INTERVAL,
            next_point: Duration::ZERO,
            stats: vec![Stats::default(); replicas],
            stats_before: vec![Stats::default(); replicas],
        }
    }

    /// A request came; stages do not overlap.
    pub(super) fn arrived(&mut self) {
        while self.arrived == self.until
            && let Some(planned) = self.load.plan().stages.get(self.stages.len())
        {
            self.end_stage();
            self.until += requests(planned);
            self.stages.push(stage(planned, self.stats.len()));
            self.interval = INTERVAL;
            self.stats_before.clone_from(&self.stats);
        }
        self.arrived += 1;
    }

    /// Tokens came to clients. Nearly all of a step have waited equally long.
    pub(super) fn tokens(&mut self, now: Duration, tokens: &[Served]) {
        let Some(stage) = self.stages.last_mut() else { return };
        let (mut gap, mut count) = (Duration::ZERO, 0);
        for token in tokens {
            let last = std::mem::replace(&mut self.last_tokens[token.request.0 as usize], now);
            let this = now.saturating_sub(last);
            if token.index == 0 {
                continue;
            }
            if this != gap {
                stage.gaps.saturating_record_n(microseconds(gap), count);
                (gap, count) = (this, 0);
            }
            count += 1;
        }
        stage.gaps.saturating_record_n(microseconds(gap), count);
    }

    pub(super) fn gauges(&mut self, now: Duration, stats: &[Stats]) {
        self.stats.copy_from_slice(stats);
        let Some(stage) = self.stages.last_mut().filter(|_| now >= self.next_point) else { return };
        self.next_point = now + self.interval;
        for (replica, stats) in stage.replicas.iter_mut().zip(stats) {
            replica.points.push(GaugePoint {
                at: now,
                running: stats.running,
                waiting: stats.waiting,
                kv_usage: stats.referenced_blocks as f32 / stats.capacity_blocks.max(1) as f32,
            });
        }
        if stage.replicas.first().is_some_and(|replica| replica.points.len() > MOST_POINTS) {
            self.interval *= 2;
            for replica in &mut stage.replicas {
                let mut number = 0;
                replica.points.retain(|_| {
                    number += 1;
                    number % 2 == 1
                });
            }
        }
    }

    fn end_stage(&mut self) {
        let Some(stage) = self.stages.last_mut() else { return };
        for ((replica, now), before) in stage.replicas.iter_mut().zip(&self.stats).zip(&self.stats_before) {
            replica.preemptions = now.preemptions - before.preemptions;
        }
    }

    /// The run, as if a client had seen it.
    pub(super) fn finish(mut self, arm: &str, outcomes: &[Outcome]) -> Run {
        self.end_stage();
        let plan = self.load.plan();
        let replicas: Vec<String> = (0..).take(self.stats.len()).map(replica_name).collect();
        let names: Vec<Arc<str>> = replicas.iter().map(|name| name.as_str().into()).collect();
        let is_streamed = plan.scenario.request.streaming;
        let mut played = self.load.turns().iter().zip(outcomes);
        for ((stage, planned), number) in self.stages.iter_mut().zip(&plan.stages).zip(0..) {
            for (turn, outcome) in played.by_ref().take(requests(planned)) {
                let replica = &mut stage.replicas[outcome.replica];
                replica.prompt_tokens += u64::from(outcome.prompt_tokens);
                replica.cached_tokens += u64::from(outcome.cached_tokens);
                let name = Arc::clone(&names[outcome.replica]);
                stage.samples.push(sample(number, turn, outcome, name, is_streamed));
            }
            close(stage, planned);
        }
        let target = Target {
            arm: arm.to_owned(),
            url: "virtual clock".to_owned(),
            model: MODEL.to_owned(),
            replicas,
            is_cold: true,
            is_simulated: true,
        };
        Run {
            target,
            started_at: jiff::Timestamp::now(),
            stages: self.stages,
            is_partial: false,
            client: ClientCost::default(),
        }
    }
}

fn stage(planned: &PlannedStage, replicas: usize) -> StageRun {
    StageRun {
        pacing: planned.pacing,
        warm_up: planned.warm_up,
        started: Duration::ZERO,
        sent: Duration::ZERO,
        drained: Duration::ZERO,
        samples: Vec::with_capacity(requests(planned)),
        gaps: Plan::gaps(),
        replicas: vec![ReplicaRun::default(); replicas],
    }
}

fn sample(stage: u32, turn: &Turn, outcome: &Outcome, replica: Arc<str>, is_streamed: bool) -> Sample {
    let first = is_streamed.then_some(outcome.first_token);
    let times = Times {
        intended: outcome.arrived,
        sent: outcome.arrived,
        first_event: first,
        first_token: first,
        last_token: Some(outcome.finished),
        closed: outcome.finished,
    };
    Sample {
        stage,
        request: turn.request,
        turn: turn.number,
        prompt: turn.prompt,
        times,
        prompt_tokens: outcome.prompt_tokens,
        output_tokens: outcome.output_tokens,
        cached_tokens: Some(outcome.cached_tokens),
        events: if is_streamed { outcome.output_tokens } else { 0 },
        replica: Some(replica),
        failure: None,
    }
}

/// Sets a stage's times by its samples, which are in the order of the plan, and puts these in the order of their ends.
fn close(stage: &mut StageRun, planned: &PlannedStage) {
    let samples = &mut stage.samples;
    let first = samples.first().map(|sample| sample.times.sent).unwrap_or_default();
    let after = planned.requests.first().map(|request| request.after).unwrap_or_default();
    stage.started = first.saturating_sub(after);
    stage.sent = samples.iter().map(|sample| sample.times.sent).max().unwrap_or(stage.started);
    stage.drained = samples.iter().map(|sample| sample.times.closed).max().unwrap_or(stage.started);
    samples.sort_by_key(|sample| sample.times.closed);
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
