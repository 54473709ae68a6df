//! How much load so many replicas bear, or how many replicas a load needs.
//!
//! A trial is a steady load: a warm-up, a window whose requests count, and the same load after it, so that they end under
//! it. It is borne when enough requests of the window meet the SLO and the backlog is stable: at the window's end no more
//! are in flight than at its begin, but for a twentieth of the window's requests and for chance.
//!
//! How much chance makes of it: under a load that is borne the number in flight has one distribution all the time, about
//! Poisson's, whose variance is its mean. Of two looks that lie further apart than an answer takes, the difference then has
//! the variance of both numbers' sum. At low rates, where a twentieth is a request or two, chance is the wider bound; so
//! that there is something to judge at all, the window grows until it has enough arrivals. Where answers are quick and rates
//! high it shrinks, as a few thousand arrivals and a score of answers' times tell as much.

use std::time::Duration;

use llmd_bench::report::is_good;
use llmd_bench::run::Run;
use llmd_bench::sample::Sample;
use llmd_bench::scenario::{Arrivals, Scenario, Slo, Stage, StageLoad, Workload};
use llmd_bench::workload::plan;
use schemars::JsonSchema;
use serde::Serialize;
use simulator::tokenizer::Tokenizer;

use super::{Fleet, Load, Measured, Policy, Stop, VirtualError};

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "find", rename_all = "snake_case")]
pub enum Target {
    /// The highest rate that the fleet bears.
    Rate,
    /// The fewest replicas that bear this rate.
    Replicas {
        /// Arrivals a second.
        rate: f64,
    },
}

/// What rates are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arriving {
    Requests,
    /// Each with several requests, one after the other.
    Conversations,
}

impl Arriving {
    pub fn of(workload: &Workload) -> Self {
        if matches!(workload, Workload::Chat { .. }) { Self::Conversations } else { Self::Requests }
    }

    /// So many a second: `req/s`.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Requests => "req/s",
            Self::Conversations => "conversations/s",
        }
    }
}

/// A question.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub target: Target,
    /// Its workload is asked; its stages are not played.
    pub scenario: &'a Scenario,
    /// Of replicas only the kind counts where their number is looked for.
    pub fleet: &'a Fleet,
    pub policy: &'a Policy,
    pub slo: Slo,
    /// Of the requests, 0 to 1, how many must meet it.
    pub share: f64,
    pub stop: &'a Stop,
}

/// The answer, and how it was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FindReport {
    /// What was looked for.
    pub target: Target,
    /// What its rates are of.
    pub arriving: Arriving,
    /// Name of the policy.
    pub policy: String,
    /// The bounds that requests must meet, in seconds.
    pub slo: Slo,
    /// How many of the requests must meet them, 0 to 1.
    pub share: f64,
    /// The trial that answers: none where even the lightest is not borne.
    pub answer: Option<Trial>,
    /// The nearest that is not borne: none where the search ended before one was found.
    pub beyond: Option<Trial>,
    /// All, in the order in which they were tried.
    pub tried: Vec<Trial>,
}

/// A steady load on a fleet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Trial {
    /// How many model servers there were.
    pub replicas: u32,
    /// Arrivals a second.
    pub rate: f64,
    /// Of the window's requests, 0 to 1, those that met the SLO.
    pub good_share: f64,
    /// By how much the requests in flight grew over the window, as a share of the window's requests.
    pub backlog: f64,
    /// By how much it may: a twentieth, or what chance makes of so few.
    pub backlog_bound: f64,
    /// Of the window's requests.
    pub measured: Measured,
    /// Whether the load is borne: enough requests are good, and they do not pile up.
    pub is_borne: bool,
}

/// Seconds of the window, unless that is more than it needs: so many times what an arrival takes on an idle fleet, and so
/// many arrivals.
const WINDOW: f64 = 240.0;
const ANSWERS: f64 = 20.0;
const ENOUGH_ARRIVALS: f64 = 2000.0;
/// The arrivals that it is to have at least.
const ARRIVALS: f64 = 200.0;
/// Of the window, how long the warm-up before it is, and what follows it.
const WARM_UP: f64 = 0.5;
const AFTER: f64 = 0.25;
/// A backlog that grows by more than this share of the requests goes on growing.
const GROWTH: f64 = 0.05;
/// The normal distribution's 97.5 % point: chance makes more of a backlog in one stable trial of forty.
const CHANCE: f64 = 1.96;
/// Rates are told apart down to this ratio.
const FINE: f64 = 1.02;
/// Rates for a replica between which it is searched, and replicas.
const LEAST_RATE: f64 = 1.0 / 64.0;
const MOST_RATE: f64 = 256.0;
pub const MOST_REPLICAS: u32 = 256;

/// Searches: doubles or halves until the answer lies between two trials, then halves what is between them. `progress` is
/// told of each trial.
///
/// # Errors
/// When a trial cannot be played, or is stopped.
pub fn find(question: &Question<'_>, mut progress: impl FnMut(&Trial)) -> Result<FindReport, VirtualError> {
    let mut tried = Vec::new();
    let unloaded = unloaded(question)?;
    let mut trial = |replicas, rate| {
        let trial = play(question, replicas, rate, window(rate, unloaded))?;
        progress(&trial);
        tried.push(trial);
        Ok(trial)
    };
    let Border { borne, beyond } = match question.target {
        Target::Rate => highest_rate(question.fleet.replicas, &mut trial),
        Target::Replicas { rate } => fewest_replicas(rate, &mut trial),
    }?;
    Ok(FindReport {
        target: question.target,
        arriving: Arriving::of(&question.scenario.workload),
        policy: question.policy.name().to_owned(),
        slo: question.slo,
        share: question.share,
        answer: borne,
        beyond,
        tried,
    })
}

/// The heaviest load known to be borne, and the lightest known not to be.
#[derive(Clone, Copy, Debug, Default)]
struct Border {
    borne: Option<Trial>,
    beyond: Option<Trial>,
}

impl Border {
    fn add(&mut self, trial: Trial) {
        *(if trial.is_borne { &mut self.borne } else { &mut self.beyond }) = Some(trial);
    }
}

type Tried = Result<Trial, VirtualError>;

fn highest_rate(replicas: u32, trial: &mut impl FnMut(u32, f64) -> Tried) -> Result<Border, VirtualError> {
    let (least, most) = (LEAST_RATE * f64::from(replicas), MOST_RATE * f64::from(replicas));
    let mut border = Border::default();
    let mut rate = f64::from(replicas);
    while (least..=most).contains(&rate) {
        border.add(trial(replicas, rate)?);
        rate = match (border.borne, border.beyond) {
            (Some(borne), Some(beyond)) if beyond.rate <= borne.rate * FINE => break,
            (Some(borne), Some(beyond)) => (borne.rate * beyond.rate).sqrt(),
            (Some(borne), None) => 2.0 * borne.rate,
            (None, _) => rate / 2.0,
        };
    }
    Ok(border)
}

fn fewest_replicas(rate: f64, trial: &mut impl FnMut(u32, f64) -> Tried) -> Result<Border, VirtualError> {
    let mut border = Border::default();
    let mut replicas = 1;
    while replicas <= MOST_REPLICAS {
        border.add(trial(replicas, rate)?);
        let most_beyond = border.beyond.map_or(0, |beyond| beyond.replicas);
        replicas = match border.borne {
            Some(borne) if most_beyond + 1 >= borne.replicas => break,
            Some(borne) => u32::midpoint(most_beyond, borne.replicas),
            None => 2 * replicas,
        };
    }
    Ok(border)
}

/// Seconds that an arrival takes when there is no other.
fn unloaded(question: &Question<'_>) -> Result<f64, VirtualError> {
    let load = StageLoad::Rate { rate: 1.0 / WINDOW, seconds: WINDOW };
    let arrivals = Arrivals::Poisson { exact_count: true };
    let run = play_stage(question, question.fleet.replicas, arrivals, load)?;
    let times = || run.stages.iter().flat_map(|stage| &stage.samples).map(|sample| sample.times);
    let first = times().map(|times| times.sent).min().unwrap_or_default();
    let last = times().map(|times| times.closed).max().unwrap_or_default();
    Ok(last.saturating_sub(first).as_secs_f64())
}

fn play(question: &Question<'_>, replicas: u32, rate: f64, window: f64) -> Tried {
    let load = StageLoad::Rate { rate, seconds: (WARM_UP + 1.0 + AFTER) * window };
    // What a trace says of times is left out.
    let arrivals = match question.scenario.arrivals {
        Arrivals::Trace { .. } => Arrivals::Poisson { exact_count: false },
        other => other,
    };
    let run = play_stage(question, replicas, arrivals, load)?;
    Ok(judge(&run, replicas, rate, window, &question.slo, question.share))
}

/// The scenario's requests under a load of one stage.
fn play_stage(
    question: &Question<'_>,
    replicas: u32,
    arrivals: Arrivals,
    load: StageLoad,
) -> Result<Run, VirtualError> {
    let Question { scenario, fleet, policy, stop, .. } = question;
    let stages = vec![Stage { load, warm_up: false }];
    let scenario = Scenario { arrivals, stages, ..(*scenario).clone() };
    let tokenizer = Tokenizer::default();
    let plan = plan(&scenario, &tokenizer)?;
    let fleet = Fleet { replicas, ..(*fleet).clone() };
    Load::new(&plan, &tokenizer)?.until(stop).play(&fleet, policy, scenario.seed)
}

/// Seconds that a trial's window lasts, by those that an arrival takes on an idle fleet.
fn window(rate: f64, unloaded: f64) -> f64 {
    (ENOUGH_ARRIVALS / rate).max(ANSWERS * unloaded).min(WINDOW).max(ARRIVALS / rate)
}

fn judge(run: &Run, replicas: u32, rate: f64, window: f64, slo: &Slo, share: f64) -> Trial {
    let samples = || run.stages.iter().flat_map(|stage| &stage.samples);
    let start = run.stages.first().map_or(Duration::ZERO, |stage| stage.started);
    let begin = start + Duration::from_secs_f64(WARM_UP * window);
    let end = begin + Duration::from_secs_f64(window);
    let counted = || samples().filter(|sample: &&Sample| (begin..end).contains(&sample.times.sent));
    let in_flight = |at: Duration| {
        let is_there = |sample: &&Sample| sample.times.sent <= at && sample.times.closed > at;
        samples().filter(is_there).count() as f64
    };
    let requests = (counted().count() as f64).max(1.0);
    let good_share = counted().filter(|sample| is_good(sample, *slo)).count() as f64 / requests;
    let (before, after) = (in_flight(begin), in_flight(end));
    let backlog = (after - before) / requests;
    let backlog_bound = GROWTH.max(CHANCE * (before + after).sqrt() / requests);
    Trial {
        replicas,
        rate,
        good_share,
        backlog,
        backlog_bound,
        measured: Measured::of_samples(&counted()),
        is_borne: good_share >= share && backlog <= backlog_bound,
    }
}

#[cfg(test)]
mod tests;
