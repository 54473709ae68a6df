//! Endpoints that do not take the connection, or take it and break it.

use std::net::{Ipv4Addr, SocketAddr};

use http::{HeaderValue, StatusCode};
use test_support::free_port;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::front::{Front, completion, header, streamed};
use crate::model_server::{ModelServer, Seen, gated};
use crate::patience::within;

/// An address where nobody listens.
fn nobody() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}

#[tokio::test]
async fn the_next_endpoint_gets_what_the_first_refuses() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[nobody(), server.address]).await;
    let prompt = "word ".repeat(20_000);
    let answer = front.ask(completion(&prompt)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "x-gateway-destination-endpoint-served"), server.address.to_string());
    assert_eq!(server.only().body, answer.into_body(), "all of the body was sent again");
    front.until_idle().await;
}

/// The list has two endpoints; the proxy knows who would have been next.
#[tokio::test]
async fn behind_the_list_stand_spare_ones() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[nobody(), nobody(), server.address]).await;
    let answer = front.ask(completion("Hello")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "x-gateway-destination-endpoint-served"), server.address.to_string());
    let failures = |index: usize| front.endpoint(index).trouble.in_a_row();
    assert_eq!([failures(0), failures(1), failures(2)], [1, 1, 0]);
    front.until_idle().await;
}

#[tokio::test]
async fn an_endpoint_that_answers_5xx_is_in_trouble_until_it_answers_well() {
    let server = ModelServer::start(|seen: Seen| {
        let is_ill = seen.headers.contains_key("x-fail");
        if is_ill { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
    })
    .await;
    let front = Front::of(&[server.address]).await;
    for (fails, in_a_row) in [(true, 1), (true, 2), (false, 0)] {
        let mut request = completion("Hello");
        if fails {
            request.headers_mut().insert("x-fail", HeaderValue::from_static("1"));
        }
        front.ask(request).await;
        assert_eq!(front.endpoint(0).trouble.in_a_row(), in_a_row);
    }
}

#[tokio::test]
async fn the_books_follow_to_where_the_request_went() {
    let (steps, reply) = gated();
    let server = ModelServer::start(reply).await;
    let front = Front::of(&[nobody(), server.address]).await;
    let answer = front.send(streamed("Hello")).await;
    let in_flight = |index: usize| front.endpoint(index).books.in_flight();
    assert_eq!((in_flight(0), in_flight(1)), (0, 1));
    drop((steps, answer));
    front.until_idle().await;
}

#[tokio::test]
async fn when_all_refuse_the_client_reads_who() {
    let (first, second) = (nobody(), nobody());
    let front = Front::of(&[first, second]).await;
    let answer = front.ask(completion("Hello")).await;
    assert_eq!(answer.status(), 502);
    let text = String::from_utf8(answer.into_body().to_vec()).unwrap();
    assert!(text.starts_with("inference error: BadGateway - "), "{text}");
    assert!(text.contains(&second.to_string()), "{text}");
    assert_eq!(front.errors("BadGateway"), 1);
    front.until_idle().await;
}

/// A model server may have begun its work when the connection breaks: the request is not sent a second time.
#[tokio::test]
async fn what_was_sent_is_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (first, second) = (listener.local_addr().unwrap(), ModelServer::echo().await);
    let front = Front::of(&[first, second.address]).await;
    let take_and_close = async {
        let (mut stream, _) = within("a connection", listener.accept()).await.unwrap();
        let mut read = [0; 16];
        assert!(stream.read(&mut read).await.unwrap() > 0);
    };
    let (answer, ()) = tokio::join!(front.ask(completion("Hello")), take_and_close);
    assert_eq!(answer.status(), 502);
    let text = String::from_utf8(answer.into_body().to_vec()).unwrap();
    assert!(text.contains(&first.to_string()), "{text}");
    assert!(second.seen().is_empty());
    front.until_idle().await;
}

/// A kept connection that the model server has closed meanwhile is no failure.
#[tokio::test]
async fn a_kept_connection_that_is_gone_is_opened_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let front = Front::of(&[listener.local_addr().unwrap()]).await;
    let serve = async {
        for _ in 0..3 {
            let (mut stream, _) = within("a connection", listener.accept()).await.unwrap();
            let mut read = [0; 4096];
            assert!(stream.read(&mut read).await.unwrap() > 0);
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
            tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await.unwrap();
        }
    };
    let ask = async {
        for _ in 0..3 {
            let answer = front.ask(completion("Hello")).await;
            assert_eq!(answer.status(), 200, "{:?}", answer.body());
        }
    };
    tokio::join!(serve, ask);
}
