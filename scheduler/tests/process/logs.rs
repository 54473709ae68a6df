//! What it writes to standard error.

use serde_json::Value;

use crate::clients::model_server;
use crate::place::Place;

#[tokio::test]
async fn lines_of_json_have_upstreams_keys_and_no_secrets() {
    let server = model_server(|| ([("set-cookie", "kept-by-the-client")], "answer")).await;
    let flags = ["--zap-encoder=json", "--v=5", "--secure-serving=false", "--drain-timeout=1ms"];
    let process = Place::new(&[server]).start(&flags).until_serving().await;
    let secrets = [
        ("authorization", "Bearer the-clients-key"),
        ("cookie", "session-of-the-client"),
        ("x-request-id", "request-7"),
    ];
    assert_eq!(process.complete(&secrets).await.status(), 200);
    assert_eq!(process.destination().await, server.to_string());
    process.page("/metrics").await;
    process.signal("TERM");
    let text = process.ends(0, &["request-7"]);
    for secret in ["the-clients-key", "session-of-the-client", "kept-by-the-client", "\"Hello\""] {
        assert!(!text.contains(secret), "{secret} is in the logs");
    }
    let mut messages = Vec::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).take(5).collect();
        assert_eq!(keys, ["level", "ts", "logger", "caller", "msg"], "{line}");
        messages.push(line["msg"].as_str().unwrap().to_owned());
    }
    for message in ["serving", "draining", "ended"] {
        assert!(messages.iter().any(|known| known == message), "no line says {message:?}");
    }
}

#[tokio::test]
async fn by_default_a_request_leaves_no_line() {
    let server = model_server(|| "answer").await;
    let process = Place::new(&[server]).start(&["--drain-timeout=1ms"]).until_serving().await;
    let before = process.stderr();
    assert_eq!(process.complete(&[("x-request-id", "request-7")]).await.status(), 200);
    process.signal("TERM");
    let text = process.ends(0, &["serving"]);
    assert!(!before.is_empty() && !text.contains("request-7"), "{text}");
    assert!(!text.contains('\u{1b}'), "colours in a file");
}
