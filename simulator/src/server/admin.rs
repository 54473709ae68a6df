//! Everything beside generation.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::Service;
use super::faults::Faults;
use super::openai::{self, Refusal, TokenizeRequest};

pub(super) async fn health() -> StatusCode {
    StatusCode::OK
}

pub(super) async fn models(State(service): State<Arc<Service>>) -> Json<Value> {
    Json(service.models.list())
}

pub(super) async fn metrics(State(service): State<Arc<Service>>) -> Result<Response, Refusal> {
    if service.faults.current().fault_refuse_metrics {
        return Err(Refusal::unavailable("injected failure: no metrics"));
    }
    let kind = (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Ok(([kind], service.metrics.render()).into_response())
}

pub(super) async fn tokenize(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Refusal> {
    let TokenizeRequest { model, text, add_special_tokens } =
        TokenizeRequest::read(&openai::json(&headers, &body?)?)?;
    service.models.find(model.as_deref())?;
    let tokens = service.tokenizer.encode(&text, add_special_tokens);
    let tokens = tokens.map_err(|error| Refusal::bad_request(error.to_string()))?;
    Ok(Json(json!({
        "count": tokens.len(),
        "max_model_len": service.models.max_model_len,
        "tokens": tokens,
        "token_strs": null,
    })))
}

/// Answers as vLLM does, whether or not it could be done.
pub(super) async fn reset_prefix_cache(State(service): State<Arc<Service>>) -> StatusCode {
    if !service.engine.reset_prefix_cache().await {
        tracing::warn!("the prefix cache was not reset: requests use it");
    }
    StatusCode::OK
}

pub(super) async fn faults(State(service): State<Arc<Service>>) -> Json<Faults> {
    Json(service.faults.current())
}

pub(super) async fn change_faults(
    State(service): State<Arc<Service>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Faults>, Refusal> {
    let members = serde_json::from_slice(&body?).map_err(|error| error.to_string());
    let faults = members.and_then(|members| service.faults.change(members));
    faults.map(Json).map_err(Refusal::bad_request)
}

/// As vLLM's framework answers what has no route.
pub(super) async fn not_found() -> (StatusCode, Json<Value>) {
    (StatusCode::NOT_FOUND, Json(json!({"detail": "Not Found"})))
}

pub(super) async fn method_not_allowed() -> (StatusCode, Json<Value>) {
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({"detail": "Method Not Allowed"})))
}
