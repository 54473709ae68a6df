//! The model's name is changed on its way there and given back on its way here.

use axum::response::IntoResponse as _;
use http::header::CONTENT_TYPE;
use scheduler::datastore::{RewriteRule, RewriteTarget};
use serde_json::{Value, json};

use crate::front::{Front, completion, header, streamed};
use crate::model_server::{ModelServer, Seen};

fn rewrite_to(front: &Front, model: &str) {
    let target = RewriteTarget { weight: 1, model: model.into() };
    let rule = RewriteRule { object: "canary".into(), models: vec!["m".into()], targets: vec![target] };
    front.picker.datastore.set_rewrites(vec![rule]);
}

#[tokio::test]
async fn the_server_reads_one_name_and_the_client_the_other() {
    let server = ModelServer::start(|seen: Seen| {
        let asked: Value = serde_json::from_slice(&seen.body).unwrap();
        axum::Json(json!({"id": 1, "model": asked["model"], "choices": [{"text": "model"}]}))
    })
    .await;
    let front = Front::of(&[server.address]).await;
    for model in ["a-much-longer-name", "n", "é\"\\"] {
        rewrite_to(&front, model);
        let answer = front.ask(completion("the model \"m\"")).await;
        assert_eq!(answer.status(), 200);
        let seen = server.seen().pop().unwrap();
        assert_eq!(seen.header("content-length"), seen.body.len().to_string());
        let asked: Value = serde_json::from_slice(&seen.body).unwrap();
        assert_eq!(asked, json!({"model": model, "prompt": "the model \"m\""}));
        let length = header(&answer, "content-length");
        assert!(length.is_empty() || length == answer.body().len().to_string());
        let answered: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(answered, json!({"id": 1, "model": "m", "choices": [{"text": "model"}]}));
    }
    front.until_idle().await;
}

#[tokio::test]
async fn every_event_has_the_clients_name() {
    const EVENTS: [&str; 3] = [
        "data: {\"model\":\"longer-name\",\"choices\":[{\"text\":\"one\"}]}\n\n",
        "data: {\"model\":\"longer-name\",\"choices\":[{\"text\":\"two\"}]}\n\n",
        "data: [DONE]\n\n",
    ];
    let server = ModelServer::start(|_: Seen| {
        // Pieces that end in the middle of names.
        let text = EVENTS.concat().into_bytes();
        let pieces: Vec<_> = text.chunks(7).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        let body = axum::body::Body::from_stream(futures::stream::iter(pieces));
        ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
    })
    .await;
    let front = Front::of(&[server.address]).await;
    rewrite_to(&front, "longer-name");
    let answer = front.ask(streamed("Hello")).await;
    let text = String::from_utf8(answer.into_body().to_vec()).unwrap();
    assert_eq!(text, EVENTS.concat().replace("longer-name", "m"));
}
