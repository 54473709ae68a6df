//! Decisions on their way into the log.

use std::sync::Arc;

use crate::datastore::Snapshot;
use crate::observability::{DecisionLog, Record};
use crate::scheduling::{Cycle, ProfileScores};

/// Keeps what a profile scored, for `/debug/decide`, and tells it at the level of single scores.
pub(super) fn scored(
    log: &DecisionLog,
    snapshot: &Arc<Snapshot>,
    cycle: &Cycle<'_>,
    scores: &ProfileScores<'_>,
) {
    log.record(|record| fill(record, snapshot, cycle, scores));
    if tracing::enabled!(tracing::Level::DEBUG) {
        let count = scores.candidates.len();
        for (weighted, scores_of) in
            scores.profile.scorers.iter().zip(scores.by_scorer.chunks_exact(count.max(1)))
        {
            for (endpoint, score) in cycle.candidates(scores.candidates).zip(scores_of) {
                tracing::debug!(
                    plugin = %format_args!("{}/{}", weighted.scorer.type_name, weighted.scorer.name),
                    endpoint.name = endpoint.spec.name,
                    endpoint.namespace = endpoint.spec.namespace,
                    score,
                    "x-request-id" = &*cycle.request.id,
                    "Calculated score"
                );
            }
        }
    }
}

fn fill(record: &mut Record, snapshot: &Arc<Snapshot>, cycle: &Cycle<'_>, scores: &ProfileScores<'_>) {
    let write = |text: &mut String, from: &str| {
        text.clear();
        text.push_str(from);
    };
    write(&mut record.request_id, &cycle.request.id);
    write(&mut record.model, &cycle.request.model);
    write(&mut record.target_model, &cycle.request.target_model);
    write(&mut record.profile, &scores.profile.name);
    record.at_ms = u64::try_from(cycle.now.as_millis()).unwrap_or(u64::MAX);
    record.snapshot.clone_from(snapshot);
    record.picked.clear();
    record.picked.extend(scores.target.endpoints.iter().map(|endpoint| Arc::clone(&endpoint.address)));
    record.candidates.clear();
    record.candidates.extend_from_slice(scores.candidates);
    record.scorers.resize_with(scores.profile.scorers.len(), Default::default);
    for (kept, weighted) in record.scorers.iter_mut().zip(&scores.profile.scorers) {
        write(&mut kept.0, &weighted.scorer.name);
        kept.1 = weighted.weight;
    }
    record.totals.clear();
    record.totals.extend_from_slice(scores.totals);
    record.scores.clear();
    record.scores.extend_from_slice(scores.by_scorer);
}
