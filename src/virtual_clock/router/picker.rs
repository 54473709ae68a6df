//! The real picker: its director is told by the calls that the proxy makes, on simulated time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures::future::LocalBoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use llmd_api::Config;
use llmd_bench::scenario::Api;
use scheduler::clock::Clock;
use scheduler::director::{Body, Director, Exchange, Incoming};
use scheduler::model::{Endpoint, EndpointSpec, Headers, MetricsSample, Reject};
use scheduler::picker::{Options, Picker};
use scheduler::scheduling::{Scratch, ServedBy};
use simulator::engine::Stats;
use simulator::virtual_clock::{Arrival, Dispatch, Event, RequestId, Served};
use smallvec::SmallVec;

use super::super::recorder::replica_name;
use super::super::{Fleet, Load, VirtualError};

/// An event with one token, as vLLM streams it. What it says does not matter, only that it says something.
const TOKEN: &[u8] = b"data: {\"choices\":[{\"index\":0,\"text\":\" a\"}]}\n\n";
const DONE: &[u8] = b"data: [DONE]\n\n";

/// A picker in front of simulated engines.
pub(super) struct PickerRouter<'a> {
    load: &'a Load<'a>,
    clock: Clock,
    director: Arc<Director>,
    /// By replica.
    endpoints: Vec<Arc<Endpoint>>,
    /// By address.
    replicas: HashMap<Arc<str>, usize>,
    block_size: u32,
    /// Requests that the director has not answered yet: those that it holds.
    routing: FuturesUnordered<LocalBoxFuture<'static, Routed>>,
    woken: Arc<Woken>,
    waker: Waker,
    /// By request, until its answer has ended.
    exchanges: Vec<Option<Box<Answering>>>,
    pub(super) refusal: Option<VirtualError>,
}

struct Routed {
    request: RequestId,
    prompt_tokens: u32,
    result: Result<Exchange, Reject>,
}

struct Answering {
    exchange: Exchange,
    prompt_tokens: u32,
}

/// Whether a held request may go on.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

impl<'a> PickerRouter<'a> {
    pub(super) fn new(
        config: &Config,
        fleet: &Fleet,
        load: &'a Load<'a>,
        seed: u64,
    ) -> Result<Self, VirtualError> {
        Scratch::seed(seed);
        let clock = Clock::simulated();
        let Picker { datastore, director, .. } =
            Picker::with_clock(config, &Options::default(), clock.clone())?;
        datastore.set_endpoints((0..fleet.replicas).map(endpoint).collect());
        datastore.set_synced(true);
        let mut endpoints = datastore.current().endpoints.clone();
        endpoints.sort_by_key(|endpoint| endpoint.spec.address);
        let replicas = endpoints.iter().enumerate();
        let replicas = replicas.map(|(replica, endpoint)| (Arc::clone(&endpoint.address), replica));
        let woken = Arc::<Woken>::default();
        Ok(Self {
            load,
            clock,
            director,
            replicas: replicas.collect(),
            endpoints,
            block_size: fleet.profile.limits.block_size,
            routing: FuturesUnordered::new(),
            waker: Waker::from(Arc::clone(&woken)),
            woken,
            exchanges: Vec::new(),
            refusal: None,
        })
    }

    pub(super) fn on(&mut self, now: Duration, event: Event<'_>, dispatches: &mut Vec<Dispatch>) {
        if self.refusal.is_some() {
            return;
        }
        self.clock.set(now);
        match event {
            Event::Arrived(request, arrival) => self.receive(request, arrival),
            Event::Gauges(stats) => self.scrape(now, stats),
            Event::Tokens { replica, tokens } => {
                for token in tokens {
                    self.answer(replica, token);
                    self.go_on(dispatches);
                }
            }
        }
        self.go_on(dispatches);
    }

    fn receive(&mut self, request: RequestId, arrival: &Arrival) {
        let options = &self.load.plan().scenario.request;
        let path = match options.api {
            Api::Completions => "/v1/completions",
            Api::Chat => "/v1/chat/completions",
        };
        let mut headers = Headers::new();
        headers.set(":path", Bytes::from_static(path.as_bytes()));
        headers.set("x-request-id", request.0.to_string().into());
        for (name, value) in &options.headers {
            headers.set(name, value.clone().into());
        }
        let mut body = Body::default();
        body.push(self.load.body(request));
        let incoming = Incoming { headers, body, subset: None, wants_spares: true };
        let director = Arc::clone(&self.director);
        let prompt_tokens = arrival.request.prompt_tokens;
        self.routing.push(Box::pin(async move {
            Routed { request, prompt_tokens, result: director.route(incoming).await }
        }));
        self.woken.0.store(true, Relaxed);
    }

    /// Says of each endpoint what a scrape of its `/metrics` would.
    fn scrape(&self, now: Duration, stats: &[Stats]) {
        for (endpoint, stats) in self.endpoints.iter().zip(stats) {
            let usage = stats.referenced_blocks as f32 / stats.capacity_blocks.max(1) as f32;
            let sample = MetricsSample {
                waiting: Some(stats.waiting),
                running: Some(stats.running),
                kv_cache_usage: Some(usage),
                block_size: Some(self.block_size),
                blocks: Some(stats.capacity_blocks),
                loras: None,
            };
            endpoint.update(sample, now);
        }
    }

    /// A token came, told as the proxy would.
    fn answer(&mut self, replica: usize, token: &Served) {
        let Some(place) = self.exchanges.get_mut(token.request.0 as usize) else { return };
        let Some(Answering { exchange, prompt_tokens }) = place.as_deref_mut() else { return };
        let mut forwarded = SmallVec::default();
        let is_streamed = self.load.plan().scenario.request.streaming;
        if token.index == 0 && is_streamed || token.is_last && !is_streamed {
            let kind = if is_streamed { "text/event-stream" } else { "application/json" };
            let mut headers = Headers::new();
            headers.set(":status", Bytes::from_static(b"200"));
            headers.set("content-type", Bytes::from_static(kind.as_bytes()));
            exchange.response_headers(&headers, ServedBy::Endpoint(&self.endpoints[replica].address));
        }
        if is_streamed {
            exchange.response_body(Bytes::from_static(TOKEN), &mut forwarded);
        }
        if token.is_last {
            let usage = usage(*prompt_tokens, token);
            if is_streamed {
                exchange.response_body(format!("data: {usage}\n\n").into(), &mut forwarded);
                exchange.response_body(Bytes::from_static(DONE), &mut forwarded);
            } else {
                exchange.response_body(usage.into(), &mut forwarded);
            }
            exchange.end_of_response(&mut forwarded);
            *place = None;
        }
    }

    /// Lets the requests go on that were woken, and sends those that have their endpoint.
    fn go_on(&mut self, dispatches: &mut Vec<Dispatch>) {
        while self.woken.0.swap(false, Relaxed) {
            let waker = self.waker.clone();
            let mut context = Context::from_waker(&waker);
            while let Poll::Ready(Some(routed)) = self.routing.poll_next_unpin(&mut context) {
                if let Err(refusal) = self.send(routed, dispatches) {
                    self.refusal = Some(refusal);
                }
            }
        }
    }

    fn send(&mut self, routed: Routed, dispatches: &mut Vec<Dispatch>) -> Result<(), VirtualError> {
        let Routed { request, prompt_tokens, result } = routed;
        let refused = |reason| VirtualError::Refused { request: request.0, reason };
        let mut exchange = result.map_err(|reject| refused(reject.message.to_string()))?;
        let address = exchange.destination().split(',').next().unwrap_or_default();
        let unknown = || refused(format!("{address} is no replica"));
        let replica = *self.replicas.get(address).ok_or_else(unknown)?;
        exchange.take_body();
        let place = request.0 as usize;
        if self.exchanges.len() <= place {
            self.exchanges.resize_with(place + 1, || None);
        }
        self.exchanges[place] = Some(Box::new(Answering { exchange, prompt_tokens }));
        dispatches.push(Dispatch { request, replica });
        Ok(())
    }
}

/// What vLLM says at the end of an answer.
fn usage(prompt_tokens: u32, last: &Served) -> String {
    let completion_tokens = last.index + 1;
    let total_tokens = prompt_tokens + completion_tokens;
    let cached_tokens = last.cached_tokens;
    format!(
        r#"{{"choices":[],"usage":{{"prompt_tokens":{prompt_tokens},"total_tokens":{total_tokens},"completion_tokens":{completion_tokens},"prompt_tokens_details":{{"cached_tokens":{cached_tokens}}}}}}}"#
    )
}

/// The endpoint of a replica; the address counts it.
fn endpoint(replica: u32) -> EndpointSpec {
    let [_, high, middle, low] = replica.to_be_bytes();
    let address = ([10, high, middle, low], 8000).into();
    let name = replica_name(replica);
    EndpointSpec {
        namespace: "default".to_owned(),
        pod: name.clone(),
        name,
        address,
        metrics_address: address,
        labels: [("llm-d.ai/role".to_owned(), "decode".to_owned())].into(),
    }
}
