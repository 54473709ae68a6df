//! Requests that are answered by the picker: as its ext_proc answers them.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::{BodyExt as _, Full};
use llmd_proto::ext_proc::external_processor_client::ExternalProcessorClient;
use llmd_proto::ext_proc::external_processor_server::ExternalProcessorServer;
use llmd_proto::ext_proc::{
    HeaderMap, HeaderValue as Pair, HttpBody, HttpHeaders, ImmediateResponse, ProcessingRequest,
    processing_request, processing_response::Response,
};
use scheduler::ext_proc::ExtProc;
use scheduler::picker::Options;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_stream::wrappers::TcpListenerStream;

use crate::front::{Front, bare, completion, header, post};
use crate::model_server::ModelServer;
use crate::patience::within;

/// What the picker answers to the same request through ext_proc.
async fn through_ext_proc(front: &Front, request: &Request<Full<Bytes>>) -> ImmediateResponse {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = ExternalProcessorServer::new(ExtProc::new(Arc::clone(&front.picker.director)));
    let server = tonic::transport::Server::builder().add_service(service);
    let server = tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut client = ExternalProcessorClient::new(endpoint.connect().await.unwrap());

    let pair = |key: &str, value: &[u8]| Pair {
        key: key.to_owned(),
        raw_value: Bytes::copy_from_slice(value),
        ..Pair::default()
    };
    let mut headers = vec![
        pair(":method", request.method().as_str().as_bytes()),
        pair(":path", request.uri().path().as_bytes()),
    ];
    headers.extend(request.headers().iter().map(|(name, value)| pair(name.as_str(), value.as_bytes())));
    let body = request.body().clone().collect().await.unwrap().to_bytes();
    let message = |request| ProcessingRequest { request: Some(request), ..ProcessingRequest::default() };
    let mut messages = vec![message(processing_request::Request::RequestHeaders(HttpHeaders {
        headers: Some(HeaderMap { headers }),
        end_of_stream: body.is_empty(),
    }))];
    if !body.is_empty() {
        let body = HttpBody { body, end_of_stream: true };
        messages.push(message(processing_request::Request::RequestBody(body)));
    }
    let mut answers = client.process(tokio_stream::iter(messages)).await.unwrap().into_inner();
    while let Some(answer) = within("a refusal", answers.message()).await.unwrap() {
        if let Some(Response::ImmediateResponse(refusal)) = answer.response {
            server.abort();
            return refusal;
        }
    }
    panic!("ext_proc let it pass");
}

/// Sends the request both ways, and compares status, text and header. Gives status and text.
async fn refused(front: &Front, request: Request<Full<Bytes>>) -> (u16, String) {
    let wanted = through_ext_proc(front, &request).await;
    let answer = front.ask(request).await;
    let reason = header(&answer, "x-llm-d-request-dropped-reason").to_owned();
    let wanted_reason = wanted
        .headers
        .iter()
        .flat_map(|headers| &headers.set_headers)
        .filter_map(|set| set.header.as_ref())
        .find(|pair| pair.key == "x-llm-d-request-dropped-reason")
        .map_or(String::new(), |pair| String::from_utf8(pair.raw_value.to_vec()).unwrap());
    assert_eq!(reason, wanted_reason);
    let status = answer.status().as_u16();
    assert_eq!(i32::from(status), wanted.status.unwrap().code);
    let body = answer.into_body();
    assert_eq!(body, wanted.body);
    assert_eq!(front.in_flight(), 0);
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn an_empty_pool() {
    let front = Front::of(&[]).await;
    let (status, text) = refused(&front, completion("Hello")).await;
    assert_eq!(status, 503);
    assert_eq!(
        text,
        "inference error: ServiceUnavailable - failed to find endpoint candidates for serving the request"
    );
    let (status, _) = refused(&front, bare(http::Method::GET, "/v1/models")).await;
    assert_eq!(status, 500);
}

#[tokio::test]
async fn a_sheddable_request_to_a_saturated_pool() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    front.picker.datastore.set_objectives([("batch".into(), -1), ("gold".into(), 10)].into());
    front.scraped(0, 100, 0.99);
    let with_objective = |name| {
        let mut request = completion("Hello");
        request.headers_mut().insert("x-gateway-inference-objective", HeaderValue::from_static(name));
        request
    };
    let (status, text) = refused(&front, with_objective("batch")).await;
    assert_eq!(status, 429);
    assert_eq!(text, "inference error: ResourceExhausted - system saturated, sheddable request dropped");
    assert!(server.seen().is_empty());
    assert_eq!(front.ask(with_objective("gold")).await.status(), 200);
    front.scraped(0, 0, 0.0);
    assert_eq!(front.ask(with_objective("batch")).await.status(), 200);
}

#[tokio::test]
async fn a_body_that_no_model_server_could_read() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    for body in ["{", "{\"prompt\": \"no model\"}", "{\"model\": \"m\"}"] {
        let (status, text) = refused(&front, post(body)).await;
        assert_eq!(status, 400, "{body}");
        assert!(text.starts_with("inference error: BadRequest - "), "{text}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_body_above_the_limit() {
    let server = ModelServer::echo().await;
    let limit = 1_000;
    let front = Front::with(&[server.address], Options { max_body_bytes: limit, ..Options::default() }).await;
    let of_length = |length: usize| {
        let frame = serde_json::json!({"model": "m", "prompt": ""}).to_string().len();
        completion(&"x".repeat(length - frame))
    };
    let (status, text) = refused(&front, of_length(limit + 1)).await;
    assert_eq!(status, 413);
    assert_eq!(front.errors("PayloadTooLarge"), 2, "of both front doors");
    assert_eq!(text, "inference error: PayloadTooLarge - request body is larger than 1000 bytes");
    assert!(server.seen().is_empty());
    assert_eq!(front.ask(of_length(limit)).await.status(), 200, "what is as large as the limit passes");
}

/// The limit counts what comes, whatever was announced, and is known before all of it has come.
#[tokio::test]
async fn a_body_above_the_limit_is_not_read_to_its_end() {
    let server = ModelServer::echo().await;
    let front = Front::with(&[server.address], Options { max_body_bytes: 1_000, ..Options::default() }).await;
    let chunk = format!("7d0\r\n{}\r\n", "x".repeat(2_000));
    for framing in
        ["content-length: 100000000\r\n\r\n".to_owned(), format!("transfer-encoding: chunked\r\n\r\n{chunk}")]
    {
        let mut stream = TcpStream::connect(front.address).await.unwrap();
        let head = "POST /v1/completions HTTP/1.1\r\nhost: x\r\n";
        stream.write_all(format!("{head}{framing}").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        within("a refusal", stream.read_to_end(&mut answer)).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.ends_with("request body is larger than 1000 bytes"), "{answer}");
    }
}
