//! A recorded stream, read from its file (`../shared/golden/extproc/README.md` has the form).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use llmd_proto::ext_proc::{
    BodyMutation, BodyResponse, CommonResponse, HeaderMap, HeaderMutation, HeaderValue, HeaderValueOption,
    HeadersResponse, HttpBody, HttpHeaders, HttpStatus, HttpTrailers, ImmediateResponse, Metadata,
    ProcessingRequest, ProcessingResponse, StreamedBodyResponse, TrailersResponse, body_mutation::Mutation,
    processing_request::Request, processing_response::Response,
};
use llmd_proto::{ListValue, Struct, Value as ProtoValue, value::Kind};
use serde_json::Value;

/// One file.
pub struct Vector {
    pub name: String,
    pub configuration: String,
    pub flags: Vec<String>,
    /// Namespace of the pods' endpoints, and whether they were found in Kubernetes.
    pub namespace: String,
    pub is_kubernetes: bool,
    pub pods: String,
    /// Streams played before, to their end.
    pub before: Vec<Vec<ProcessingRequest>>,
    pub request: Vec<ProcessingRequest>,
    /// With the index of the request message after which it came.
    pub response: Vec<(usize, ProcessingResponse)>,
    /// Whether bodies of the answer were too long to be recorded as such.
    pub is_abridged: bool,
    pub status: String,
    pub unstable: bool,
}

/// The folder of recordings, when it is there.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden/extproc");
    folder.is_dir().then_some(folder)
}

/// Every recording, by name.
pub fn all(folder: &Path) -> Vec<Vector> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths.iter().map(|path| read(&serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())).collect()
}

fn read(file: &Value) -> Vector {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let epp = &file["epp"];
    let mode = text(&epp["mode"]);
    let namespace = mode.rsplit_once("namespace ").map_or("default", |(_, namespace)| namespace).to_owned();
    let messages = |value: &Value| list(value).iter().map(request).collect::<Vec<_>>();
    Vector {
        name: text(&file["name"]),
        configuration: text(&epp["config"]),
        flags: list(&epp["flags"]).iter().map(text).collect(),
        namespace,
        is_kubernetes: mode.starts_with("Kubernetes"),
        pods: text(&file["pods"]),
        before: list(&file["before"]).iter().map(messages).collect(),
        request: messages(&file["request"]),
        response: list(&file["response"])
            .iter()
            .map(|value| (usize::try_from(value["$after"].as_u64().unwrap()).unwrap(), response(value)))
            .collect(),
        is_abridged: file.to_string().contains("$bodyLen"),
        status: text(&file["status"]["code"]),
        unstable: file.get("unstable").is_some(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn bytes(value: &Value) -> Bytes {
    STANDARD.decode(value.as_str().unwrap_or_default()).unwrap().into()
}

fn request(value: &Value) -> ProcessingRequest {
    let headers = |value: &Value| HttpHeaders {
        headers: Some(header_map(&value["headers"])),
        end_of_stream: value["endOfStream"] == true,
    };
    let body = |value: &Value| HttpBody { body: body(value), end_of_stream: value["endOfStream"] == true };
    let trailers = |value: &Value| HttpTrailers { trailers: Some(header_map(&value["trailers"])) };
    let read = |name: &str| value.get(name);
    let request = None
        .or_else(|| read("requestHeaders").map(|value| Request::RequestHeaders(headers(value))))
        .or_else(|| read("requestBody").map(|value| Request::RequestBody(body(value))))
        .or_else(|| read("requestTrailers").map(|value| Request::RequestTrailers(trailers(value))))
        .or_else(|| read("responseHeaders").map(|value| Request::ResponseHeaders(headers(value))))
        .or_else(|| read("responseBody").map(|value| Request::ResponseBody(body(value))))
        .or_else(|| read("responseTrailers").map(|value| Request::ResponseTrailers(trailers(value))));
    let metadata_context = value.get("metadataContext").map(|context| Metadata {
        filter_metadata: context["filterMetadata"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), proto_struct(value)))
            .collect(),
    });
    assert!(request.is_some(), "a message of an unknown kind: {value}");
    ProcessingRequest { request, metadata_context, ..ProcessingRequest::default() }
}

fn response(value: &Value) -> ProcessingResponse {
    let headers = |value: &Value| HeadersResponse { response: Some(common(&value["response"])) };
    let body = |value: &Value| BodyResponse { response: Some(common(&value["response"])) };
    let read = |name: &str| value.get(name);
    let response = None
        .or_else(|| read("requestHeaders").map(|value| Response::RequestHeaders(headers(value))))
        .or_else(|| read("requestBody").map(|value| Response::RequestBody(body(value))))
        .or_else(|| read("responseHeaders").map(|value| Response::ResponseHeaders(headers(value))))
        .or_else(|| read("responseBody").map(|value| Response::ResponseBody(body(value))))
        .or_else(|| read("responseTrailers").map(|_| Response::ResponseTrailers(TrailersResponse::default())))
        .or_else(|| read("immediateResponse").map(|value| Response::ImmediateResponse(immediate(value))));
    assert!(response.is_some(), "an answer of an unknown kind: {value}");
    ProcessingResponse { response, dynamic_metadata: value.get("dynamicMetadata").map(proto_struct) }
}

fn immediate(value: &Value) -> ImmediateResponse {
    let code = match value["status"]["code"].as_str().unwrap() {
        "BadRequest" => 400,
        "TooManyRequests" => 429,
        "InternalServerError" => 500,
        "ServiceUnavailable" => 503,
        other => panic!("status {other}"),
    };
    ImmediateResponse {
        status: Some(HttpStatus { code }),
        headers: value.get("headers").map(header_mutation),
        body: bytes(&value["body"]),
        details: String::new(),
    }
}

fn common(value: &Value) -> CommonResponse {
    CommonResponse {
        header_mutation: value.get("headerMutation").map(header_mutation),
        body_mutation: value.get("bodyMutation").map(|mutation| {
            let streamed = &mutation["streamedResponse"];
            let end_of_stream = streamed["endOfStream"] == true;
            let mutation = StreamedBodyResponse { body: body(streamed), end_of_stream };
            BodyMutation { mutation: Some(Mutation::StreamedResponse(mutation)) }
        }),
        clear_route_cache: value["clearRouteCache"] == true,
    }
}

fn header_mutation(value: &Value) -> HeaderMutation {
    let set_headers = list(&value["setHeaders"]);
    let set_headers =
        set_headers.iter().map(|option| HeaderValueOption { header: Some(header(&option["header"])) });
    let remove_headers = list(&value["removeHeaders"]).iter().map(|name| name.as_str().unwrap().to_owned());
    HeaderMutation { set_headers: set_headers.collect(), remove_headers: remove_headers.collect() }
}

fn header_map(value: &Value) -> HeaderMap {
    HeaderMap { headers: list(&value["headers"]).iter().map(header).collect() }
}

fn header(value: &Value) -> HeaderValue {
    HeaderValue {
        key: value["key"].as_str().unwrap().to_owned(),
        value: value["value"].as_str().unwrap_or_default().to_owned(),
        raw_value: bytes(&value["rawValue"]),
    }
}

fn body(value: &Value) -> Bytes {
    let Some(recipe) = value.get("$gen") else { return bytes(&value["body"]) };
    let part = |name: &str| recipe[name].as_str().unwrap_or_default();
    let count = usize::try_from(recipe["count"].as_u64().unwrap()).unwrap();
    format!("{}{}{}", part("prefix"), part("unit").repeat(count), part("suffix")).into()
}

fn proto_struct(value: &Value) -> Struct {
    let fields = value.as_object().unwrap().iter().map(|(name, value)| (name.clone(), proto_value(value)));
    Struct { fields: fields.collect::<BTreeMap<_, _>>() }
}

fn proto_value(value: &Value) -> ProtoValue {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(*value),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap()),
        Value::String(text) => Kind::StringValue(text.clone()),
        Value::Array(items) => Kind::ListValue(ListValue { values: items.iter().map(proto_value).collect() }),
        Value::Object(_) => Kind::StructValue(proto_struct(value)),
    };
    ProtoValue { kind: Some(kind) }
}
