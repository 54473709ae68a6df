//! Every message in every state.

use std::collections::VecDeque;
use std::sync::Arc;

use llmd_api::UPSTREAM_DEFAULT;
use llmd_proto::ext_proc::processing_mode::BodySendMode;
use llmd_proto::ext_proc::processing_response::Response;
use llmd_proto::ext_proc::{
    HeaderMap, HeaderValue, HttpBody, HttpHeaders, HttpTrailers, ProcessingRequest, ProcessingResponse,
    ProtocolConfiguration, body_mutation::Mutation, processing_request::Request,
};

use super::{Flow, Session};
use crate::model::EndpointSpec;
use crate::picker::{Options, Picker};

const BODY: &str = r#"{"model": "m", "prompt": "Hello there", "stream": true}"#;

/// The messages a proxy can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    RequestHeaders,
    /// Headers of a request without a body.
    RequestHeadersEnd,
    RequestBody,
    /// An empty last piece.
    RequestBodyEnd,
    RequestTrailers,
    ResponseHeaders,
    ResponseHeadersEnd,
    ResponseBody,
    ResponseBodyEnd,
    ResponseTrailers,
    Nothing,
}

use Message as M;

const ALL: [Message; 11] = [
    M::RequestHeaders,
    M::RequestHeadersEnd,
    M::RequestBody,
    M::RequestBodyEnd,
    M::RequestTrailers,
    M::ResponseHeaders,
    M::ResponseHeadersEnd,
    M::ResponseBody,
    M::ResponseBodyEnd,
    M::ResponseTrailers,
    M::Nothing,
];

impl Message {
    fn request(self, mode: BodySendMode) -> ProcessingRequest {
        let headers = |status: Option<&str>, end_of_stream| {
            let header = |key: &str, value: &str| HeaderValue {
                key: key.to_owned(),
                raw_value: value.to_owned().into(),
                ..HeaderValue::default()
            };
            let headers = match status {
                Some(status) => vec![header(":status", status), header("content-type", "text/event-stream")],
                None => vec![header(":method", "POST"), header(":path", "/v1/completions")],
            };
            HttpHeaders { headers: Some(HeaderMap { headers }), end_of_stream }
        };
        let body = |text: &str, end_of_stream| HttpBody { body: text.to_owned().into(), end_of_stream };
        let request = match self {
            Self::RequestHeaders => Some(Request::RequestHeaders(headers(None, false))),
            Self::RequestHeadersEnd => Some(Request::RequestHeaders(headers(None, true))),
            Self::RequestBody => Some(Request::RequestBody(body(BODY, mode == BodySendMode::Buffered))),
            Self::RequestBodyEnd => Some(Request::RequestBody(body("", true))),
            Self::RequestTrailers => Some(Request::RequestTrailers(HttpTrailers::default())),
            Self::ResponseHeaders => Some(Request::ResponseHeaders(headers(Some("200"), false))),
            Self::ResponseHeadersEnd => Some(Request::ResponseHeaders(headers(Some("204"), true))),
            Self::ResponseBody => Some(Request::ResponseBody(body("data: {\"choices\":[{}]}\n\n", false))),
            Self::ResponseBodyEnd => Some(Request::ResponseBody(body("data: [DONE]\n\n", true))),
            Self::ResponseTrailers => Some(Request::ResponseTrailers(HttpTrailers::default())),
            Self::Nothing => None,
        };
        let mut configuration = ProtocolConfiguration::default();
        configuration.set_request_body_mode(mode);
        configuration.set_response_body_mode(mode);
        ProcessingRequest { request, protocol_config: Some(configuration), ..ProcessingRequest::default() }
    }
}

/// As the conformance suite of the inference extension configures its pickers.
const CONFORMANCE: &str = "
apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: header-based-testing-filter
- type: destination-endpoint-served-verifier
schedulingProfiles:
- name: conformance-profile
  plugins:
  - pluginRef: header-based-testing-filter
";

fn picker(endpoints: u8) -> Picker {
    picker_of(UPSTREAM_DEFAULT, endpoints)
}

fn picker_of(config: &str, endpoints: u8) -> Picker {
    let config = llmd_api::load(config, "config").unwrap().config;
    let picker = Picker::new(&config, &Options::default()).unwrap();
    let spec = |index| {
        let address = format!("127.0.0.{}:8000", index + 1).parse().unwrap();
        EndpointSpec {
            namespace: "default".to_owned(),
            name: format!("pod-{index}"),
            pod: format!("pod-{index}"),
            address,
            metrics_address: address,
            labels: std::collections::BTreeMap::new(),
        }
    };
    picker.datastore.set_endpoints((0..endpoints).map(spec).collect());
    picker
}

/// What an answer is, in short: `>` to the model server, `<` to the client, `!` for a refusal, `.` where a body ends.
fn shown(answer: &ProcessingResponse) -> String {
    let body = |direction: &str, body: &llmd_proto::ext_proc::BodyResponse| {
        let change = body.response.as_ref().and_then(|change| change.body_mutation.as_ref());
        match change.and_then(|change| change.mutation.as_ref()) {
            Some(Mutation::StreamedResponse(piece)) if piece.end_of_stream => format!("{direction}body."),
            Some(Mutation::StreamedResponse(_)) => format!("{direction}body"),
            Some(Mutation::Body(_)) => format!("{direction}new"),
            _ => format!("{direction}keep"),
        }
    };
    match answer.response.as_ref().expect("an answer says something") {
        Response::RequestHeaders(_) if answer.dynamic_metadata.is_some() => ">route".to_owned(),
        Response::RequestHeaders(_) => ">pass".to_owned(),
        Response::RequestBody(piece) if answer.dynamic_metadata.is_some() => {
            format!("route{}", body(">", piece))
        }
        Response::RequestBody(piece) => body(">", piece),
        Response::RequestTrailers(_) => ">trailers".to_owned(),
        Response::ResponseHeaders(_) => "<head".to_owned(),
        Response::ResponseBody(piece) => body("<", piece),
        Response::ResponseTrailers(_) => "<trailers".to_owned(),
        Response::ImmediateResponse(refusal) => {
            format!("!{}", refusal.status.map_or(0, |status| status.code))
        }
    }
}

/// Plays messages and shows the answers to each; after the end of the stream nothing is sent any more.
async fn play(picker: &Picker, mode: BodySendMode, messages: &[Message]) -> Vec<String> {
    let mut session = Session::new(Arc::clone(&picker.director));
    let mut shown_answers = Vec::new();
    for message in messages {
        let mut out = VecDeque::new();
        let flow = session.handle(message.request(mode), &mut out).await;
        shown_answers.push(out.iter().map(shown).collect::<Vec<_>>().join(" "));
        if flow == Flow::End {
            break;
        }
    }
    shown_answers
}

/// State by state, what each message is answered with in the guide's mode.
#[expect(clippy::too_many_lines, reason = "it is a table")]
#[tokio::test]
async fn every_message_in_every_state() {
    let picker = picker(3);
    let table: [(&str, &[Message], [&str; 11]); 6] = [
        (
            "nothing came yet",
            &[],
            [
                "",
                ">route",
                ">body",
                ">body.",
                ">trailers",
                "<head",
                "<head",
                "<body",
                "<body.",
                "<trailers",
                "",
            ],
        ),
        (
            "the body is on its way",
            &[M::RequestHeaders, M::RequestBody],
            [
                ">pass",
                ">pass",
                "",
                ">route >body.",
                ">route >body >trailers",
                "<head",
                "<head",
                "<body",
                "<body.",
                "<trailers",
                "",
            ],
        ),
        (
            "no body came yet",
            &[M::RequestHeaders],
            [">pass", ">pass", "", "!400", "!400", "<head", "<head", "<body", "<body.", "<trailers", ""],
        ),
        (
            "routed",
            &[M::RequestHeaders, M::RequestBody, M::RequestBodyEnd],
            [
                ">pass",
                ">pass",
                ">body",
                ">body.",
                ">trailers",
                "<head",
                "<head",
                "<body",
                "<body.",
                "<trailers",
                "",
            ],
        ),
        (
            "the answer passes",
            &[M::RequestHeaders, M::RequestBody, M::RequestBodyEnd, M::ResponseHeaders, M::ResponseBody],
            [
                ">pass",
                ">pass",
                ">body",
                ">body.",
                ">trailers",
                "<head",
                "<head",
                "<body",
                "<body.",
                "<trailers",
                "",
            ],
        ),
        (
            "the answer has ended",
            &[M::RequestHeaders, M::RequestBody, M::RequestBodyEnd, M::ResponseHeaders, M::ResponseBodyEnd],
            [
                ">pass",
                ">pass",
                ">body",
                ">body.",
                ">trailers",
                "<head",
                "<head",
                "<body",
                "<body.",
                "<trailers",
                "",
            ],
        ),
    ];
    for (state, before, wanted) in table {
        for (message, wanted) in ALL.into_iter().zip(wanted) {
            let messages: Vec<Message> = before.iter().copied().chain([message]).collect();
            let answers = play(&picker, BodySendMode::FullDuplexStreamed, &messages).await;
            assert_eq!(answers.last().unwrap(), wanted, "{state}, then {message:?}");
        }
    }
}

/// The other modes in which a proxy may send bodies.
#[tokio::test]
async fn every_mode_of_sending_bodies() {
    let picker = picker(3);
    let exchange =
        [M::RequestHeaders, M::RequestBody, M::ResponseHeaders, M::ResponseBody, M::ResponseBodyEnd];
    let table = [
        (BodySendMode::Buffered, [">pass", "route>keep", "<head", "<keep", "<keep"]),
        (BodySendMode::Streamed, [">route", ">keep", "<head", "<keep", "<keep"]),
        (BodySendMode::None, [">route", ">body", "<head", "<keep", "<keep"]),
    ];
    for (mode, wanted) in table {
        assert_eq!(play(&picker, mode, &exchange).await, wanted, "{mode:?}");
    }
}

/// Every sequence of four messages, in every mode, with endpoints and without: nothing panics, a refusal is the last
/// word, and nothing stays on the books.
#[tokio::test]
async fn every_sequence_of_messages() {
    use BodySendMode as Mode;
    for picker in [picker(2), picker(0)] {
        for mode in [Mode::FullDuplexStreamed, Mode::Buffered, Mode::Streamed, Mode::None] {
            for number in 0..ALL.len().pow(4) {
                let digit = |place: u32| ALL[number / ALL.len().pow(place) % ALL.len()];
                let messages = [digit(3), digit(2), digit(1), digit(0)];
                let answers = play(&picker, mode, &messages).await;
                let refusals = answers.iter().filter(|answer| answer.contains('!')).count();
                let is_last = answers.last().is_some_and(|answer| answer.starts_with('!'));
                assert!(refusals == usize::from(is_last), "{mode:?} {messages:?}: {answers:?}");
            }
        }
        let now = picker.clock.now();
        for endpoint in &picker.datastore.snapshot().endpoints {
            assert!(endpoint.books.load(now).in_flight < 0.5, "something stayed on the books");
        }
    }
}

/// How often the time of answers was told, and whether it was any.
fn answers_told(picker: &Picker) -> (u32, bool) {
    let page = String::from_utf8(picker.metrics.render()).unwrap();
    let value = |what: &str| {
        let name = format!("llm_d_epp_response_processing_duration_seconds_{what} ");
        page.lines().find_map(|line| line.strip_prefix(&name)).unwrap().to_owned()
    };
    (value("count").parse().unwrap(), value("sum") != "0")
}

#[tokio::test]
async fn the_time_an_answer_takes_is_told_once_at_its_end() {
    let picker = picker(1);
    let request = [M::RequestHeaders, M::RequestBody, M::RequestBodyEnd];
    let begun = [&request[..], &[M::ResponseHeaders, M::ResponseBody]].concat();
    play(&picker, BodySendMode::FullDuplexStreamed, &begun).await;
    assert_eq!(answers_told(&picker), (0, false));
    let ended = [&begun[..], &[M::ResponseBodyEnd, M::ResponseTrailers]].concat();
    play(&picker, BodySendMode::FullDuplexStreamed, &ended).await;
    assert_eq!(answers_told(&picker), (1, true));
}

/// A name of another length makes the answer longer or shorter than its `content-length` says.
#[tokio::test]
async fn the_length_of_a_rewritten_answer_is_not_told() {
    for (model, is_removed) in [("longer", true), ("n", false)] {
        let picker = picker(1);
        let mut session = Session::new(Arc::clone(&picker.director));
        let mut out = VecDeque::new();
        let mut head = M::RequestHeaders.request(BodySendMode::FullDuplexStreamed);
        if let Some(Request::RequestHeaders(HttpHeaders { headers: Some(map), .. })) = &mut head.request {
            let (key, value) = ("x-gateway-model-name-rewrite".to_owned(), model.to_owned());
            map.headers.push(HeaderValue { key, value, ..HeaderValue::default() });
        }
        session.handle(head, &mut out).await;
        for message in [M::RequestBody, M::RequestBodyEnd, M::ResponseHeaders] {
            session.handle(message.request(BodySendMode::FullDuplexStreamed), &mut out).await;
        }
        let Some(Response::ResponseHeaders(answer)) = out.pop_back().and_then(|answer| answer.response)
        else {
            panic!("the head of the answer is passed on");
        };
        let mutation = answer.response.unwrap().header_mutation.unwrap();
        assert_eq!(mutation.remove_headers == ["content-length"], is_removed, "{model}");
    }
}

/// The servers of the conformance suite know no inference, and its plugin says who has served.
#[tokio::test]
async fn answers_to_what_is_no_inference_are_seen_where_a_plugin_needs_them() {
    for (config, is_seen) in [(UPSTREAM_DEFAULT, false), (CONFORMANCE, true)] {
        let picker = picker_of(config, 1);
        let mut session = Session::new(Arc::clone(&picker.director));
        let mut out = VecDeque::new();
        let mut head = M::RequestHeaders.request(BodySendMode::FullDuplexStreamed);
        if let Some(Request::RequestHeaders(HttpHeaders { headers: Some(map), .. })) = &mut head.request {
            map.headers.retain(|header| header.key != ":path");
            for (key, value) in [(":path", "/echo"), ("test-epp-endpoint-selection", "127.0.0.1")] {
                let (key, value) = (key.to_owned(), value.to_owned());
                map.headers.push(HeaderValue { key, value, ..HeaderValue::default() });
            }
        }
        session.handle(head, &mut out).await;
        session.handle(M::RequestBody.request(BodySendMode::FullDuplexStreamed), &mut out).await;
        let last = M::RequestBodyEnd.request(BodySendMode::FullDuplexStreamed);
        assert_eq!(session.handle(last, &mut out).await == Flow::GoOn, is_seen);
        assert!(out.iter().any(|answer| shown(answer) == ">route"));
        session.handle(M::ResponseHeaders.request(BodySendMode::FullDuplexStreamed), &mut out).await;
        let says_who = out.iter().any(|answer| match &answer.response {
            Some(Response::ResponseHeaders(head)) => {
                let mutation = head.response.as_ref().and_then(|change| change.header_mutation.as_ref());
                mutation.is_some_and(|it| format!("{it:?}").contains("x-conformance-test-served-endpoint"))
            }
            _ => false,
        });
        assert_eq!(says_who, is_seen);
    }
}
