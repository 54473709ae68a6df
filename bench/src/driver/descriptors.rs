//! Whether a plan may need more open files than this process may have.

use rustix::process::{Resource, getrlimit};

use crate::plan::{Pacing, Plan};

/// Files that are open whatever is sent.
const OTHERS: u64 = 64;

/// What to tell who runs a plan whose requests may all be in flight at once and then need more connections than the
/// process may open. Nothing is raised here: the limit is the user's.
pub fn descriptor_warning(plan: &Plan) -> Option<String> {
    let limit = getrlimit(Resource::Nofile).current?;
    let most = most_in_flight(plan);
    (most.saturating_add(OTHERS) > limit).then(|| {
        format!(
            "a stage may have {most} requests in flight, and this process may open {limit} files; raise the limit with \
             `ulimit -n {}`",
            most.saturating_add(OTHERS)
        )
    })
}

fn most_in_flight(plan: &Plan) -> u64 {
    let of_stage = |pacing: Pacing, requests: usize| match pacing {
        Pacing::Open { .. } => requests as u64,
        Pacing::Closed { concurrency } => u64::from(concurrency).min(requests as u64),
    };
    plan.stages.iter().map(|stage| of_stage(stage.pacing, stage.requests.len())).max().unwrap_or(0)
}
