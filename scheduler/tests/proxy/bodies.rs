//! Bodies byte for byte.

use bytes::Bytes;
use http::Method;
use http_body_util::BodyExt as _;

use crate::front::{Front, bare, completion, header, post};
use crate::model_server::{ModelServer, Seen};

#[tokio::test]
async fn bodies_of_every_size_pass_unchanged_both_ways() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    for size in [1, 2, 100, 4_096, 16_385, 62_000, 65_536, 300_000, 1 << 20] {
        let request = completion(&"a".repeat(size));
        let sent = request.body().clone().collect().await.unwrap().to_bytes();
        let answer = front.ask(request).await;
        assert_eq!(header(&answer, "content-length"), sent.len().to_string());
        assert!(answer.into_body() == sent, "{size} changed on its way back");
        let seen = server.seen().pop().unwrap();
        assert!(seen.body == sent, "{size} changed on its way there");
        assert_eq!(seen.header("content-length"), sent.len().to_string());
    }
    front.until_idle().await;
}

/// What no API claims is for any endpoint, whatever it holds.
#[tokio::test]
async fn bytes_that_are_no_text_pass_unchanged() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    for size in [0_usize, 1, 255, 65_537, 1 << 20] {
        let bytes: Vec<u8> =
            (0..size).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
        let mut request = post(bytes.clone());
        *request.uri_mut() = "/v1/files".parse().unwrap();
        assert!(front.ask(request).await.into_body() == bytes, "{size} bytes changed");
        assert!(server.seen().pop().unwrap().body == bytes, "{size} bytes changed on their way there");
    }
}

#[tokio::test]
async fn odd_spelling_and_strange_bytes_are_kept() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    let odd = "\r\n {\"unknown\" : [1e0, -0.0, null] ,\"prompt\":\"\\u00e9 é \\\"\", \"model\":\t\"m\"}\n\n";
    assert_eq!(front.ask(post(odd)).await.into_body(), odd);
}

/// As through Envoy: a request without a body is for any endpoint.
#[tokio::test]
async fn a_request_without_a_body_is_sent_on() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = front.ask(bare(method.clone(), "/v1/completions?all=1")).await;
        assert_eq!(answer.status(), 200, "{method}");
        let seen = server.seen().pop().unwrap();
        assert_eq!((seen.method, seen.target.as_str()), (method, "/v1/completions?all=1"));
        assert!(seen.body.is_empty());
    }
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let server = ModelServer::start(|_: Seen| "twelve bytes").await;
    let front = Front::of(&[server.address]).await;
    let answer = front.ask(bare(Method::HEAD, "/v1/models")).await;
    assert_eq!(header(&answer, "content-length"), "12");
    assert_eq!(answer.body(), &Bytes::new());
    assert_eq!(server.only().method, Method::HEAD);
    // The connection is still good for the next.
    assert_eq!(front.ask(bare(Method::GET, "/v1/models")).await.body(), "twelve bytes");
}

#[tokio::test]
async fn an_answer_that_is_an_error_passes_as_it_is() {
    let server = ModelServer::start(|_: Seen| (http::StatusCode::NOT_FOUND, "no such adapter")).await;
    let front = Front::of(&[server.address]).await;
    let answer = front.ask(completion("Hello")).await;
    assert_eq!((answer.status().as_u16(), &answer.body()[..]), (404, &b"no such adapter"[..]));
    assert_eq!(header(&answer, "x-gateway-destination-endpoint-served"), server.address.to_string());
}
