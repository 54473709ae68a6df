//! Which requests a router may dispatch.

use super::{Dispatch, RequestId, RunError};

/// Where every request stands. It refuses what a router in front of real engines could not do, as that would make its
/// figures better than they are.
#[derive(Debug)]
pub(super) struct Ledger {
    replicas: usize,
    /// By [`RequestId`].
    states: Vec<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Coming,
    Arrived,
    Dispatched,
}

impl Ledger {
    pub(super) fn new(replicas: usize) -> Self {
        Self { replicas, states: Vec::new() }
    }

    /// Numbers one more request, which has still to come.
    pub(super) fn announce(&mut self) -> RequestId {
        let request = RequestId(u32::try_from(self.states.len()).unwrap_or(u32::MAX));
        self.states.push(State::Coming);
        request
    }

    pub(super) fn arrive(&mut self, RequestId(number): RequestId) {
        self.states[number as usize] = State::Arrived;
    }

    pub(super) fn dispatch(&mut self, dispatch: Dispatch) -> Result<(), RunError> {
        let Dispatch { request, replica } = dispatch;
        if replica >= self.replicas {
            return Err(RunError::NoReplica { request, replica, replicas: self.replicas });
        }
        let state = self.states.get_mut(request.0 as usize).ok_or(RunError::NoRequest(request))?;
        match std::mem::replace(state, State::Dispatched) {
            State::Coming => Err(RunError::NotArrived(request)),
            State::Arrived => Ok(()),
            State::Dispatched => Err(RunError::DispatchedTwice(request)),
        }
    }

    /// The first request that the router holds back.
    pub(super) fn held(&self) -> Option<RequestId> {
        let first = self.states.iter().position(|&state| state == State::Arrived)?;
        u32::try_from(first).ok().map(RequestId)
    }
}
