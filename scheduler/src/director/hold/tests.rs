use std::pin::{Pin, pin};

use bytes::Bytes;
use futures::poll;
use smallvec::SmallVec;

use super::*;
use crate::director::{Exchange, Incoming};
use crate::model::{EndpointSpec, Subset};
use crate::picker::{Options, Picker};

/// A picker of these endpoints, each with this policy.
fn picker(names: &[&str], parameters: &str) -> Picker {
    let text = format!(
        "apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: expected-latency-scorer
  parameters: {parameters}
schedulingProfiles:
- name: default
  plugins:
  - pluginRef: expected-latency-scorer
"
    );
    let picker = Picker::new(&llmd_api::load(&text, "test").unwrap().config, &Options::default()).unwrap();
    set_endpoints(&picker, names);
    picker
}

fn set_endpoints(picker: &Picker, names: &[&str]) {
    let spec = |name: &&str| {
        let address = format!("127.0.0.{}:8000", name.len()).parse().unwrap();
        EndpointSpec {
            namespace: "default".to_owned(),
            name: (*name).to_owned(),
            pod: (*name).to_owned(),
            address,
            metrics_address: address,
            labels: std::collections::BTreeMap::new(),
        }
    };
    picker.datastore.set_endpoints(names.iter().map(spec).collect());
}

/// Routes a streamed request with a prompt of that many bytes.
async fn route(picker: &Picker, bytes: usize) -> Result<Exchange, Reject> {
    route_among(picker, bytes, None).await
}

/// The same where the proxy allows these addresses only.
async fn route_among(picker: &Picker, bytes: usize, subset: Option<Subset>) -> Result<Exchange, Reject> {
    let mut incoming = Incoming { subset, ..Incoming::default() };
    incoming.headers.set(":path", Bytes::from_static(b"/v1/completions"));
    let prompt = "word ".repeat(bytes / 5);
    incoming.body.push(format!(r#"{{"model":"m","stream":true,"prompt":"{prompt}"}}"#).into());
    picker.director.route(incoming).await
}

/// A prompt that keeps an engine busy for more than a second.
const LONG: usize = 400_000;

async fn busy(picker: &Picker) -> Exchange {
    let mut route = pin!(route(picker, LONG));
    let std::task::Poll::Ready(exchange) = poll!(&mut route) else { panic!("an idle endpoint takes it") };
    exchange.unwrap()
}

fn waiting(picker: &Picker) -> usize {
    picker.director.hold.length.load(Relaxed)
}

/// Whether the request still waits.
async fn is_held<F: Future>(route: &mut Pin<&mut F>) -> bool {
    poll!(route).is_pending()
}

/// What a route gives that has been told of its turn. One that nobody told would only look again after [`LOOK`].
async fn told<F: Future<Output = Result<Exchange, Reject>>>(route: &mut Pin<&mut F>) -> Exchange {
    let std::task::Poll::Ready(exchange) = poll!(route) else { panic!("nobody told it of its turn") };
    exchange.unwrap()
}

fn first_token(exchange: &mut Exchange) {
    exchange.response_body(
        Bytes::from_static(b"data: {\"choices\":[{\"text\":\"x\"}]}\n\n"),
        &mut SmallVec::new(),
    );
}

#[tokio::test]
async fn a_request_waits_for_the_first_token_of_the_one_before() {
    let picker = picker(&["a"], "{maxHold: 1h}");
    let mut first = busy(&picker).await;
    let mut second = pin!(route(&picker, 100));
    assert!(is_held(&mut second).await);
    assert_eq!(waiting(&picker), 1);
    first_token(&mut first);
    let second = told(&mut second).await;
    assert_eq!(waiting(&picker), 0);
    assert_eq!(second.destination(), "127.0.0.1:8000");
}

#[tokio::test]
async fn the_end_of_a_request_lets_all_go_that_fit() {
    let picker = picker(&["a"], "{maxHold: 1h}");
    let first = busy(&picker).await;
    let (mut second, mut third) = (pin!(route(&picker, 100)), pin!(route(&picker, 100)));
    assert!(is_held(&mut second).await && is_held(&mut third).await);
    drop(first);
    let _second = told(&mut second).await;
    let _third = told(&mut third).await;
    assert_eq!(waiting(&picker), 0);
}

#[tokio::test]
async fn whoever_goes_away_gives_up_the_place() {
    let picker = picker(&["a"], "{maxHold: 1h}");
    let _first = busy(&picker).await;
    {
        let mut second = pin!(route(&picker, 100));
        assert!(is_held(&mut second).await);
    }
    assert_eq!(waiting(&picker), 0);
}

#[tokio::test]
async fn a_turn_that_is_not_taken_is_passed_on() {
    let picker = picker(&["a"], "{maxHold: 1h}");
    let first = busy(&picker).await;
    let mut second = Box::pin(route(&picker, 100));
    let mut third = pin!(route(&picker, 100));
    assert!(is_held(&mut second.as_mut()).await && is_held(&mut third).await);
    drop(first);
    assert_eq!(waiting(&picker), 1, "the second has been told, and does not know it yet");
    drop(second);
    told(&mut third).await;
}

#[tokio::test]
async fn a_turn_at_an_endpoint_that_is_not_allowed_is_passed_on() {
    let picker = picker(&["a", "bb"], "{maxHold: 1h}");
    let (one, other) = (busy(&picker).await, busy(&picker).await);
    let (at_a, at_b) = if one.destination() == "127.0.0.1:8000" { (one, other) } else { (other, one) };
    assert_eq!(at_b.destination(), "127.0.0.2:8000");
    let only_a = Some([at_a.endpoint.ip()].into_iter().collect());
    let mut second = pin!(route_among(&picker, 100, only_a));
    let mut third = pin!(route(&picker, 100));
    assert!(is_held(&mut second).await && is_held(&mut third).await);
    drop(at_b);
    assert!(is_held(&mut second).await, "it is told first, and may not go there");
    assert_eq!(told(&mut third).await.destination(), "127.0.0.2:8000");
    drop(at_a);
    assert_eq!(told(&mut second).await.destination(), "127.0.0.1:8000");
}

#[tokio::test]
async fn a_turn_that_nobody_may_take_goes_round_once() {
    let picker = picker(&["a", "bb"], "{maxHold: 1h}");
    let (one, other) = (busy(&picker).await, busy(&picker).await);
    let (at_a, at_b) = if one.destination() == "127.0.0.1:8000" { (one, other) } else { (other, one) };
    let only_a: Option<Subset> = Some([at_a.endpoint.ip()].into_iter().collect());
    let mut second = pin!(route_among(&picker, 100, only_a.clone()));
    let mut third = pin!(route_among(&picker, 100, only_a));
    assert!(is_held(&mut second).await && is_held(&mut third).await);
    drop(at_b);
    assert!(is_held(&mut second).await && is_held(&mut third).await);
    assert_eq!(waiting(&picker), 2, "both have their place again, and none was told twice");
}

#[tokio::test]
async fn nobody_waits_longer_than_allowed() {
    let picker = picker(&["a"], "{maxHold: 1ms}");
    let _first = busy(&picker).await;
    let mut second = pin!(route(&picker, 100));
    assert!(is_held(&mut second).await);
    second.await.unwrap();
}

#[tokio::test]
async fn a_new_endpoint_is_noticed() {
    let picker = picker(&["a"], "{maxHold: 1h}");
    let _first = busy(&picker).await;
    let mut second = pin!(route(&picker, 100));
    assert!(is_held(&mut second).await);
    set_endpoints(&picker, &["a", "bb"]);
    busy_at(second.await, "127.0.0.2:8000");
}

#[tokio::test]
async fn the_end_of_the_last_endpoint_is_noticed() {
    let picker = picker(&["a"], "{maxHold: 1h}");
    let _first = busy(&picker).await;
    let mut second = pin!(route(&picker, 100));
    assert!(is_held(&mut second).await);
    set_endpoints(&picker, &[]);
    assert!(second.await.is_err(), "there is nothing to wait for");
}

fn busy_at(exchange: Result<Exchange, Reject>, wanted: &str) -> Exchange {
    let exchange = exchange.unwrap();
    assert_eq!(exchange.destination(), wanted);
    exchange
}

#[tokio::test]
async fn only_so_many_wait() {
    let picker = picker(&["a"], "{maxHold: 1h}");
    let _first = busy(&picker).await;
    let mut held: Vec<_> = (0..MOST).map(|_| Box::pin(route(&picker, 100))).collect();
    for route in &mut held {
        assert!(is_held(&mut route.as_mut()).await);
    }
    route(&picker, 100).await.unwrap();
    assert_eq!(waiting(&picker), MOST);
}

#[tokio::test]
async fn without_late_binding_nobody_waits() {
    let picker = picker(&["a"], "{lateBinding: false}");
    let _first = busy(&picker).await;
    let mut second = pin!(route(&picker, 100));
    assert!(!is_held(&mut second).await);
}
