use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt as _;
use serde_json::json;
use tokio::net::TcpListener;

use super::*;

/// Follows a collection at an API server whose answers are these, one by one: lists of one object, and refusals. Gives
/// the objects that were told of in complete lists, until it returned at the last answer.
async fn followed(answers: &'static [Result<&'static str, u16>]) -> Vec<String> {
    let asked = Arc::new(AtomicUsize::new(0));
    let answer = {
        let asked = Arc::clone(&asked);
        async move || match answers[asked.fetch_add(1, Relaxed)] {
            Ok(name) => {
                let items = json!([{"metadata": {"name": name}}]);
                let list = json!({"metadata": {"resourceVersion": "1"}, "items": items});
                (StatusCode::OK, list.to_string())
            }
            Err(code) => (StatusCode::from_u16(code).unwrap(), String::new()),
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
    let client: kube::Client = kube::Config::new(server.parse().unwrap()).try_into().unwrap();
    let told = Mutex::new((Vec::new(), Vec::new()));
    follow(&Api::<ConfigMap>::namespaced(client, "llm-d"), watcher::Config::default(), |event| {
        let (listing, complete) = &mut *told.lock().unwrap();
        match event {
            Event::InitApply(object) => listing.push(object.name_any()),
            Event::InitDone => complete.append(listing),
            _ => {}
        }
    })
    .await;
    assert_eq!(asked.load(Relaxed), answers.len(), "it returned at the last answer");
    told.into_inner().unwrap().1
}

/// Lists and watches are asked for in turn: a watch that is refused is followed by a list.
#[tokio::test]
async fn what_was_listed_once_is_not_given_up_when_it_is_forbidden() {
    let answers = &[Ok("before"), Err(403), Err(403), Err(500), Ok("after"), Err(410), Err(404)];
    assert_eq!(followed(answers).await, ["before", "after"]);
}

#[tokio::test]
async fn what_may_not_be_read_at_the_start_is_not_followed() {
    assert!(followed(&[Err(500), Err(403)]).await.is_empty());
    assert!(followed(&[Err(404)]).await.is_empty());
}
