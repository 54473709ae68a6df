//! What the picker says to Envoy, as messages (`epp.md` §1.6).

use std::sync::Arc;

use bytes::Bytes;
use llmd_api::names::{header, metadata};
use llmd_proto::ext_proc::{
    BodyMutation, BodyResponse, CommonResponse, HeaderMap, HeaderMutation, HeaderValue, HeaderValueOption,
    HeadersResponse, HttpStatus, ImmediateResponse, Metadata, ProcessingResponse, StreamedBodyResponse,
    TrailersResponse, body_mutation::Mutation, processing_response::Response,
};
use llmd_proto::{Struct, Value, value::Kind};

use crate::model::{Headers, Subset};
use crate::scheduling::ServedBy;

/// Which direction of the exchange a message belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
}

/// Largest piece of a body in one message: below Envoy's 64 KiB.
pub(super) const LARGEST_PIECE: usize = 62_000;

/// The headers of a message; `raw_value` is what Envoy fills, `value` is the old field.
pub(super) fn headers(map: Option<HeaderMap>) -> Headers {
    let mut headers = Headers::new();
    for HeaderValue { key, value, raw_value } in map.unwrap_or_default().headers {
        headers.insert(key, if raw_value.is_empty() { Bytes::from(value) } else { raw_value });
    }
    headers
}

/// The addresses of the subset hint; none when there is no list of that name. Only addresses count, not ports;
/// what is no address matches no endpoint.
pub(super) fn subset(metadata: Option<&Metadata>) -> Option<Subset> {
    let hint = metadata?.filter_metadata.get(metadata::SUBSET_HINT)?;
    let Some(Kind::ListValue(list)) = &hint.fields.get(metadata::SUBSET)?.kind else { return None };
    let addresses = list.values.iter().filter_map(|value| match &value.kind {
        Some(Kind::StringValue(text)) => {
            let host = text.rsplit_once(':').map_or(text.as_str(), |(host, _)| host);
            host.trim_matches(['[', ']']).parse().ok()
        }
        _ => None,
    });
    Some(addresses.collect())
}

/// What the proxy says under `envoy.lb` of the endpoint that served.
pub(super) fn served(metadata: Option<&Metadata>) -> ServedBy<'_> {
    let Some(lb) = metadata.and_then(|metadata| metadata.filter_metadata.get(metadata::LB)) else {
        return ServedBy::NoMetadata;
    };
    match lb.fields.get(header::DESTINATION_ENDPOINT_SERVED).map(|value| &value.kind) {
        Some(Some(Kind::StringValue(text))) => ServedBy::Endpoint(text),
        _ => ServedBy::Unnamed,
    }
}

/// Metadata for the proxy: the destination, and the scores of endpoints when they are asked for.
pub(super) fn routing_metadata(destination: &str, scores: &[(Arc<str>, f64)]) -> Struct {
    let mut lb = Struct::default();
    lb.fields.insert(header::DESTINATION_ENDPOINT.to_owned(), text(destination));
    if !scores.is_empty() {
        let fields = scores.iter().map(|(address, score)| (address.to_string(), number(*score))).collect();
        let scores = Value { kind: Some(Kind::StructValue(Struct { fields })) };
        lb.fields.insert(metadata::SCORES.to_owned(), scores);
    }
    let lb = Value { kind: Some(Kind::StructValue(lb)) };
    Struct { fields: [(metadata::LB.to_owned(), lb)].into() }
}

fn text(text: &str) -> Value {
    Value { kind: Some(Kind::StringValue(text.to_owned())) }
}

fn number(number: f64) -> Value {
    Value { kind: Some(Kind::NumberValue(number)) }
}

pub(super) fn set_header(key: &str, value: impl Into<Bytes>) -> HeaderValueOption {
    let header = HeaderValue { key: key.to_owned(), raw_value: value.into(), ..HeaderValue::default() };
    HeaderValueOption { header: Some(header) }
}

fn message(response: Response) -> ProcessingResponse {
    ProcessingResponse { response: Some(response), dynamic_metadata: None }
}

/// Lets headers of one direction pass, changed as `change` says.
pub(super) fn pass_headers(direction: Direction, change: CommonResponse) -> ProcessingResponse {
    let answer = HeadersResponse { response: Some(change) };
    message(match direction {
        Direction::Request => Response::RequestHeaders(answer),
        Direction::Response => Response::ResponseHeaders(answer),
    })
}

fn pass_body(direction: Direction, change: CommonResponse) -> ProcessingResponse {
    let answer = BodyResponse { response: Some(change) };
    message(match direction {
        Direction::Request => Response::RequestBody(answer),
        Direction::Response => Response::ResponseBody(answer),
    })
}

/// Lets a body pass as it came (the modes in which Envoy keeps the bytes).
pub(super) fn keep_body(direction: Direction) -> ProcessingResponse {
    pass_body(direction, CommonResponse::default())
}

/// Gives a whole body instead of the one that came, with changed headers (the BUFFERED mode).
pub(super) fn replace_body(
    direction: Direction,
    change: CommonResponse,
    body: Option<Bytes>,
) -> ProcessingResponse {
    let body_mutation = body.map(|body| BodyMutation { mutation: Some(Mutation::Body(body)) });
    pass_body(direction, CommonResponse { body_mutation, ..change })
}

/// Gives pieces of a body onward, each at most [`LARGEST_PIECE`] long; the last one ends the body when `is_end`. An
/// ending without bytes is one empty piece.
pub(super) fn give_body(
    direction: Direction,
    pieces: impl IntoIterator<Item = Bytes>,
    is_end: bool,
    out: &mut impl Extend<ProcessingResponse>,
) {
    let mut held: Option<Bytes> = None;
    let give = |body: Bytes, end_of_stream: bool| {
        let mutation = Mutation::StreamedResponse(StreamedBodyResponse { body, end_of_stream });
        let body_mutation = Some(BodyMutation { mutation: Some(mutation) });
        pass_body(direction, CommonResponse { body_mutation, ..CommonResponse::default() })
    };
    for mut piece in pieces {
        while !piece.is_empty() {
            let cut = piece.split_to(piece.len().min(LARGEST_PIECE));
            out.extend(held.replace(cut).map(|earlier| give(earlier, false)));
        }
    }
    match held {
        Some(last) => out.extend([give(last, is_end)]),
        None if is_end => out.extend([give(Bytes::new(), true)]),
        None => {}
    }
}

/// Lets trailers of one direction pass.
pub(super) fn pass_trailers(direction: Direction) -> ProcessingResponse {
    let answer = TrailersResponse::default();
    message(match direction {
        Direction::Request => Response::RequestTrailers(answer),
        Direction::Response => Response::ResponseTrailers(answer),
    })
}

/// Answers the client instead of routing its request.
pub(super) fn answer(status: u16, body: String, set_headers: Vec<HeaderValueOption>) -> ProcessingResponse {
    let headers =
        (!set_headers.is_empty()).then(|| HeaderMutation { set_headers, remove_headers: Vec::new() });
    message(Response::ImmediateResponse(ImmediateResponse {
        status: Some(HttpStatus { code: i32::from(status) }),
        headers,
        body: Bytes::from(body),
        details: String::new(),
    }))
}
