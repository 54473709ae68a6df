//! `single-profile-handler`: the one profile there is.

use crate::model::{Decision, Reject};
use crate::scheduling::{Cycle, ProfileHandler, ProfileResults};

#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct SingleHandler;

impl ProfileHandler for SingleHandler {
    fn next(&self, _: &Cycle<'_>, done: &ProfileResults) -> Option<usize> {
        done.is_empty().then_some(0)
    }

    fn finish(&self, _: &Cycle<'_>, results: &ProfileResults) -> Result<Decision, Reject> {
        results.decide(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RejectKind;
    use crate::plugins::testbed::Bed;

    #[test]
    fn runs_the_profile_once_and_refuses_when_it_finds_nothing() {
        let (bed, mut results) = (Bed::of(1), ProfileResults::default());
        assert_eq!(SingleHandler.next(&bed.cycle(), &results), Some(0));
        results.note(0, None);
        assert_eq!(SingleHandler.next(&bed.cycle(), &results), None);
        let reject = SingleHandler.finish(&bed.cycle(), &results).unwrap_err();
        assert_eq!(reject.kind, RejectKind::ResourceExhausted);
        assert_eq!(reject.message, "no endpoints available for the given request");
    }
}
