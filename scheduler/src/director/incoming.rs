//! From what a front door received to a request that can be scheduled.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use llmd_api::names::{DEFAULT_FLOW, header};
use rand::RngExt as _;
use uuid::Uuid;

use super::Director;
use crate::datastore::{RewriteRule, Snapshot};
use crate::model::{Headers, InferenceRequest, Reject, Subset};
use crate::openai::{Api, BodyError, ParsedBody, parse};

/// A request as it came through a front door.
#[derive(Debug, Default)]
pub struct Incoming {
    pub headers: Headers,
    pub body: Body,
    pub subset: Option<Subset>,
    /// Whether the front door tries other endpoints when the first refuses.
    pub wants_spares: bool,
}

/// A body in the pieces in which it came.
#[derive(Debug, Default)]
pub struct Body {
    pieces: Vec<Bytes>,
    length: usize,
}

impl Body {
    pub fn push(&mut self, piece: Bytes) {
        self.length += piece.len();
        if !piece.is_empty() {
            self.pieces.push(piece);
        }
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The body in one piece; copied only when there are several.
    fn join(mut self) -> Bytes {
        if self.pieces.len() == 1
            && let Some(only) = self.pieces.pop()
        {
            return only;
        }
        let mut whole = BytesMut::with_capacity(self.length);
        for piece in self.pieces {
            whole.extend_from_slice(&piece);
        }
        whole.freeze()
    }
}

impl Director {
    /// Reads body and headers (`epp.md` §1.9). Refuses what no model server could understand.
    pub(super) fn read(
        &self,
        incoming: Incoming,
        snapshot: &Snapshot,
        now: Duration,
    ) -> Result<InferenceRequest, Reject> {
        let body = incoming.body.join();
        let path = incoming.headers.get_first(&[":path", header::ORIGINAL_PATH, header::FORWARDED_PATH]);
        let path = path.unwrap_or("/v1/completions");
        let parsed = parse(path, &body, &self.settings.parsers, self.settings.dialect);
        let parsed = parsed.map_err(|error| Reject::bad_request(error.to_string()))?;
        let mut request = self.with_headers(incoming.headers, body, parsed, incoming.subset, snapshot, now);
        request.wants_spares = incoming.wants_spares;
        if request.target_model.is_empty() && request.parsed.api != Api::Opaque {
            return Err(Reject::bad_request(BodyError::ModelNotFound.to_string()));
        }
        Ok(request)
    }

    /// The same where the body is not shown to the picker.
    pub(super) fn read_headers(
        &self,
        incoming: Incoming,
        snapshot: &Snapshot,
        now: Duration,
    ) -> InferenceRequest {
        let Incoming { headers, subset, .. } = incoming;
        self.with_headers(headers, Bytes::new(), ParsedBody::opaque(), subset, snapshot, now)
    }

    fn with_headers(
        &self,
        headers: Headers,
        body: Bytes,
        mut parsed: ParsedBody,
        subset: Option<Subset>,
        snapshot: &Snapshot,
        now: Duration,
    ) -> InferenceRequest {
        let model = parsed.model.take().unwrap_or_default();
        let target_model = self.target_model(&headers, &model, snapshot);
        let objective = headers.get_first(&[header::ROUTER_OBJECTIVE, header::OBJECTIVE]);
        let priority = objective.and_then(|name| snapshot.objectives.get(name)).copied().unwrap_or(0);
        let fairness_id = headers.get_first(&[header::ROUTER_FAIRNESS_ID, header::FAIRNESS_ID]);
        let fairness_id = fairness_id.unwrap_or(DEFAULT_FLOW).into();
        let id = headers.get_filled(header::REQUEST_ID);
        let has_made_up_id = id.is_none();
        let id = id.map_or_else(|| Uuid::new_v4().to_string().into(), Box::from);
        InferenceRequest {
            id,
            has_made_up_id,
            headers,
            body,
            parsed,
            model,
            target_model,
            priority,
            fairness_id,
            subset,
            wants_spares: false,
            received_at: now,
        }
    }

    /// The model that the server gets: an `InferenceModelRewrite` wins over the rewrite header, that over the body.
    fn target_model(&self, headers: &Headers, model: &str, snapshot: &Snapshot) -> Box<str> {
        let matches =
            |rule: &&RewriteRule| rule.models.is_empty() || rule.models.iter().any(|name| **name == *model);
        if let Some(rule) = snapshot.rewrites.iter().find(matches)
            && let Some(target) = choose(rule)
        {
            self.metrics.rewrite_decision(&rule.object, model, target);
            return target.into();
        }
        let by_header = headers.get_first(&[header::ROUTER_MODEL_REWRITE, header::MODEL_REWRITE]);
        by_header.unwrap_or(model).into()
    }
}

/// One of a rule's models by weight; uniformly when all weigh nothing.
fn choose(rule: &RewriteRule) -> Option<&str> {
    let total: u64 = rule.targets.iter().map(|target| u64::from(target.weight)).sum();
    let mut rng = rand::rng();
    if total == 0 {
        let index = rng.random_range(0..rule.targets.len().max(1));
        return rule.targets.get(index).map(|target| &*target.model);
    }
    let mut left = rng.random_range(0..total);
    for target in &rule.targets {
        let weight = u64::from(target.weight);
        if left < weight {
            return Some(&target.model);
        }
        left -= weight;
    }
    None
}
