//! gRPC health (`epp.md` §2.2).

use std::pin::Pin;
use std::sync::Arc;

use futures::Stream;
use llmd_api::names::health;
use llmd_proto::health::health_check_response::ServingStatus;
use llmd_proto::health::health_server;
use llmd_proto::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};
use tokio::sync::watch;
use tonic::{Request, Response, Status};

use crate::datastore::Datastore;

/// What health depends on, at one moment.
#[derive(Debug, Clone, Copy)]
struct State {
    /// The pool is known.
    synced: bool,
    /// None without leader election.
    leader: Option<bool>,
    draining: bool,
}

/// The status of a service; none when there is no such service. Without leader election any name asks for the picker,
/// as upstream's does not look at names then and charts rely on it.
fn status(service: &str, state: State) -> Option<ServingStatus> {
    let serving = |is_serving| if is_serving { ServingStatus::Serving } else { ServingStatus::NotServing };
    let is_ready = state.synced && !state.draining;
    match (state.leader, service) {
        (_, health::LIVENESS) if state.leader.is_some() => Some(ServingStatus::Serving),
        (None, _) => Some(serving(is_ready)),
        (Some(is_leader), "" | health::READINESS | health::EXT_PROC) => Some(serving(is_ready && is_leader)),
        (Some(_), _) => None,
    }
}

/// What health depends on.
pub(crate) struct HealthState {
    datastore: Arc<Datastore>,
    leader: Option<watch::Receiver<bool>>,
    draining: watch::Receiver<bool>,
}

impl HealthState {
    /// `leader` is none without leader election.
    pub(crate) fn new(
        datastore: Arc<Datastore>,
        leader: Option<watch::Receiver<bool>>,
        draining: watch::Receiver<bool>,
    ) -> Arc<Self> {
        Arc::new(Self { datastore, leader, draining })
    }

    /// Whether requests may come.
    pub(super) fn is_ready(&self) -> bool {
        status(health::READINESS, self.now()) == Some(ServingStatus::Serving)
    }

    fn now(&self) -> State {
        State {
            synced: self.datastore.snapshot().synced,
            leader: self.leader.as_ref().map(|leader| *leader.borrow()),
            draining: *self.draining.borrow(),
        }
    }
}

/// The health service.
pub(crate) struct Health {
    /// None: always serving, whatever is asked for (`--health-checking`).
    state: Option<Arc<HealthState>>,
}

impl Health {
    pub(crate) fn new(state: Arc<HealthState>) -> Self {
        Self { state: Some(state) }
    }

    /// A service that only tells that the port answers.
    pub(crate) fn always_serving() -> Self {
        Self { state: None }
    }

    fn status(&self, service: &str) -> Option<ServingStatus> {
        match &self.state {
            Some(state) => status(service, state.now()),
            None => Some(ServingStatus::Serving),
        }
    }
}

type Watched = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

#[tonic::async_trait]
impl health_server::Health for Health {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        let status = self.status(&request.get_ref().service).unwrap_or(ServingStatus::ServiceUnknown);
        Ok(Response::new(HealthCheckResponse { status: status.into() }))
    }

    async fn list(
        &self,
        _request: Request<HealthListRequest>,
    ) -> Result<Response<HealthListResponse>, Status> {
        let names = ["", health::LIVENESS, health::READINESS, health::EXT_PROC];
        let known = names.into_iter().filter_map(|name| {
            let response = HealthCheckResponse { status: self.status(name)?.into() };
            Some((name.to_owned(), response))
        });
        Ok(Response::new(HealthListResponse { statuses: known.collect() }))
    }

    type WatchStream = Watched;

    async fn watch(&self, _request: Request<HealthCheckRequest>) -> Result<Response<Watched>, Status> {
        Err(Status::unimplemented("Watch is not served; use Check"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_every_state() {
        use ServingStatus::{NotServing, Serving};
        let state = |synced, leader, draining| State { synced, leader, draining };
        let table = [
            (state(true, None, false), [Some(Serving); 4]),
            (state(false, None, false), [Some(NotServing); 4]),
            (state(true, None, true), [Some(NotServing); 4]),
            (state(true, Some(true), false), [Some(Serving), Some(Serving), Some(Serving), None]),
            (state(true, Some(false), false), [Some(Serving), Some(NotServing), Some(NotServing), None]),
            (state(false, Some(true), false), [Some(Serving), Some(NotServing), Some(NotServing), None]),
            (state(true, Some(true), true), [Some(Serving), Some(NotServing), Some(NotServing), None]),
        ];
        for (state, wanted) in table {
            let names = [health::LIVENESS, health::READINESS, "", "inference-extension"];
            let shown = names.map(|name| status(name, state));
            assert_eq!(shown, wanted, "{state:?}");
        }
    }
}
