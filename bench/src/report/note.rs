//! What a reader should know before believing the figures.

use std::collections::BTreeMap;

use super::StageReport;
use super::metric::Latency;
use super::summary::{failure_label, is_cancelled};
use crate::plan::{Pacing, Plan};
use crate::run::Run;
use crate::sample::Sample;

/// Of the planned rate, what must be sent.
const SENT: f64 = 0.98;
/// How far the server's count of a prompt's tokens may be from the plan's.
const MISCOUNTED: f64 = 0.02;

/// In order of weight, one sentence each.
pub(super) fn notes(plan: &Plan, run: &Run, stages: &[StageReport]) -> Vec<String> {
    let samples: Vec<&Sample> = run.stages.iter().flat_map(|stage| &stage.samples).collect();
    let mut notes = Vec::new();
    notes.extend(partial(plan, run, &samples));
    notes.extend(left_out(plan, run, &samples));
    notes.extend(conversations(plan));
    notes.extend(failed(&samples));
    notes.extend(given_up(&samples));
    notes.extend(late(stages));
    notes.extend(not_sent(plan, run, stages));
    notes.extend(saturated(stages));
    notes.extend(miscounted(plan, &samples));
    notes.extend(uncounted(&samples));
    notes.extend(coalesced(plan, &samples));
    if !samples.is_empty() && samples.iter().all(|sample| sample.replica.is_none()) {
        notes.push("No answer says which replica it is from, so requests are not shown by replica.".into());
    }
    if !run.target.is_cold {
        notes.push("It is not known that the caches were empty at the start.".into());
    }
    notes
}

fn partial(plan: &Plan, run: &Run, samples: &[&Sample]) -> Option<String> {
    run.is_partial.then(|| {
        let (sent, planned) = (samples.len(), plan.requests());
        format!("The run was stopped before its end: {sent} of {planned} requests had been sent.")
    })
}

/// What a run that went to its end did not send.
fn left_out(plan: &Plan, run: &Run, samples: &[&Sample]) -> Option<String> {
    let planned = plan.requests();
    let unsent = planned.saturating_sub(samples.len());
    (unsent > 0 && !run.is_partial).then(|| {
        format!(
            "{unsent} of {planned} planned requests were not sent, since the turn before failed or the stage ended."
        )
    })
}

fn conversations(plan: &Plan) -> Option<String> {
    let mut planned = plan.stages.iter().flat_map(|stage| &stage.requests);
    planned.any(|request| !request.follow_ups.is_empty()).then(|| {
        "Rates that were offered and sent are of conversations, each with several requests; rates of answers are of \
         requests."
            .into()
    })
}

fn failed(samples: &[&Sample]) -> Option<String> {
    let mut kinds: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for failure in samples.iter().filter(|s| !is_cancelled(s)).filter_map(|sample| sample.failure.as_ref()) {
        kinds.entry(failure_label(failure.kind)).or_insert((0, &failure.detail)).0 += 1;
    }
    let failed: usize = kinds.values().map(|(count, _)| count).sum();
    let (_, (_, detail)) = kinds.iter().max_by_key(|(_, (count, _))| *count)?;
    let parts: Vec<String> = kinds.iter().map(|(kind, (count, _))| format!("{count} {kind}")).collect();
    let example = if detail.is_empty() { String::new() } else { format!(", for example: {detail}") };
    Some(format!("{failed} of {} requests failed ({}){example}", samples.len(), parts.join(", ")))
        .map(|sentence| if sentence.ends_with('.') { sentence } else { sentence + "." })
}

fn given_up(samples: &[&Sample]) -> Option<String> {
    let count = samples.iter().filter(|sample| is_cancelled(sample)).count();
    let (requests, are) = if count == 1 { ("request was", "is") } else { ("requests were", "are") };
    (count > 0).then(|| {
        format!("{count} {requests} given up before the answer had ended and {are} in no figure of time.")
    })
}

fn late(stages: &[StageReport]) -> Option<String> {
    let late = stages.iter().filter(|stage| stage.is_late);
    let lags = late.clone().filter_map(|stage| stage.summary.latency.get(&Latency::Lag));
    let most = lags.map(|lag| lag.p99).fold(0.0, f64::max);
    let stages = listed(late)?;
    Some(format!(
        "The load generator was late in {stages}: by up to {:.0} ms at the 99th percentile. TTFT* and E2E*, which count \
         from when a request was to be sent, include it; TTFT and E2E do not.",
        most * 1e3
    ))
}

fn not_sent(plan: &Plan, run: &Run, stages: &[StageReport]) -> Vec<String> {
    let planned = plan.stages.iter().zip(&run.stages).zip(stages);
    let short = planned.filter_map(|((planned, stage), report)| {
        let Pacing::Open { window, .. } = stage.pacing else { return None };
        if window.is_zero() {
            return None;
        }
        let rate = planned.requests.len() as f64 / window.as_secs_f64();
        (report.sent_rate < SENT * rate).then(|| {
            format!(
                "Stage {} was to send {rate:.1} requests/s and sent {:.1}: what it shows is of the lower load.",
                report.number, report.sent_rate
            )
        })
    });
    if run.is_partial { Vec::new() } else { short.collect() }
}

fn saturated(stages: &[StageReport]) -> Option<String> {
    let stages = listed(stages.iter().filter(|stage| stage.is_saturated))?;
    Some(format!(
        "More was sent than answered in {stages}: saturated, so latencies grow with the length of the stage."
    ))
}

/// `stage 1`, `stages 1, 3`.
fn listed<'a>(stages: impl Iterator<Item = &'a StageReport>) -> Option<String> {
    let numbers: Vec<String> = stages.map(|stage| stage.number.to_string()).collect();
    match numbers.as_slice() {
        [] => None,
        [one] => Some(format!("stage {one}")),
        _ => Some(format!("stages {}", numbers.join(", "))),
    }
}

/// Of first turns, whose whole prompt the plan knows.
fn miscounted(plan: &Plan, samples: &[&Sample]) -> Option<String> {
    let counted = samples.iter().filter(|sample| sample.turn == 0 && sample.prompt_tokens > 0);
    let both = counted.filter_map(|sample| {
        Some((u64::from(sample.prompt_tokens), u64::from(plan.prompts.get(sample.prompt as usize)?.tokens)))
    });
    let (requests, server, planned) =
        both.fold((0_u64, 0, 0), |(n, server, planned), (s, p)| (n + 1, server + s, planned + p));
    if planned == 0 {
        return None;
    }
    let off = server as f64 / planned as f64 - 1.0;
    (off.abs() > MISCOUNTED).then(|| {
        format!(
            "The server counts {} tokens a prompt where {} were planned ({:+.1} %): its tokenizer or chat template is \
             another.",
            server / requests,
            planned / requests,
            off * 100.0
        )
    })
}

fn uncounted(samples: &[&Sample]) -> Option<String> {
    let mut answered = samples.iter().filter(|sample| sample.failure.is_none()).peekable();
    let says_nothing = answered.peek().is_some() && answered.all(|sample| sample.output_tokens == 0);
    says_nothing.then(|| {
        "The server does not say how many tokens there were (`usage`): rates of tokens and TPOT are missing.".into()
    })
}

fn coalesced(plan: &Plan, samples: &[&Sample]) -> Option<String> {
    let answered = || samples.iter().filter(|sample| sample.failure.is_none() && sample.events > 0);
    let tokens: u64 = answered().map(|sample| u64::from(sample.output_tokens)).sum();
    let events: u64 = answered().map(|sample| u64::from(sample.events)).sum();
    let each = tokens as f64 / events.max(1) as f64;
    (plan.scenario.request.streaming && each > 1.1).then(|| {
        format!("An event carries {each:.1} tokens on average: ITL is between events, TPOT between tokens.")
    })
}

#[cfg(test)]
mod tests;
