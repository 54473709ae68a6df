use std::time::Duration;

use super::*;
use crate::model::MetricsSample;

/// A pod by its name, at a port that tells two specs of one name apart.
fn pod(name: &str, port: u16) -> EndpointSpec {
    let address = ([10, 0, 0, 1], port).into();
    EndpointSpec {
        namespace: "default".to_owned(),
        name: name.to_owned(),
        pod: name.to_owned(),
        address,
        metrics_address: address,
        labels: BTreeMap::new(),
    }
}

fn pods(names: &[&str]) -> Vec<EndpointSpec> {
    names.iter().map(|name| pod(name, 8000)).collect()
}

fn holding(names: &[&str]) -> Datastore {
    let datastore = Datastore::default();
    datastore.set_endpoints(pods(names));
    datastore
}

fn slots(datastore: &Datastore) -> Vec<(String, u32)> {
    let snapshot = datastore.snapshot();
    snapshot.endpoints.iter().map(|endpoint| (endpoint.spec.name.clone(), endpoint.slot.0)).collect()
}

fn slot_of(datastore: &Datastore, name: &str) -> Option<u32> {
    slots(datastore).into_iter().find(|(known, _)| known == name).map(|(_, slot)| slot)
}

#[test]
fn endpoints_stand_in_the_order_of_their_names() {
    let datastore = holding(&["c", "a"]);
    datastore.set_endpoints(pods(&["c", "b", "a"]));
    let names: Vec<_> = slots(&datastore).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn an_unchanged_spec_keeps_its_endpoint() {
    let datastore = holding(&["a", "b"]);
    let before = datastore.current();
    let sample = MetricsSample { waiting: Some(7), ..Default::default() };
    before.endpoints[1].update(sample, Duration::from_secs(1));
    datastore.set_endpoints(pods(&["b", "c"]));
    let after = datastore.current();
    assert!(Arc::ptr_eq(&before.endpoints[1], &after.endpoints[0]));
    assert_eq!(after.endpoints[0].metrics.waiting(), 7);
    assert_eq!(before.endpoints[0].spec.name, "a", "a snapshot that is held does not change");
}

#[test]
fn a_changed_spec_is_another_endpoint() {
    let datastore = holding(&["a"]);
    let before = datastore.current();
    datastore.set_endpoints(vec![pod("a", 9000)]);
    let after = datastore.current();
    assert_eq!(after.endpoints.len(), 1);
    assert_eq!(after.endpoints[0].spec.address.port(), 9000);
    assert!(!Arc::ptr_eq(&before.endpoints[0].books, &after.endpoints[0].books));
}

#[test]
fn all_are_told_of_an_endpoint_that_goes_while_nobody_else_has_its_slot() {
    let datastore = Arc::new(holding(&["a", "b", "c"]));
    let freed = slot_of(&datastore, "b");
    let told = Arc::new(Mutex::new(Vec::new()));
    for listener in 0..2 {
        let (seen_by, told) = (Arc::downgrade(&datastore), Arc::clone(&told));
        datastore.on_removed(move |gone| {
            let datastore = seen_by.upgrade().unwrap();
            let holders = slots(&datastore).into_iter().filter(|(_, slot)| *slot == gone.slot.0);
            let holders: Vec<_> = holders.map(|(name, _)| name).collect();
            told.lock().unwrap().push((listener, gone.spec.name.clone(), holders));
        });
    }
    datastore.set_endpoints(pods(&["a", "c", "d", "e"]));
    let in_place = || vec!["b".to_owned()];
    assert_eq!(
        *told.lock().unwrap(),
        [(0, "b".to_owned(), in_place()), (1, "b".to_owned(), in_place())],
        "each listener once, while nobody else has the slot"
    );
    told.lock().unwrap().clear();
    datastore.set_endpoints(pods(&["a", "c", "d", "e", "f"]));
    assert_eq!(told.lock().unwrap().len(), 2, "and again, as somebody may have written since");
    assert_eq!(slot_of(&datastore, "f"), freed);
    let mut given: Vec<_> = slots(&datastore).into_iter().map(|(_, slot)| slot).collect();
    given.sort_unstable();
    assert_eq!(given, [0, 1, 2, 3, 4], "dense, and no two alike");
}

#[test]
fn a_slot_is_not_given_again_while_a_decision_may_write_under_it() {
    let datastore = holding(&["a"]);
    let under_way = datastore.current();
    datastore.set_endpoints(pods(&["b"]));
    datastore.set_endpoints(pods(&["b", "c"]));
    let freed = under_way.endpoints[0].slot.0;
    assert!(slots(&datastore).iter().all(|(_, slot)| *slot != freed));
    drop(under_way);
    datastore.set_endpoints(pods(&["b", "c", "d"]));
    assert_eq!(slot_of(&datastore, "d"), Some(freed));
}

#[test]
fn the_generation_counts_changes_of_endpoints_alone() {
    let datastore = holding(&["a", "b"]);
    let mut generations = datastore.subscribe();
    let first = *generations.borrow_and_update();
    assert_eq!(datastore.snapshot().generation, first);

    datastore.set_endpoints(pods(&["b", "a"]));
    datastore.set_synced(true);
    datastore.set_objectives([("high".into(), 5)].into());
    datastore.set_rewrites(Vec::new());
    assert!(!generations.has_changed().unwrap());
    assert_eq!(datastore.snapshot().generation, first);

    datastore.set_endpoints(pods(&["a"]));
    assert!(generations.has_changed().unwrap());
    assert_eq!(*generations.borrow_and_update(), first + 1);
    let snapshot = datastore.current();
    assert_eq!(snapshot.generation, first + 1);
    assert!(snapshot.synced, "what else is known stays");
    assert_eq!(snapshot.objectives.get("high"), Some(&5));
}
