//! One plan sent by several load generators: each sends its share, all of them together exactly the plan.

use super::{Pacing, Plan, PlannedStage};

impl Plan {
    /// What load generator `index` of `of` sends: of an open loop every `of`-th request, at its own time; of a closed loop as
    /// many of its places as come to it, and the requests for them. The hash stays that of the whole.
    #[must_use]
    pub fn share(&self, index: u32, of: u32) -> Self {
        let stages = self.stages.iter().map(|stage| stage.share(index, of)).collect();
        Self { stages, ..self.clone() }
    }
}

impl PlannedStage {
    fn share(&self, index: u32, of: u32) -> Self {
        let senders = self.senders(of);
        let is_own = |number: usize| number % senders as usize == index as usize;
        let numbered = self.requests.iter().enumerate().filter(|(number, _)| is_own(*number));
        let requests = numbered.map(|(_, request)| request.clone()).collect();
        let pacing = match self.pacing {
            Pacing::Open { .. } => self.pacing,
            Pacing::Closed { concurrency } => {
                let left_over = u32::from(index < concurrency % senders);
                Pacing::Closed { concurrency: concurrency / senders + left_over }
            }
        };
        Self { pacing, warm_up: self.warm_up, requests }
    }

    /// Which of the stage's requests stands at this place of a share.
    pub(crate) fn number(&self, place: u32, index: u32, of: u32) -> u32 {
        place.saturating_mul(self.senders(of)).saturating_add(index)
    }

    /// How many of so many load generators have something to send: no more than a closed loop has places.
    fn senders(&self, of: u32) -> u32 {
        match self.pacing {
            Pacing::Open { .. } => of.max(1),
            Pacing::Closed { concurrency } => of.min(concurrency).max(1),
        }
    }
}
