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
    fn decided(&self, _cycle: &Cycle<'_>, decision: &mut Decision) {
        name_prefiller(decision, self.profile);
    }
}

/// Names the target of `profile` in the header.
pub(in crate::plugins) fn name_prefiller(decision: &mut Decision, profile: Option<usize>) {
    let target = profile.and_then(|profile| decision.of_profile(profile)).and_then(|target| target.first());
    if let Some(endpoint) = target {
        let address = Arc::clone(&endpoint.address);
        decision.headers.push(HeaderChange::Set(header::PREFILLER, address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    #[test]
    fn the_target_of_the_profile_is_named() {
        let set = HeaderChange::Set(header::PREFILLER, "10.0.0.2:8000".into());
        let table: [(&[usize], _, _); 3] =
            [(&[0, 1], Some(1), vec![set]), (&[0], Some(1), vec![]), (&[0, 1], None, vec![])];
        for (chosen, profile, expected) in table {
            let bed = Bed::of(2);
            let mut decision = bed.decision(chosen);
            PrefillHeader { profile }.decided(&bed.cycle(), &mut decision);
            assert_eq!(decision.headers.to_vec(), expected);
        }
    }
}
