//! One request: read, admit, choose an endpoint, keep the books until the answer has ended. Both front doors lead here.

mod attempt;
mod exchange;
mod flights;
mod hold;
mod incoming;
mod log;
mod refusal;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use llmd_api::Dialect;
use llmd_api::names::{DEFAULT_FLOW, header};
use rand::RngExt as _;
use smallvec::SmallVec;

pub use exchange::Exchange;
pub use incoming::{Body, Incoming};

use crate::clock::Clock;
use crate::datastore::{Datastore, Snapshot};
use crate::expected_latency::Policy;
use crate::model::{
    Decision, HeaderChange, Headers, InferenceRequest, ProfileTarget, Reject, RejectKind, Target,
};
use crate::observability::{DecisionLog, Limiter, Metrics, REQUEST, RequestLabels};
use crate::openai::{Api, Parsers};
use crate::plugins::{SaturationDetector, Stages};
use crate::scheduling::{Candidates, Scheduler, Watched};
use attempt::{Attempt, Binding, Outcome, Spares};
use exchange::Rewritten;
use flights::Flights;
use hold::Hold;

/// What a director needs to know beside its plugins.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whose error texts and body rules apply.
    pub dialect: Dialect,
    pub parsers: Parsers,
    /// Whether the proxy's subset hint counts.
    pub heed_subset: bool,
    pub emit_endpoint_scores: bool,
    /// Largest request body, in bytes.
    pub max_body_bytes: usize,
    pub watched: Watched,
}

/// Decides where requests go.
pub struct Director {
    pub(crate) datastore: Arc<Datastore>,
    scheduler: Scheduler,
    saturation: SaturationDetector,
    stages: Option<Stages>,
    policy: Arc<Policy>,
    producer: usize,
    hold: Hold,
    settings: Settings,
    clock: Clock,
    metrics: Arc<Metrics>,
    log: Arc<DecisionLog>,
    complaints: Limiter,
}

/// The parts a director is made of.
pub struct Parts {
    pub datastore: Arc<Datastore>,
    pub scheduler: Scheduler,
    pub saturation: SaturationDetector,
    pub stages: Option<Stages>,
    pub policy: Arc<Policy>,
    /// Position of the producer by which the policy knows cached prefixes.
    pub producer: usize,
    pub settings: Settings,
    pub clock: Clock,
    pub metrics: Arc<Metrics>,
    pub log: Arc<DecisionLog>,
}

impl Director {
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts {
            datastore,
            scheduler,
            saturation,
            stages,
            policy,
            producer,
            settings,
            clock,
            metrics,
            log,
        } = parts;
        let hold = Hold::new(policy.parameters().max_hold);
        Arc::new(Self {
            datastore,
            scheduler,
            saturation,
            stages,
            policy,
            producer,
            hold,
            settings,
            clock,
            metrics,
            log,
            complaints: Limiter::default(),
        })
    }

    /// Requests that wait for an endpoint that would start them.
    pub fn held(&self) -> usize {
        self.hold.len()
    }

    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Largest request body, in bytes.
    pub fn max_body_bytes(&self) -> usize {
        self.settings.max_body_bytes
    }

    fn now(&self) -> Duration {
        self.clock.now()
    }

    /// Routes a request without a body: to any endpoint, as nothing tells them apart (`epp.md` §1.3).
    pub fn route_without_body(self: &Arc<Self>) -> Result<Exchange, Reject> {
        let snapshot = self.datastore.snapshot();
        let count = snapshot.endpoints.len();
        if count == 0 {
            return Err(self.refuse(refusal::empty_pool()));
        }
        let endpoint = Arc::clone(&snapshot.endpoints[rand::rng().random_range(0..count)]);
        let target = Target { endpoints: [Arc::clone(&endpoint)].into_iter().collect() };
        let decision = Decision {
            targets: [ProfileTarget { profile: 0, target }].into_iter().collect(),
            ..Decision::default()
        };
        Ok(Exchange {
            destination: decision.destination(),
            director: Arc::clone(self),
            endpoint,
            decision,
            scores: Vec::new(),
            spares: Spares::default(),
            id: Box::default(),
            has_made_up_id: false,
            body: SmallVec::new(),
            body_length: 0,
            wants_response: self.settings.watched > Watched::None,
            received_at: self.now(),
            streaming: false,
            rewritten: None,
            metrics: None,
            flights: Flights::default(),
            answer: None,
        })
    }

    /// Routes a request by its headers, as its body is not shown to the picker.
    pub async fn route_by_headers(self: &Arc<Self>, incoming: Incoming) -> Result<Exchange, Reject> {
        let snapshot = self.datastore.current();
        let request = self.read_headers(incoming, &snapshot, self.now());
        let mut exchange = self.send(request, &snapshot).await?;
        // The proxy waits for an answer to every message that its mode makes it send.
        exchange.wants_response = true;
        Ok(exchange)
    }

    /// Routes a request by its headers and its body.
    pub async fn route(self: &Arc<Self>, incoming: Incoming) -> Result<Exchange, Reject> {
        let now = self.now();
        let snapshot = self.datastore.current();
        let request = self.read(incoming, &snapshot, now).map_err(|reject| self.refuse(reject))?;
        self.send(request, &snapshot).await
    }

    async fn send(
        self: &Arc<Self>,
        request: InferenceRequest,
        snapshot: &Arc<Snapshot>,
    ) -> Result<Exchange, Reject> {
        let attempt =
            self.decide(&request, snapshot).await.map_err(|reject| self.count(reject, Some(&request)))?;
        Ok(self.exchange(request, attempt))
    }

    async fn decide(&self, request: &InferenceRequest, snapshot: &Arc<Snapshot>) -> Result<Attempt, Reject> {
        let candidates = self.admit(request, snapshot)?;
        match self.attempt(request, snapshot, &candidates, Binding::MayBeLate)? {
            Outcome::Bound(attempt) => Ok(*attempt),
            Outcome::Held(waiting) => self.bind_late(request, waiting).await,
        }
    }

    /// Sheds what may be shed when the pool is saturated, and finds the endpoints that the proxy allows.
    fn admit(&self, request: &InferenceRequest, snapshot: &Snapshot) -> Result<Candidates, Reject> {
        let is_old = self.settings.dialect == Dialect::Gaie;
        if is_old && snapshot.endpoints.is_empty() {
            return Err(refusal::no_candidates(self.settings.dialect));
        }
        let candidates = self.candidates(request, snapshot);
        if request.priority < 0 && self.saturation.is_saturated(&snapshot.endpoints, &candidates, self.now())
        {
            return Err(refusal::saturated());
        }
        if candidates.is_empty() {
            Err(refusal::no_candidates(self.settings.dialect))
        } else {
            Ok(candidates)
        }
    }

    /// The endpoints that the proxy allows, all where it says nothing.
    fn candidates(&self, request: &InferenceRequest, snapshot: &Snapshot) -> Candidates {
        let count = u32::try_from(snapshot.endpoints.len()).unwrap_or(u32::MAX);
        match &request.subset {
            Some(subset) if self.settings.heed_subset => {
                (0..count).filter(|&index| subset.contains(snapshot.endpoints[index as usize].ip())).collect()
            }
            _ => (0..count).collect(),
        }
    }

    fn exchange(self: &Arc<Self>, request: InferenceRequest, attempt: Attempt) -> Exchange {
        let Attempt { mut decision, endpoint, scores, flights, spares } = attempt;
        keep_sidecar_headers(&request.headers, &mut decision);
        let is_rewritten = !request.target_model.is_empty() && request.target_model != request.model;
        let body: SmallVec<[Bytes; 3]> = if is_rewritten {
            let pieces = request.parsed.with_model(&request.body, &request.target_model);
            pieces.into_iter().filter(|piece| !piece.is_empty()).collect()
        } else {
            [request.body].into_iter().filter(|body| !body.is_empty()).collect()
        };
        let metrics = self.metrics.request(RequestLabels {
            model: &request.model,
            target_model: &request.target_model,
            fairness_id: &request.fairness_id,
            priority: request.priority,
        });
        let body_length = body.iter().map(Bytes::len).sum();
        metrics.accepted(body_length);
        let least = if request.parsed.api == Api::Opaque { Watched::All } else { Watched::Inference };
        let is_watched = self.settings.watched >= least;
        if is_watched {
            metrics.started();
        }
        if let Some(stages) = self.stages {
            self.metrics.disagg_decision(stages.decision_type(&decision), &request.model);
        }
        self.metrics.request_processed(self.now().saturating_sub(request.received_at).as_secs_f64());
        tracing::debug!(
            target: REQUEST,
            incomingModelName = &*request.model,
            "x-request-id" = &*request.id,
            targetModelName = &*request.target_model,
            fairnessID = &*request.fairness_id,
            priority = request.priority,
            endpoint.name = endpoint.spec.name,
            endpoint.namespace = endpoint.spec.namespace,
            "EPP received request"
        );
        Exchange {
            destination: decision.destination(),
            director: Arc::clone(self),
            endpoint,
            decision,
            scores,
            spares,
            id: request.id,
            has_made_up_id: request.has_made_up_id,
            body,
            body_length,
            wants_response: is_watched,
            received_at: request.received_at,
            streaming: request.parsed.stream,
            rewritten: is_rewritten
                .then_some(Rewritten { client: request.model, target: request.target_model }),
            metrics: is_watched.then_some(metrics),
            flights,
            answer: None,
        }
    }

    /// Refuses a body that is larger than this picker takes.
    pub fn too_large(&self) -> Reject {
        let text = format!("request body is larger than {} bytes", self.settings.max_body_bytes);
        self.refuse(Reject::new(RejectKind::PayloadTooLarge, text))
    }

    /// Counts the refusal of a request that could not be read.
    pub fn refuse(&self, reject: Reject) -> Reject {
        self.count(reject, None)
    }

    /// Counts a refusal.
    fn count(&self, reject: Reject, request: Option<&InferenceRequest>) -> Reject {
        let unread = || RequestLabels { fairness_id: DEFAULT_FLOW, ..RequestLabels::default() };
        let labels = request.map_or_else(unread, |request| RequestLabels {
            model: &request.model,
            target_model: &request.target_model,
            fairness_id: &request.fairness_id,
            priority: request.priority,
        });
        self.metrics.request(labels).error(refusal::code(self.settings.dialect, reject.kind));
        tracing::debug!(
            target: REQUEST,
            incomingModelName = labels.model,
            "x-request-id" = request.map(|request| &*request.id),
            code = refusal::code(self.settings.dialect, reject.kind),
            reason = %reject,
            "EPP refused request"
        );
        let is_clients_fault = matches!(reject.kind, RejectKind::BadRequest | RejectKind::PayloadTooLarge);
        if !is_clients_fault && let Some(unlogged) = self.complaints.pass(self.now()) {
            let id = request.map(|request| &*request.id);
            tracing::warn!(reason = %reject, "x-request-id" = id, unlogged, "a request is refused");
        }
        reject
    }
}

/// The headers by which a sidecar is told where to send a prompt are the picker's alone: what a client sets is removed.
fn keep_sidecar_headers(client: &Headers, decision: &mut Decision) {
    for name in [header::PREFILLER, header::ENCODERS, header::DATA_PARALLEL] {
        let is_set = decision
            .headers
            .iter()
            .any(|change| matches!(change, HeaderChange::Set(known, _) if *known == name));
        if !is_set && client.get(name).is_some() {
            decision.headers.push(HeaderChange::Remove(name));
        }
    }
}
