//! Headers and connections.

use bytes::Bytes;
use http::{HeaderValue, Method};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::front::{Front, bare, completion, header};
use crate::model_server::{ModelServer, Seen};
use crate::patience::within;

#[tokio::test]
async fn the_client_learns_who_served() {
    let server = ModelServer::start(|_: Seen| ([("x-gateway-destination-endpoint", "9.9.9.9:9")], "")).await;
    let front = Front::of(&[server.address]).await;
    let answer = front.ask(completion("Hello")).await;
    assert_eq!(header(&answer, "x-gateway-destination-endpoint-served"), server.address.to_string());
    assert_eq!(header(&answer, "x-went-into-resp-headers"), "true", "as behind a gateway");
    assert_eq!(header(&answer, "x-gateway-destination-endpoint"), "", "that is for proxies");
}

#[tokio::test]
async fn a_request_id_is_kept_or_made_up() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    let mut request = completion("Hello");
    request.headers_mut().insert("x-request-id", HeaderValue::from_static("mine"));
    front.ask(request).await;
    front.ask(completion("Hello")).await;
    let seen = server.seen();
    assert_eq!(seen[0].header("x-request-id"), "mine");
    assert_eq!(seen[1].header("x-request-id").len(), 36, "a UUID");
}

#[tokio::test]
async fn a_client_has_no_say_in_where_it_goes() {
    let (server, other) = (ModelServer::echo().await, ModelServer::echo().await);
    let front = Front::of(&[server.address, other.address]).await;
    let mut request = completion("Hello");
    let wish = HeaderValue::from_str(&other.address.to_string()).unwrap();
    let sidecar = ["x-prefiller-host-port", "x-data-parallel-host-port", "x-encoder-hosts-ports"];
    for name in sidecar {
        request.headers_mut().insert(name, wish.clone());
    }
    request.headers_mut().insert("x-gateway-destination-endpoint", wish);
    front.ask(request).await;
    let said = server.only();
    for name in sidecar {
        assert!(!said.headers.contains_key(name), "{name}");
    }
    let list = format!("{},{}", server.address, other.address);
    assert_eq!(said.headers.get_all("x-gateway-destination-endpoint").iter().count(), 1);
    assert_eq!(said.header("x-gateway-destination-endpoint"), list);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn what_belongs_to_a_connection_stays_on_it() {
    let server = ModelServer::start(|_: Seen| {
        let own = [("connection", "x-secret-hop"), ("x-secret-hop", "1"), ("keep-alive", "timeout=5")];
        (own, [("x-kept", "yes"), ("set-cookie", "a=1")], "answer")
    })
    .await;
    let front = Front::of(&[server.address]).await;
    let mut request = completion("Hello");
    for (name, value) in [
        ("connection", "x-hop, keep-alive"),
        ("x-hop", "1"),
        ("keep-alive", "timeout=5"),
        ("te", "trailers"),
        ("proxy-authorization", "Basic eDp5"),
        ("proxy-connection", "keep-alive"),
        ("upgrade", "h2c"),
        ("authorization", "Bearer key"),
        ("x-kept", "yes"),
    ] {
        request.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let answer = front.ask(request).await;
    let seen = server.only();
    for gone in
        ["connection", "x-hop", "keep-alive", "te", "proxy-authorization", "proxy-connection", "upgrade"]
    {
        assert!(!seen.headers.contains_key(gone), "{gone} was sent on");
    }
    assert_eq!((seen.header("authorization"), seen.header("x-kept")), ("Bearer key", "yes"));
    for gone in ["x-secret-hop", "keep-alive"] {
        assert_eq!(header(&answer, gone), "", "{gone} was sent back");
    }
    assert_eq!((header(&answer, "x-kept"), header(&answer, "set-cookie")), ("yes", "a=1"));
}

#[tokio::test]
async fn headers_that_come_twice_stay_two() {
    let server = ModelServer::start(|_: Seen| {
        axum::response::AppendHeaders([("set-cookie", "a=1"), ("set-cookie", "b=2")])
    })
    .await;
    let front = Front::of(&[server.address]).await;
    let mut request = completion("Hello");
    request.headers_mut().append("x-twice", HeaderValue::from_static("1"));
    request.headers_mut().append("x-twice", HeaderValue::from_static("2"));
    let answer = front.ask(request).await;
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    let seen = server.only();
    assert_eq!(seen.headers.get_all("x-twice").iter().collect::<Vec<_>>(), ["1", "2"]);
}

#[tokio::test]
async fn connections_to_model_servers_are_used_again() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    for round in 0..10 {
        let mut request = if round % 2 == 0 { completion("Hello") } else { bare(Method::GET, "/health") };
        if round % 3 == 0 {
            request.headers_mut().insert("connection", HeaderValue::from_static("close"));
        }
        assert_eq!(front.ask(request).await.status(), 200);
    }
    assert_eq!((server.seen().len(), server.connections()), (10, 1));
}

#[tokio::test]
async fn a_clients_connection_is_used_again() {
    let server = ModelServer::echo().await;
    let front = Front::of(&[server.address]).await;
    let stream = TcpStream::connect(front.address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    for _ in 0..3 {
        let mut request: http::Request<Full<Bytes>> = completion("Hello");
        request.headers_mut().insert("host", HeaderValue::from_static("models.example"));
        within("the connection", sender.ready()).await.unwrap();
        let answer = within("an answer", sender.send_request(request)).await.unwrap();
        assert!(!answer.into_body().collect().await.unwrap().to_bytes().is_empty());
    }
    assert_eq!(server.seen()[2].header("host"), "models.example");
    drop(sender);
    within("the end of the connection", connection).await.unwrap().unwrap();
}

/// A model server of HTTP/1.0, which ends its answer with the connection, does not lower the client's version.
#[tokio::test]
async fn a_model_server_may_speak_an_older_http() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let front = Front::of(&[listener.local_addr().unwrap()]).await;
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = [0; 4096];
        assert!(stream.read(&mut read).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nold words").await.unwrap();
    };
    let (answer, ()) = tokio::join!(front.ask(bare(Method::GET, "/version")), serve);
    assert_eq!(answer.version(), http::Version::HTTP_11);
    assert_eq!(answer.body(), "old words");
}
