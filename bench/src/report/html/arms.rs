//! Reports of the same arm, together.

use crate::report::{BenchReport, StageReport, Summary};
use crate::scenario::Workload;

/// How many arms have a colour, dash and marker of their own.
const SLOTS: usize = 6;

/// The runs of one arm, in the order in which they were given.
#[derive(Debug)]
pub(super) struct Arm<'a> {
    pub name: &'a str,
    /// Which colour, dash and marker.
    pub slot: usize,
    pub runs: Vec<&'a BenchReport>,
}

/// A stage of an arm, over its runs.
#[derive(Debug)]
pub(super) struct ArmStage<'a> {
    pub number: u32,
    pub warm_up: bool,
    pub is_saturated: bool,
    pub is_late: bool,
    runs: Vec<&'a StageReport>,
}

/// A quantity over runs: their mean and the range they span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

impl Measured {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        (!values.is_empty()).then(|| Self {
            mean: values.iter().sum::<f64>() / values.len() as f64,
            low: values.iter().copied().fold(f64::INFINITY, f64::min),
            high: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }
}

/// The arms in the order in which they first appear.
pub(super) fn arms(reports: &[BenchReport]) -> Vec<Arm<'_>> {
    let mut arms: Vec<Arm<'_>> = Vec::new();
    for report in reports {
        if let Some(arm) = arms.iter_mut().find(|arm| arm.name == report.arm) {
            arm.runs.push(report);
        } else {
            arms.push(Arm { name: &report.arm, slot: arms.len() % SLOTS, runs: vec![report] });
        }
    }
    arms
}

impl<'a> Arm<'a> {
    /// Of the whole run.
    pub(super) fn overall(&self, of: impl Fn(&Summary) -> Option<f64>) -> Option<Measured> {
        Measured::of(self.runs.iter().filter_map(|run| of(&run.overall)))
    }

    pub(super) fn sum(&self, of: impl Fn(&Summary) -> u64) -> u64 {
        self.runs.iter().map(|run| of(&run.overall)).fold(0, u64::saturating_add)
    }

    /// Stages by their number.
    pub(super) fn stages(&self) -> Vec<ArmStage<'a>> {
        let mut stages: Vec<ArmStage<'a>> = Vec::new();
        for stage in self.runs.iter().flat_map(|run| &run.stages) {
            if let Some(known) = stages.iter_mut().find(|known| known.number == stage.number) {
                known.is_saturated |= stage.is_saturated;
                known.is_late |= stage.is_late;
                known.runs.push(stage);
            } else {
                stages.push(ArmStage {
                    number: stage.number,
                    warm_up: stage.warm_up,
                    is_saturated: stage.is_saturated,
                    is_late: stage.is_late,
                    runs: vec![stage],
                });
            }
        }
        stages
    }
}

impl ArmStage<'_> {
    pub(super) fn measure(&self, of: impl Fn(&Summary) -> Option<f64>) -> Option<Measured> {
        Measured::of(self.runs.iter().filter_map(|run| of(&run.summary)))
    }

    /// What is to be known of its figures, to stand behind them: ` (saturated, sent late)`.
    pub(super) fn remarks(&self) -> &'static str {
        match (self.is_saturated, self.is_late) {
            (false, false) => "",
            (true, false) => " (saturated)",
            (false, true) => " (sent late)",
            (true, true) => " (saturated, sent late)",
        }
    }

    pub(super) fn load(&self, of: Load) -> Option<f64> {
        Measured::of(self.runs.iter().filter_map(|run| of.of(run))).map(|load| load.mean)
    }
}

/// What stages are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    Offered,
    /// The same where an arrival begins a conversation.
    Conversations,
    Concurrency,
    /// Where stages are of both kinds.
    Sent,
}

impl Load {
    /// What all stages have.
    pub(super) fn of_all(arms: &[Arm<'_>]) -> Self {
        let stages = || arms.iter().flat_map(|arm| &arm.runs).flat_map(|run| &run.stages);
        if stages().all(|stage| stage.offered_rate.is_some()) {
            let mut runs = arms.iter().flat_map(|arm| &arm.runs);
            let is_chat = |run: &&BenchReport| matches!(run.scenario.workload, Workload::Chat { .. });
            if runs.any(is_chat) { Self::Conversations } else { Self::Offered }
        } else if stages().all(|stage| stage.concurrency.is_some()) {
            Self::Concurrency
        } else {
            Self::Sent
        }
    }

    fn of(self, stage: &StageReport) -> Option<f64> {
        match self {
            Self::Offered | Self::Conversations => stage.offered_rate,
            Self::Concurrency => stage.concurrency.map(f64::from),
            Self::Sent => Some(stage.sent_rate),
        }
    }

    /// As the axis is called.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Offered => "requests per second, offered",
            Self::Conversations => "conversations per second, offered",
            Self::Concurrency => "requests at once (closed loop)",
            Self::Sent => "requests per second, sent",
        }
    }

    /// As a value is called.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Offered | Self::Sent => "req/s",
            Self::Conversations => "conversations/s",
            Self::Concurrency => "at once",
        }
    }
}
