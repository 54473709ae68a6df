//! Plans against simulated replicas.

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderValue};
use llmd_bench::client::{Client, Options, Url};
use llmd_bench::scenario::Api;
use serde_json::json;
use simulator::args;
use simulator::server;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::plans::{OUTPUT, closed, plan, run, settings};

/// A replica that says its name, a thousand times as fast as its profile.
async fn replica(name: &'static str) -> (String, Url) {
    let program = ["simulator", "--model", "base", "--time-scale", "0.001"].map(str::to_owned);
    let mut settings = args::parse(program).unwrap().flags.settings().unwrap();
    settings.headers = HeaderMap::from_iter([
        ("x-inference-pod".parse().unwrap(), HeaderValue::from_static(name)),
        ("x-inference-port".parse().unwrap(), HeaderValue::from_static("8000")),
    ]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(server::run(listener, settings, CancellationToken::new()));
    (name.to_owned(), url)
}

#[tokio::test]
async fn what_replicas_count_is_what_samples_say() {
    let (one, two) = (replica("one").await, replica("two").await);
    for (api, streaming) in
        [(Api::Completions, true), (Api::Chat, true), (Api::Completions, false), (Api::Chat, false)]
    {
        let mut plan = plan(vec![closed(3, 12), closed(3, 12)]);
        plan.scenario.request.api = api;
        plan.scenario.request.streaming = streaming;
        let mut settings = settings(&[&one.1, &two.1]);
        settings.replicas = vec![two.clone(), one.clone()];
        settings.reset_caches = true;
        let run = run(&plan, &settings).await;
        assert_eq!(run.target.replicas, ["one", "two"]);
        assert!(run.target.is_cold && run.target.is_simulated && !run.is_partial);
        for stage in &run.stages {
            assert_eq!(stage.samples.len(), 12);
            for (name, counted) in run.target.replicas.iter().zip(&stage.replicas) {
                let mine: Vec<_> =
                    stage.samples.iter().filter(|sample| sample.replica.as_deref() == Some(name)).collect();
                assert_eq!(mine.len(), 6, "{name}");
                assert!(mine.iter().all(|sample| sample.failure.is_none()), "{mine:?}");
                assert!(mine.iter().all(|sample| sample.output_tokens == OUTPUT));
                let prompt: u32 = mine.iter().map(|sample| sample.prompt_tokens).sum();
                let cached: u32 = mine.iter().map(|sample| sample.cached_tokens.unwrap()).sum();
                assert_eq!((counted.prompt_tokens, counted.cached_tokens), (prompt.into(), cached.into()));
                assert!(!counted.points.is_empty());
            }
        }
        let cached_at_first = |stage: usize| {
            let first = run.stages[stage].samples.iter().filter(|sample| sample.request == 0);
            first.map(|sample| sample.cached_tokens.unwrap()).sum::<u32>()
        };
        assert_eq!(cached_at_first(0), 0, "the caches were emptied");
        assert!(cached_at_first(1) > 0);
        let streamed: BTreeSet<bool> =
            run.stages[0].samples.iter().map(|sample| sample.times.first_token.is_some()).collect();
        assert_eq!(streamed, BTreeSet::from([streaming]));
        assert_eq!(run.stages[0].gaps.is_empty(), !streaming);
    }
}

#[tokio::test]
async fn names_come_from_answers_when_nobody_gives_them() {
    let (one, two) = (replica("one").await, replica("two").await);
    let run = run(&plan(vec![closed(2, 6)]), &settings(&[&one.1, &two.1])).await;
    assert_eq!(run.target.replicas, ["one", "two"]);
    assert!(run.stages[0].replicas.is_empty() && !run.target.is_cold);
}

#[tokio::test]
async fn replicas_that_cannot_be_read_do_not_hinder() {
    let (_, url) = replica("one").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let mut settings = settings(&[&url]);
    settings.replicas = vec![("gone".to_owned(), nobody)];
    settings.reset_caches = true;
    let run = run(&plan(vec![closed(2, 6)]), &settings).await;
    assert!(run.stages[0].samples.iter().all(|sample| sample.failure.is_none()));
    assert!(!run.target.is_cold);
    assert_eq!((run.stages[0].replicas.len(), run.stages[0].replicas[0].points.len()), (1, 0));
    // The replica is there all the same.
    let client = Client::new(Options::default());
    let models = client.get(&url.join("/v1/models").unwrap(), HeaderMap::new()).await.unwrap();
    let models: serde_json::Value = serde_json::from_slice(&models.body).unwrap();
    assert_eq!(models["data"][0]["id"], json!("base"));
}
