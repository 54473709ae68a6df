//! One decision: filters narrow the candidates, scorers weigh them, a picker takes one; a profile handler says which
//! profiles run. Synchronous, and without allocation once its buffers have grown (`style.md` §5.4).

mod cycle;
mod profile;
mod scheduler;
mod scratch;
mod traits;

pub use cycle::{Candidates, Cycle, PrefixHits};
pub use profile::{Named, SchedulingProfile, WeightedScorer};
pub use scheduler::{Attendant, ProfileError, ProfileResults, ProfileScores, Scheduler};
pub use scratch::Scratch;
pub use traits::{
    Filter, Picker, PreRequest, Producer, ProfileHandler, ResponseHead, ResponseReceived, Scorer, ServedBy,
    Watched,
};
