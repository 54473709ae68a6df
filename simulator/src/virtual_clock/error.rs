//! Why a run ends early.

use super::{PATIENCE, RequestId};
use crate::engine::TooLarge;

/// Why a run ends before its workload does: a request that fits nowhere, or a mistake of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// It would not fit if it were alone.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The workload has fewer.
    #[error("the router dispatched request {}, which there is not; dispatch those it was told of", .0.0)]
    NoRequest(RequestId),
    /// Nobody but the workload can know of it.
    #[error("the router dispatched request {} before it arrived; wait for `Event::Arrived`", .0.0)]
    NotArrived(RequestId),
    /// Within its stage or after it.
    #[error("the router dispatched request {} twice; forget a request once it is dispatched", .0.0)]
    DispatchedTwice(RequestId),
    /// There are fewer.
    #[error("the router dispatched request {} to replica {replica} of {replicas}; they are counted from 0", .request.0)]
    NoReplica {
        /// What was to go there.
        request: RequestId,
        /// Where there is nobody.
        replica: usize,
        /// How many there are.
        replicas: usize,
    },
    /// The first of those it holds back for ever.
    #[error(
        "the router held request {} for {PATIENCE:?} in which all engines were idle and no other request was to come; \
         dispatch what is held when the gauges show an idle replica",
        .0.0
    )]
    Held(RequestId),
}
