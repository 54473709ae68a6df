use std::time::Duration;

use kube::runtime::watcher::Event;
use serde_json::{Value, json};

use super::*;
use crate::kubernetes::collection::Collection;

fn source(endpoints: EndpointSource) -> PoolSource {
    PoolSource {
        namespace: "llm-d".to_owned(),
        name: "pool".to_owned(),
        endpoints,
        metrics_port: None,
        retry_missing: Duration::ZERO,
    }
}

fn pool(app: &str, ports: &[u16]) -> Value {
    let ports: Vec<_> = ports.iter().map(|port| json!({"number": port})).collect();
    json!({
        "metadata": {"name": "pool"},
        "spec": {"selector": {"matchLabels": {"app": app}}, "targetPorts": ports},
    })
}

fn pod(name: &str, app: &str) -> Value {
    json!({
        "metadata": {"name": name, "namespace": "llm-d", "labels": {"app": app}},
        "spec": {},
        "status": {"podIP": "10.0.0.1", "conditions": [{"type": "Ready", "status": "True"}]},
    })
}

fn list<K: kube::ResourceExt + serde::de::DeserializeOwned>(part: &mut Collection<K>, objects: Vec<Value>) {
    part.apply(Event::Init);
    for object in objects {
        part.apply(Event::InitApply(serde_json::from_value(object).unwrap()));
    }
    part.apply(Event::InitDone);
}

/// What the datastore holds: whether it is synced, and the endpoints.
fn state(datastore: &Datastore) -> (bool, Vec<String>) {
    let snapshot = datastore.snapshot();
    let endpoint = |one: &std::sync::Arc<crate::model::Endpoint>| {
        format!("{} {}", one.spec.name, one.spec.address.port())
    };
    (snapshot.synced, snapshot.endpoints.iter().map(endpoint).collect())
}

fn expected(is_synced: bool, endpoints: &[&str]) -> (bool, Vec<String>) {
    (is_synced, endpoints.iter().map(|&one| one.to_owned()).collect())
}

#[test]
fn a_pool_comes_changes_and_goes() {
    let source = source(EndpointSource::Pool(PoolGroup::V1));
    let (datastore, wanted) = (Datastore::default(), watch::Sender::new(None::<Selector>));
    let wanted_now = || wanted.borrow().as_ref().map(Selector::to_string);
    let mut publisher = Publisher::new(&source, &datastore, &wanted);
    let mut view = View::default();

    list(&mut view.pool, vec![pool("model", &[8000])]);
    publisher.publish(&view);
    assert_eq!(wanted_now().as_deref(), Some("app=model"));
    assert_eq!(state(&datastore), expected(false, &[]), "the pods are not listed yet");

    list(&mut view.pods, vec![pod("a", "model"), pod("b", "model")]);
    publisher.publish(&view);
    assert_eq!(state(&datastore), expected(true, &["a-rank-0 8000", "b-rank-0 8000"]));

    list(&mut view.pool, vec![pool("model", &[9000, 9001])]);
    publisher.publish(&view);
    let ranks = ["a-rank-0 9000", "a-rank-1 9001", "b-rank-0 9000", "b-rank-1 9001"];
    assert_eq!(state(&datastore), expected(true, &ranks), "ports change at once");

    list(&mut view.pool, vec![json!({"metadata": {"name": "pool"}, "spec": {}})]);
    publisher.publish(&view);
    assert_eq!(state(&datastore), expected(true, &ranks), "a pool that cannot be read changes nothing");

    list(&mut view.pool, vec![pool("other", &[9000])]);
    publisher.publish(&view);
    assert_eq!(wanted_now().as_deref(), Some("app=other"));
    assert_eq!(state(&datastore), expected(true, &[]), "pods that do not match are dropped at once");

    list(&mut view.pods, vec![pod("c", "other")]);
    publisher.publish(&view);
    assert_eq!(state(&datastore), expected(true, &["c-rank-0 9000"]));

    let mut leaving = pool("other", &[9000]);
    leaving["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    list(&mut view.pool, vec![leaving]);
    publisher.publish(&view);
    assert_eq!(state(&datastore), expected(false, &[]));
    assert_eq!(wanted_now(), None);
}

#[test]
fn without_a_pool_the_selectors_pods_are_endpoints() {
    let selector: Selector = "app in (model, other)".parse().unwrap();
    let source = source(EndpointSource::Selector { selector: selector.clone(), target_ports: vec![8000] });
    let (datastore, wanted) = (Datastore::default(), watch::Sender::new(None::<Selector>));
    let mut publisher = Publisher::new(&source, &datastore, &wanted);
    assert_eq!(*wanted.borrow(), Some(selector));
    let mut view = View::default();
    list(&mut view.pods, vec![pod("a", "other")]);
    publisher.publish(&view);
    assert_eq!(state(&datastore), expected(true, &["a-rank-0 8000"]));
}

#[test]
fn objectives_and_rewrites_are_published_when_they_change() {
    let source = source(EndpointSource::Pool(PoolGroup::V1));
    let (datastore, wanted) = (Datastore::default(), watch::Sender::new(None::<Selector>));
    let mut publisher = Publisher::new(&source, &datastore, &wanted);
    let mut view = View::default();
    let reference = json!({"name": "pool"});
    let objective = json!({"metadata": {"name": "gold"}, "spec": {"poolRef": reference, "priority": 5}});
    list(&mut view.objectives, vec![objective]);
    let rules = json!([{"targets": [{"modelRewrite": "x"}]}]);
    list(
        &mut view.rewrites,
        vec![json!({"metadata": {"name": "one"}, "spec": {"poolRef": reference, "rules": rules}})],
    );
    publisher.publish(&view);
    assert_eq!(datastore.snapshot().objectives.get("gold"), Some(&5));
    assert_eq!(datastore.snapshot().rewrites.len(), 1);
    view.objectives.set_absent();
    view.rewrites.set_absent();
    publisher.publish(&view);
    assert!(datastore.snapshot().objectives.is_empty() && datastore.snapshot().rewrites.is_empty());
}
