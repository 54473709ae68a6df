//! One request: what came back, when, and what went wrong.

use std::time::{Duration, Instant};

use http::{HeaderMap, StatusCode};
use llmd_bench::client::{Body, Client, Event, Options, Request, Streamed, Url, Usage};
use llmd_bench::sample::FailureKind;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::scripted::{
    DONE, END, STREAM, Scripted, Step, answer, chunk, event, say, text_event, usage_event, whole,
};

fn request(url: &Url) -> Request {
    let body = Body::from(&json!({"prompt": "Hello", "max_tokens": 2}));
    Request { url: url.join("/v1/completions").unwrap(), headers: HeaderMap::new(), body, timeout: None }
}

/// What came, and the texts with the moments at which they were read.
async fn listen(client: &Client, url: &Url) -> (Streamed, Vec<(String, Instant)>) {
    let mut texts = Vec::new();
    let streamed = client
        .stream(&request(url), |event| {
            if let Event::Delta { at, delta } = event {
                texts.extend(delta.content.map(|text| (text.unescaped().into_owned(), at)));
            }
        })
        .await;
    (streamed, texts)
}

async fn stream(url: &Url) -> Streamed {
    listen(&Client::new(Options::default()), url).await.0
}

#[tokio::test]
async fn a_stream_is_told_part_by_part() {
    let gate = CancellationToken::new();
    let wait = gate.clone();
    let server = Scripted::start(move |_, _| {
        let events = [text_event("d"), text_event("é"), usage_event(5, 2), DONE.to_owned()].concat();
        // Cut within the é, and then all the rest at once.
        let (before, after) = events.as_bytes().split_at(events.find('é').unwrap() + 1);
        let chunk = |piece: &[u8]| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        vec![
            say([STREAM.as_bytes(), &chunk(before)].concat()),
            Step::Await(wait.clone()),
            say([&chunk(after), END.as_bytes()].concat()),
        ]
    })
    .await;
    let mut seen = Vec::new();
    let streamed = Client::new(Options::default())
        .stream(&request(&server.url), |event| match event {
            Event::Head { status, at, .. } => seen.push((status.to_string(), at)),
            Event::Delta { at, delta } => {
                seen.push((delta.content.map(|text| text.unescaped().into_owned()).unwrap_or_default(), at));
                gate.cancel();
            }
        })
        .await;
    assert_eq!(streamed.failure, None);
    let words: Vec<&str> = seen.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(words, ["200 OK", "d", "é", ""]);
    assert!(seen[1].1 < seen[2].1, "the gate is between them");
    assert_eq!(seen[2].1, seen[3].1, "what is read at once has one moment");
    assert_eq!((streamed.events, streamed.finish.as_deref()), (2, None));
    assert_eq!(streamed.usage, Some(Usage { prompt_tokens: 5, output_tokens: 2, cached_tokens: None }));
    let moments = streamed.moments;
    assert_eq!((moments.first_event, moments.first_token), (Some(seen[1].1), Some(seen[1].1)));
    assert_eq!(moments.last_token, Some(seen[2].1));
    assert!(moments.sent <= seen[0].1 && seen[3].1 <= moments.closed);
}

#[tokio::test]
async fn an_answer_in_one_piece_has_text_and_usage_but_no_first_token() {
    let server = Scripted::start(|_, _| {
        let usage = json!({"prompt_tokens": 4, "completion_tokens": 2,
            "prompt_tokens_details": {"cached_tokens": 3}});
        let message = json!({"message": {"content": "two words"}, "finish_reason": "stop"});
        vec![say(whole("200 OK", &json!({"choices": [message], "usage": usage})))]
    })
    .await;
    let (streamed, texts) = listen(&Client::new(Options::default()), &server.url).await;
    assert_eq!(streamed.failure, None);
    assert_eq!((texts[0].0.as_str(), streamed.finish.as_deref()), ("two words", Some("stop")));
    assert_eq!(streamed.usage.unwrap().cached_tokens, Some(3));
    let moments = streamed.moments;
    assert_eq!((moments.first_event, moments.first_token, streamed.events), (None, None, 0));
    assert_eq!(moments.last_token, Some(texts[0].1));
}

#[tokio::test]
async fn each_failure_has_its_kind() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let text = text_event("a");
    let refusal = json!({"error": {"message": "not\nnow", "code": 503}});
    let finish = event(&json!({"choices": [{"text": "a", "finish_reason": "stop"}]}));
    let broken = event(&json!({"error": {"message": "engine died"}}));
    let nothing = event(&json!({"choices": [{"text": "", "finish_reason": "stop"}]}));
    let long = "x".repeat(1000);
    let cases = [
        (whole("503 Service Unavailable", &refusal), Some((FailureKind::Http(503), "not now"))),
        (
            whole("404 Not Found", &json!({"detail": "Not Found"})),
            Some((FailureKind::Http(404), "Not Found")),
        ),
        (whole("201 Created", &json!({})), Some((FailureKind::Http(201), "{}"))),
        ([head, &text, &broken].concat(), Some((FailureKind::InStreamError, "engine died"))),
        (whole("200 OK", &refusal), Some((FailureKind::InStreamError, "not now"))),
        ([head, &text].concat(), Some((FailureKind::Truncated, "without [DONE]"))),
        ([head, &text, "data: {\"choices\": [{\"te"].concat(), Some((FailureKind::Truncated, ""))),
        ([STREAM, &chunk(&text), "5\r\nda"].concat(), Some((FailureKind::Truncated, ""))),
        (String::new(), Some((FailureKind::Truncated, ""))),
        ([head, &finish].concat(), None),
        ([head, &text, DONE].concat(), None),
        ([STREAM, &chunk(&[&text, DONE].concat())].concat(), None),
        ([head, &nothing, DONE].concat(), Some((FailureKind::Empty, ""))),
        ([head, DONE].concat(), Some((FailureKind::Empty, ""))),
        (whole("200 OK", &json!({"choices": []})), Some((FailureKind::Empty, ""))),
        ([head, "data: {\"choices\": [}\n\n"].concat(), Some((FailureKind::Malformed, "choices"))),
        ([head, "data: ", &long, "\n\n"].concat(), Some((FailureKind::Malformed, "xxx"))),
        ("SSH-2.0-OpenSSH\r\n\r\n".to_owned(), Some((FailureKind::Malformed, ""))),
        (whole("200 OK", &json!("text")), Some((FailureKind::Malformed, "text"))),
    ];
    for (said, expected) in cases {
        let (saying, shown) = (said.clone(), said.chars().take(200).collect::<String>());
        let server = Scripted::start(move |_, _| vec![say(saying.as_str()), Step::Close]).await;
        let failure = stream(&server.url).await.failure;
        assert_eq!(
            failure.as_ref().map(|failure| failure.kind),
            expected.map(|(kind, _)| kind),
            "{shown:?} {failure:?}"
        );
        if let (Some(failure), Some((_, detail))) = (failure, expected) {
            assert!(failure.detail.contains(detail), "{shown:?}: {}", failure.detail);
            assert!(failure.detail.chars().count() <= 201, "{}", failure.detail);
        }
    }
}

#[tokio::test]
async fn connections_fail_with_the_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failure = stream(&format!("http://{address}").parse().unwrap()).await.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::Connect);
    assert!(
        failure.detail.contains("refused") && failure.detail.contains(&address.to_string()),
        "{failure:?}"
    );
    // One that speaks no TLS.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let secure = format!("https://{}", plain.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        // Open until the other side is gone.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    assert_eq!(stream(&secure).await.failure.unwrap().kind, FailureKind::Tls);
}

#[tokio::test]
async fn time_runs_out_and_what_came_before_is_told() {
    let server = Scripted::start(|_, _| {
        vec![say([STREAM, &chunk(&text_event("a"))].concat()), Step::Await(CancellationToken::new())]
    })
    .await;
    let client = Client::new(Options::default());
    let limited = Request { timeout: Some(Duration::from_millis(200)), ..request(&server.url) };
    let streamed = client.stream(&limited, |_| ()).await;
    assert_eq!(streamed.failure.unwrap().kind, FailureKind::Timeout);
    assert_eq!((streamed.status, streamed.events), (Some(StatusCode::OK), 1));
    // The same when it is cut by hand, at the first event.
    let (cut, request) = (CancellationToken::new(), request(&server.url));
    let streamed = client.stream_until(&request, cut.cancelled(), |_| cut.cancel()).await;
    assert_eq!(streamed.failure.unwrap().kind, FailureKind::Cancelled);
    assert_eq!(streamed.status, Some(StatusCode::OK));
}

#[tokio::test]
async fn a_connection_is_used_again_unless_it_was_closed() {
    let server = Scripted::start(|number, body| {
        let mut steps = answer(body, "a");
        if number == 1 {
            steps.push(Step::Close);
        }
        steps
    })
    .await;
    let client = Client::new(Options::default());
    for (request, connections) in [(0, 1), (1, 1), (2, 2), (3, 2)] {
        let (streamed, _) = listen(&client, &server.url).await;
        assert_eq!(streamed.failure, None, "request {request}");
        assert_eq!(server.seen.lock().unwrap().connections, connections, "request {request}");
        // The server's side closes, and this one is told.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
    // Many at once have a connection each.
    let many = futures::future::join_all((0..20).map(|_| listen(&client, &server.url))).await;
    assert!(many.iter().all(|(streamed, _)| streamed.failure.is_none()));
    assert!(server.seen.lock().unwrap().connections > 2);
}

#[tokio::test]
async fn whole_answers_are_given_whatever_their_status() {
    let server = Scripted::start(|number, _| match number {
        0 => vec![say(whole("418 I'm a teapot", &json!("no")))],
        _ => vec![Step::Close],
    })
    .await;
    let client = Client::new(Options::default());
    let headers = HeaderMap::from_iter([("x-mine".parse().unwrap(), "yes".parse().unwrap())]);
    let url = server.url.join("/pot?of=tea").unwrap();
    let answer = client.post_json(&url, headers, &json!({"a": 1})).await.unwrap();
    assert_eq!((answer.status.as_u16(), &*answer.text()), (418, "\"no\""));
    let (head, body) = server.seen.lock().unwrap().requests[0].clone();
    assert_eq!(body, json!({"a": 1}));
    for line in
        ["post /pot?of=tea http/1.1", "x-mine: yes", "content-type: application/json", "content-length: 7"]
    {
        assert!(head.lines().any(|other| other == line), "{line} in {head}");
    }
    assert!(head.contains(&format!("host: {}", server.url.authority())), "{head}");
    assert_eq!(client.get(&url, HeaderMap::new()).await.unwrap_err().kind, FailureKind::Truncated);
}
