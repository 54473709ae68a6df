//! Runs of the shares of one plan, merged exactly: requests stay what they are, and histograms add up. Nothing is averaged.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ClientCost, Run, StageRun, Target};
use crate::plan::Plan;
use crate::sample::Sample;

/// What came of one share, to be sent to whoever merges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which of `of` load generators.
    pub index: u32,
    pub of: u32,
    /// [`Plan::hash`] of the whole.
    pub hash: String,
    pub arm: String,
    pub url: String,
    pub model: String,
    pub replicas: Vec<String>,
    pub started_at: jiff::Timestamp,
    pub is_partial: bool,
    #[serde(default)]
    pub is_simulated: bool,
    pub cpu: Option<Duration>,
    pub stages: Vec<PartStage>,
}

/// One stage of a share. Times are since the start of the part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartStage {
    pub started: Duration,
    pub sent: Duration,
    pub drained: Duration,
    pub samples: Vec<Sample>,
    /// Microseconds between events with their counts, one for each bucket of the histogram.
    pub gaps: Vec<(u64, u64)>,
}

/// Why parts do not make a whole.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MergeError {
    #[error("of {of} parts only {there} are there")]
    Missing { of: u32, there: usize },
    #[error("part {0} is of another plan")]
    Foreign(u32),
    #[error("part {0} is there twice, or is none of them")]
    Surplus(u32),
}

impl Part {
    /// What came of the share `index` of `of` of a plan.
    pub fn new(plan: &Plan, run: Run, index: u32, of: u32) -> Self {
        Self {
            index,
            of,
            hash: plan.hash.clone(),
            arm: run.target.arm,
            url: run.target.url,
            model: run.target.model,
            replicas: run.target.replicas,
            started_at: run.started_at,
            is_partial: run.is_partial,
            is_simulated: run.target.is_simulated,
            cpu: run.client.cpu,
            stages: run.stages.into_iter().map(PartStage::of).collect(),
        }
    }
}

impl PartStage {
    fn of(run: StageRun) -> Self {
        let buckets = run.gaps.iter_recorded();
        let gaps = buckets.map(|bucket| (bucket.value_iterated_to(), bucket.count_at_value())).collect();
        let StageRun { started, sent, drained, samples, .. } = run;
        Self { started, sent, drained, samples, gaps }
    }
}

/// The run of the whole plan. Times are since the start of the part that began first, by the clocks of the generators.
///
/// # Errors
/// When a part is missing, there twice, or of another plan.
pub fn merge(plan: &Plan, mut parts: Vec<Part>) -> Result<Run, MergeError> {
    parts.sort_by_key(|part| part.index);
    let of = parts.first().map_or(0, |part| part.of);
    for (place, part) in (0..).zip(&parts) {
        if part.hash != plan.hash || part.of != of || part.stages.len() > plan.stages.len() {
            return Err(MergeError::Foreign(part.index));
        }
        if part.index > place {
            return Err(MergeError::Missing { of, there: parts.len() });
        }
        if part.index < place || part.index >= of {
            return Err(MergeError::Surplus(part.index));
        }
    }
    let Some(first) = parts.iter().min_by_key(|part| part.started_at) else {
        return Err(MergeError::Missing { of, there: 0 });
    };
    if parts.len() < of as usize {
        return Err(MergeError::Missing { of, there: parts.len() });
    }
    let started_at = first.started_at;
    let target = Target {
        arm: first.arm.clone(),
        url: first.url.clone(),
        model: first.model.clone(),
        replicas: replicas(&parts),
        is_cold: false,
        is_simulated: parts.iter().any(|part| part.is_simulated),
    };
    let played = parts.iter().map(|part| part.stages.len()).max().unwrap_or(0);
    let is_partial = played < plan.stages.len() || parts.iter().any(|part| part.is_partial);
    let cpu =
        parts.iter().map(|part| part.cpu).try_fold(Duration::ZERO, |sum, cpu| Some(sum.saturating_add(cpu?)));
    let stages = (0..played).map(|number| stage(plan, &mut parts, number, started_at)).collect();
    Ok(Run { target, started_at, stages, is_partial, client: ClientCost { cpu } })
}

fn replicas(parts: &[Part]) -> Vec<String> {
    let mut names: Vec<String> = parts.iter().flat_map(|part| part.replicas.iter().cloned()).collect();
    names.sort();
    names.dedup();
    names
}

/// Takes stage `number` out of every part.
fn stage(plan: &Plan, parts: &mut [Part], number: usize, zero: jiff::Timestamp) -> StageRun {
    let planned = &plan.stages[number];
    let mut whole = StageRun {
        pacing: planned.pacing,
        warm_up: planned.warm_up,
        started: Duration::MAX,
        sent: Duration::ZERO,
        drained: Duration::ZERO,
        samples: Vec::with_capacity(planned.requests.len()),
        gaps: Plan::gaps(),
        replicas: Vec::new(),
    };
    let has_sent = |part: &Part| part.stages.get(number).is_some_and(|own| !own.samples.is_empty());
    // Who had nothing to send says nothing of when the stage was.
    let nobody_has = !parts.iter().any(has_sent);
    for part in parts.iter_mut().filter(|part| nobody_has || has_sent(part)) {
        let behind = Duration::try_from(part.started_at.duration_since(zero)).unwrap_or_default();
        let (index, of) = (part.index, part.of);
        let Some(own) = part.stages.get_mut(number) else { continue };
        whole.started = whole.started.min(own.started + behind);
        whole.sent = whole.sent.max(own.sent + behind);
        whole.drained = whole.drained.max(own.drained + behind);
        whole.samples.extend(std::mem::take(&mut own.samples).into_iter().map(|mut sample| {
            sample.request = planned.number(sample.request, index, of);
            sample.times.shift(behind);
            sample
        }));
        for (gap, count) in &own.gaps {
            // A value that was recorded once fits again.
            let _ = whole.gaps.record_n(*gap, *count);
        }
    }
    whole.samples.sort_by_key(|sample| (sample.times.closed, sample.request, sample.turn));
    whole
}

#[cfg(test)]
mod tests;
