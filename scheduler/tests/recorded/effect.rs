//! What a proxy ends up with after a stream: the measure by which two pickers are compared.

use std::collections::BTreeMap;

use llmd_proto::ext_proc::{
    CommonResponse, HeaderMap, HeaderMutation, ProcessingRequest, ProcessingResponse,
    body_mutation::Mutation, processing_request::Request, processing_response::Response,
};
use llmd_proto::{Struct, Value, value::Kind};

type Headers = BTreeMap<String, String>;

/// The outcome of one stream, field by field.
#[derive(Debug, Default, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field that is compared")]
pub struct Effect {
    pub routed: bool,
    pub route_cache_cleared: bool,
    pub request_headers: Headers,
    pub request_body: Vec<u8>,
    pub request_body_ended: bool,
    pub request_trailers_passed: bool,
    pub metadata: Option<String>,
    pub refused: Option<(i32, String, Headers)>,
    pub answered: bool,
    pub response_headers: Headers,
    pub response_body: Vec<u8>,
    pub response_body_ended: bool,
    pub response_trailers_passed: bool,
}

impl Effect {
    /// What the proxy has before the picker says anything: the headers of client and model server.
    pub fn before(messages: &[ProcessingRequest]) -> Self {
        let mut effect = Self::default();
        for message in messages {
            match &message.request {
                Some(Request::RequestHeaders(headers)) => {
                    effect.request_headers = read(headers.headers.as_ref());
                }
                Some(Request::ResponseHeaders(headers)) => {
                    effect.response_headers = read(headers.headers.as_ref());
                }
                _ => {}
            }
        }
        effect
    }

    /// Applies what the picker says.
    pub fn apply(&mut self, answer: &ProcessingResponse) {
        if let Some(metadata) = &answer.dynamic_metadata {
            self.metadata = Some(shown(&Value { kind: Some(Kind::StructValue(metadata.clone())) }));
        }
        match answer.response.as_ref().expect("an answer says something") {
            Response::RequestHeaders(headers) => {
                let change = headers.response.clone().unwrap_or_default();
                self.routed = true;
                self.route_cache_cleared |= change.clear_route_cache;
                mutate(&mut self.request_headers, change.header_mutation.as_ref());
            }
            Response::ResponseHeaders(headers) => {
                let change = headers.response.clone().unwrap_or_default();
                self.answered = true;
                mutate(&mut self.response_headers, change.header_mutation.as_ref());
            }
            Response::RequestBody(body) => {
                assert!(!self.request_body_ended, "a body goes on after its end");
                self.request_body_ended |= extend(&mut self.request_body, body.response.as_ref());
            }
            Response::ResponseBody(body) => {
                assert!(!self.response_body_ended, "a body goes on after its end");
                self.response_body_ended |= extend(&mut self.response_body, body.response.as_ref());
            }
            Response::RequestTrailers(_) => self.request_trailers_passed = true,
            Response::ResponseTrailers(_) => self.response_trailers_passed = true,
            Response::ImmediateResponse(refusal) => {
                let mut headers = Headers::new();
                mutate(&mut headers, refusal.headers.as_ref());
                let text = String::from_utf8(refusal.body.to_vec()).expect("a refusal is text");
                // Go's decoder words its errors its own way (README of the recordings).
                let text = match text.split_once("error unmarshaling request bodyMap:") {
                    Some((before, _)) => format!("{before}error unmarshaling request bodyMap:"),
                    None => text,
                };
                self.refused = Some((refusal.status.map_or(0, |status| status.code), text, headers));
            }
        }
    }
}

fn read(map: Option<&HeaderMap>) -> Headers {
    let mut headers = Headers::new();
    for header in map.into_iter().flat_map(|map| &map.headers) {
        let value = if header.raw_value.is_empty() { header.value.as_bytes() } else { &header.raw_value };
        headers.insert(header.key.to_lowercase(), String::from_utf8_lossy(value).into_owned());
    }
    headers
}

fn mutate(headers: &mut Headers, mutation: Option<&HeaderMutation>) {
    let Some(mutation) = mutation else { return };
    let set = mutation.set_headers.iter().filter_map(|option| option.header.clone()).collect();
    headers.extend(read(Some(&HeaderMap { headers: set })));
    for name in &mutation.remove_headers {
        headers.remove(name);
    }
}

fn extend(body: &mut Vec<u8>, change: Option<&CommonResponse>) -> bool {
    let mutation =
        change.and_then(|change| change.body_mutation.as_ref()).and_then(|change| change.mutation.as_ref());
    let Some(Mutation::StreamedResponse(piece)) = mutation else { panic!("no piece of a body: {change:?}") };
    assert!(piece.body.len() <= 62_000, "a piece of {} bytes", piece.body.len());
    body.extend_from_slice(&piece.body);
    piece.end_of_stream
}

/// Metadata as text, keys in order.
fn shown(value: &Value) -> String {
    match value.kind.as_ref() {
        Some(Kind::StructValue(Struct { fields })) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", shown(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Some(Kind::NumberValue(number)) => format!("{number:.6}"),
        Some(Kind::StringValue(text)) => text.clone(),
        other => format!("{other:?}"),
    }
}
