//! `data-parallel-profile-handler`: requests go to one port of the pod, and a header names the rank's own.

use std::sync::Arc;

use llmd_api::names::header;

use crate::model::{Decision, HeaderChange, Reject};
use crate::scheduling::{Cycle, ProfileHandler, ProfileResults};

/// One profile; its target is the rank.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct DataParallelHandler {
    /// Where the sidecar of the pod listens, which passes requests on to the rank.
    pub(in crate::plugins) primary_port: u16,
}

impl ProfileHandler for DataParallelHandler {
    fn next(&self, _: &Cycle<'_>, done: &ProfileResults) -> Option<usize> {
        done.is_empty().then_some(0)
    }

    fn finish(&self, _: &Cycle<'_>, results: &ProfileResults) -> Result<Decision, Reject> {
        let mut decision = results.decide(0)?;
        send_through(&mut decision, self.primary_port);
        Ok(decision)
    }
}

/// Sends the request to `port` of its pod, with the chosen rank in a header.
pub(super) fn send_through(decision: &mut Decision, port: u16) {
    let rank = decision.primary().and_then(|target| target.first()).map(|rank| Arc::clone(&rank.address));
    if let Some(rank) = rank {
        decision.headers.push(HeaderChange::Set(header::DATA_PARALLEL, rank));
        decision.primary_port = Some(port);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    #[test]
    fn the_destination_is_the_primary_port_and_a_header_names_the_rank() {
        let (bed, mut results) = (Bed::of(2), ProfileResults::default());
        let handler = DataParallelHandler { primary_port: 9000 };
        assert_eq!(handler.next(&bed.cycle(), &results), Some(0));
        results.note(0, Some(bed.decision(&[1]).targets[0].target.clone()));
        assert_eq!(handler.next(&bed.cycle(), &results), None);
        let decision = handler.finish(&bed.cycle(), &results).unwrap();
        assert_eq!(decision.destination(), "10.0.0.2:9000");
        let expected = HeaderChange::Set(header::DATA_PARALLEL, "10.0.0.2:8000".into());
        assert_eq!(decision.headers.to_vec(), [expected]);
    }
}
