//! `prefill-header-handler` and `disagg-headers-handler`: tell the sidecar of the decode pod where to prefill.

use std::sync::Arc;

use llmd_api::names::header;

use crate::model::{Decision, HeaderChange};
use crate::scheduling::{Cycle, PreRequest};

/// Sets `x-prefiller-host-port` to the target of a profile.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct PrefillHeader {
    /// None when there is no such profile.
    pub(in crate::plugins) profile: Option<usize>,
}

impl PreRequest for PrefillHeader {
    fn decided(&self, cycle: &Cycle<'_>, decision: &mut Decision) {
        name_prefiller(cycle, decision, self.profile);
    }
}

/// Names the target of `profile` in the header. Without a target a header that the client sent is removed.
pub(in crate::plugins) fn name_prefiller(cycle: &Cycle<'_>, decision: &mut Decision, profile: Option<usize>) {
    let target = profile.and_then(|profile| decision.of_profile(profile)).and_then(|target| target.first());
    if let Some(endpoint) = target {
        let address = Arc::clone(&endpoint.address);
        decision.headers.push(HeaderChange::Set(header::PREFILLER, address));
    } else if cycle.request.headers.get(header::PREFILLER).is_some() {
        decision.headers.push(HeaderChange::Remove(header::PREFILLER));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    #[test]
    fn the_header_is_ours_alone() {
        let set = HeaderChange::Set(header::PREFILLER, "10.0.0.2:8000".into());
        let remove = HeaderChange::Remove(header::PREFILLER);
        let table: [(&[usize], _, _, _); 5] = [
            (&[0, 1], Some(1), false, vec![set.clone()]),
            (&[0, 1], Some(1), true, vec![set]),
            (&[0], Some(1), false, vec![]),
            (&[0], Some(1), true, vec![remove.clone()]),
            (&[0, 1], None, true, vec![remove]),
        ];
        for (chosen, profile, client_sets_it, expected) in table {
            let mut bed = Bed::of(2);
            if client_sets_it {
                bed.header(header::PREFILLER, "10.9.9.9:1");
            }
            let mut decision = bed.decision(chosen);
            PrefillHeader { profile }.decided(&bed.cycle(), &mut decision);
            assert_eq!(decision.headers.to_vec(), expected);
        }
    }
}
