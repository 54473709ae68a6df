//! Pages for those who ask why.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Admin;
use crate::observability::Record;

/// Every endpoint with what is known of it.
pub(super) async fn endpoints(State(admin): State<Admin>) -> Json<Value> {
    let snapshot = admin.datastore.snapshot();
    let now = admin.clock.now();
    let endpoints: Vec<Value> = snapshot
        .endpoints
        .iter()
        .map(|endpoint| {
            let metrics = &endpoint.metrics;
            let load = endpoint.books.load(now);
            let loras = metrics.loras();
            json!({
                "name": endpoint.id(),
                "address": &*endpoint.address,
                "labels": endpoint.spec.labels,
                "failures_in_a_row": endpoint.trouble.in_a_row(),
                "metrics": {
                    "age_ms": metrics.updated_at().map(|at| now.saturating_sub(at).as_millis()),
                    "waiting": metrics.waiting(),
                    "running": metrics.running(),
                    "kv_cache_usage": metrics.kv_cache_usage(),
                    "block_size": metrics.block_size(),
                    "blocks": metrics.blocks(),
                    "active_loras": loras.active,
                    "waiting_loras": loras.waiting,
                },
                "books": {
                    "in_flight": load.in_flight,
                    "context_tokens": load.context_tokens,
                    "pending_prefill_tokens": load.pending_tokens,
                    "remaining_output_tokens": load.remaining_tokens,
                    "active_kv_tokens": load.active_tokens,
                    "kv_capacity_tokens": load.capacity_tokens,
                    "slowness": load.slowness,
                },
            })
        })
        .collect();
    Json(json!({"synced": snapshot.synced, "generation": snapshot.generation, "endpoints": endpoints}))
}

/// The configuration as it counts, and as it was written.
pub(super) async fn config(State(admin): State<Admin>) -> Json<Value> {
    let effective = serde_json::to_value(&*admin.config).unwrap_or_default();
    Json(json!({"effective": effective, "text": &*admin.config_text}))
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// A request's `x-request-id`.
    id: Option<String>,
}

/// The last decisions, newest first: who was a candidate, what each scorer gave, who was picked.
pub(super) async fn decide(State(admin): State<Admin>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let records = admin.log.newest().into_iter();
    let records = records.filter(|record| wanted.id.as_ref().is_none_or(|id| *id == record.request_id));
    let started = Timestamp::now() - SignedDuration::try_from(admin.clock.now()).unwrap_or_default();
    Json(json!({"decisions": records.map(|record| decision(&record, started)).collect::<Vec<_>>()}))
}

/// `started` is when the process did.
fn decision(record: &Record, started: Timestamp) -> Value {
    let count = record.candidates.len();
    let mut candidates: Vec<(f64, Value)> = record
        .addresses()
        .zip(&record.totals)
        .enumerate()
        .map(|(index, (address, total))| {
            let score = |scorer: usize| record.scores.get(scorer * count + index).copied();
            let scores = record.scorers.iter().enumerate();
            let scores = scores
                .map(|(at, (name, weight))| json!({"scorer": name, "weight": weight, "score": score(at)}));
            let is_picked = record.picked.contains(address);
            let scores: Vec<Value> = scores.collect();
            (*total, json!({"endpoint": &**address, "picked": is_picked, "total": total, "scores": scores}))
        })
        .collect();
    candidates.sort_by(|one, other| other.0.total_cmp(&one.0));
    let candidates: Vec<Value> = candidates.into_iter().map(|(_, candidate)| candidate).collect();
    json!({
        "request_id": record.request_id,
        "model": record.model,
        "target_model": record.target_model,
        "at": (started + Duration::from_millis(record.at_ms)).to_string(),
        "profile": record.profile,
        "picked": record.picked.iter().map(|address| &**address).collect::<Vec<_>>(),
        "candidates": candidates,
    })
}
