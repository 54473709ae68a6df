//! The loads that policies are compared on: those of `schedsim.md` §4.
//!
//! Lengths are as the seed's server counted them (`schedsim.md` §1.3). What that paper leaves open is chosen so that its
//! rows of a plain service come out, whose figures no policy has a part in.

use llmd_bench::scenario::{
    Arrivals, Length, RequestOptions, Scenario, Shape, Spread, Stage, StageLoad, Workload,
};
use simulator::virtual_clock::STAGES;

use super::super::Fleet;

/// A load on a fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// The seed's ladder on eight equal replicas.
    Ladder,
    /// The same where one replica takes 1.3 times as long.
    SlowReplica,
    /// 64 replicas: eight times the rates and groups, six of the stages.
    SixtyFour,
    /// Groups by Zipf's law, always new questions, at 40 requests a second.
    Zipf,
    /// Prompts that have nothing in common.
    NoPrefix,
}

impl Case {
    pub const ALL: [Self; 5] = [Self::Ladder, Self::SlowReplica, Self::SixtyFour, Self::Zipf, Self::NoPrefix];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ladder => "ladder",
            Self::SlowReplica => "slow-replica",
            Self::SixtyFour => "64-replicas",
            Self::Zipf => "zipf",
            Self::NoPrefix => "no-prefix",
        }
    }

    /// The case of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|case| case.name() == name)
    }

    /// What it is, in a line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Ladder => "the seed's ladder, 8 equal replicas",
            Self::SlowReplica => "the same, one replica 1.3x slower",
            Self::SixtyFour => "64 replicas, rates and groups x8, six stages",
            Self::Zipf => "Zipf(1.0) over 600 groups, 40 req/s",
            Self::NoPrefix => "no shared prefix, 28 req/s",
        }
    }

    /// The policies that play it.
    pub fn policies(self) -> &'static [&'static str] {
        match self {
            Self::Ladder => &["upstream-default", "default", "round-robin", "random"],
            _ => &["upstream-default", "default"],
        }
    }

    pub fn fleet(self) -> Fleet {
        match self {
            Self::Ladder | Self::Zipf | Self::NoPrefix => Fleet::of(8),
            Self::SlowReplica => Fleet::of(8).with_slow_replica(1.3),
            Self::SixtyFour => Fleet::of(64),
        }
    }

    pub fn scenario(self, seed: u64) -> Scenario {
        let (workload, stages) = match self {
            Self::Ladder | Self::SlowReplica => {
                (ladder(1), STAGES.into_iter().map(|stage| rate(stage, 1)).collect())
            }
            Self::SixtyFour => (ladder(8), SIX.iter().map(|&number| rate(STAGES[number], 8)).collect()),
            Self::Zipf => (zipf(), vec![steady(40.0)]),
            Self::NoPrefix => (no_prefix(), vec![steady(28.0)]),
        };
        Scenario {
            name: self.name().to_owned(),
            workload,
            arrivals: Arrivals::Poisson { exact_count: true },
            stages,
            pause: 2.0,
            drain_timeout: 3600.0,
            seed,
            request: RequestOptions::default(),
            slo: None,
        }
    }
}

/// Which of the seed's stages 64 replicas play.
const SIX: [usize; 6] = [0, 4, 7, 9, 12, 16];
/// Seconds of the cases with one rate.
const SECONDS: f64 = 400.0;

fn rate(stage: simulator::virtual_clock::Stage, scale: u32) -> Stage {
    let load = StageLoad::Rate { rate: f64::from(stage.rate * scale), seconds: f64::from(stage.seconds) };
    Stage { load, warm_up: false }
}

fn steady(rate: f64) -> Stage {
    Stage { load: StageLoad::Rate { rate, seconds: SECONDS }, warm_up: false }
}

fn ladder(scale: u32) -> Workload {
    Workload::SharedPrefix {
        groups: 150 * scale,
        prompts_per_group: 5,
        system_prompt: Length::Fixed(6314),
        question: Length::Fixed(1263),
        output: Length::Fixed(1000),
        zipf_exponent: None,
    }
}

fn zipf() -> Workload {
    Workload::SharedPrefix {
        groups: 600,
        prompts_per_group: 0,
        system_prompt: uniform(2000, 8000),
        question: uniform(200, 800),
        output: uniform(100, 600),
        zipf_exponent: Some(1.0),
    }
}

fn no_prefix() -> Workload {
    Workload::Random { input: lognormal(2500.0, 1.0, 32, 30_000), output: lognormal(450.0, 0.9, 8, 4000) }
}

fn uniform(min: u32, max: u32) -> Length {
    let mean = f64::from(min + max) / 2.0;
    Length::Spread(Spread { shape: Shape::Uniform, mean, std_dev: 0.0, min, max })
}

/// By its mean and the standard deviation of its logarithms.
fn lognormal(mean: f64, sigma: f64, min: u32, max: u32) -> Length {
    let std_dev = mean * (sigma * sigma).exp_m1().sqrt();
    Length::Spread(Spread { shape: Shape::Lognormal, mean, std_dev, min, max })
}
