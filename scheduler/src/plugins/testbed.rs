//! A pool and a request for the tests of plugins.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use smallvec::smallvec;

use crate::expected_latency::{Flight, Parameters, Policy, Prefix, Work};
use crate::model::{
    Decision, Endpoint, EndpointSpec, Headers, InferenceRequest, MetricsSample, ProfileTarget, Slot, Target,
};
use crate::openai::{Api, ParsedBody};
use crate::scheduling::{Candidates, Cycle, Filter, Picker, PrefixHits, Scorer};

/// The present of all tests: late enough that metrics can be old.
pub(super) const NOW: Duration = Duration::from_secs(100);
pub(super) const STALENESS: Duration = Duration::from_secs(2);

pub(super) fn endpoint(slot: u32, name: &str, labels: &[(&str, &str)]) -> Arc<Endpoint> {
    let spec = EndpointSpec {
        namespace: "default".to_owned(),
        name: name.to_owned(),
        pod: name.to_owned(),
        address: format!("10.0.0.{}:8000", slot + 1).parse().unwrap(),
        metrics_address: format!("10.0.0.{}:8000", slot + 1).parse().unwrap(),
        labels: labels.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect(),
    };
    Endpoint::new(spec, Slot(slot))
}

pub(super) fn request(prompt: &str) -> InferenceRequest {
    let parsed = ParsedBody {
        api: Api::Completions,
        model: Some("my-model".into()),
        model_span: None,
        prompt: smallvec![0..prompt.len()],
        stream: false,
        max_tokens: None,
        cache_salt: None,
    };
    InferenceRequest {
        id: "id".into(),
        has_made_up_id: false,
        headers: Headers::new(),
        body: Bytes::copy_from_slice(prompt.as_bytes()),
        parsed,
        model: "my-model".into(),
        target_model: "my-model".into(),
        priority: 0,
        fairness_id: "default-flow".into(),
        subset: None,
        wants_spares: false,
        received_at: NOW,
    }
}

/// Everything a cycle borrows.
pub(super) struct Bed {
    pub(super) endpoints: Vec<Arc<Endpoint>>,
    pub(super) request: InferenceRequest,
    pub(super) prefix: Vec<PrefixHits>,
    /// What is in flight.
    flights: Vec<Flight>,
}

impl Bed {
    /// A pool of so many endpoints, named `a`, `b` …
    pub(super) fn of(count: u32) -> Self {
        let name = |slot| char::from_u32('a' as u32 + slot).unwrap().to_string();
        Self::with((0..count).map(|slot| endpoint(slot, &name(slot), &[])).collect())
    }

    pub(super) fn with(endpoints: Vec<Arc<Endpoint>>) -> Self {
        Self { endpoints, request: request(""), prefix: Vec::new(), flights: Vec::new() }
    }

    /// A pool whose endpoints have so many requests in flight, with so many tokens in all.
    pub(super) fn busy(loads: &[(u32, u32)]) -> Self {
        let mut bed = Self::of(u32::try_from(loads.len()).unwrap());
        let policy = Policy::new(Parameters::default());
        for (endpoint, &(requests, tokens)) in bed.endpoints.iter().zip(loads) {
            for request in 0..requests {
                let prompt_tokens = if request == 0 { tokens } else { 0 };
                let work = Work { prompt_tokens, is_streamed: true, ..Work::default() };
                bed.flights.push(policy.dispatch(NOW, &endpoint.books, &work, Prefix::default()));
            }
        }
        bed
    }

    /// A pool whose endpoints say this of themselves, just now.
    pub(super) fn saying(samples: impl IntoIterator<Item = MetricsSample>) -> Self {
        let samples: Vec<_> = samples.into_iter().collect();
        let bed = Self::of(u32::try_from(samples.len()).unwrap());
        for (endpoint, sample) in bed.endpoints.iter().zip(samples) {
            endpoint.update(sample, NOW);
        }
        bed
    }

    pub(super) fn waiting(counts: &[u32]) -> Self {
        Self::saying(
            counts.iter().map(|&waiting| MetricsSample { waiting: Some(waiting), ..Default::default() }),
        )
    }

    pub(super) fn cycle(&self) -> Cycle<'_> {
        Cycle { request: &self.request, endpoints: &self.endpoints, now: NOW, prefix: &self.prefix }
    }

    pub(super) fn header(&mut self, name: &str, value: &str) {
        self.request.headers.set(name, Bytes::copy_from_slice(value.as_bytes()));
    }

    pub(super) fn all(&self) -> Candidates {
        (0..u32::try_from(self.endpoints.len()).unwrap()).collect()
    }

    pub(super) fn scores(&self, scorer: &impl Scorer) -> Vec<f64> {
        let mut found = vec![0.0; self.endpoints.len()];
        scorer.score(&self.cycle(), &self.all(), &mut found);
        found
    }

    /// Names of what a filter keeps.
    pub(super) fn kept(&self, filter: &impl Filter) -> Vec<&str> {
        let mut candidates = self.all();
        filter.filter(&self.cycle(), &mut candidates);
        candidates.iter().map(|&index| self.endpoints[index as usize].spec.name.as_str()).collect()
    }

    /// Names of what a picker takes.
    pub(super) fn picked(&self, picker: &impl Picker, totals: &[f64], seed: u64) -> Vec<String> {
        let mut rng = SmallRng::seed_from_u64(seed);
        let target = picker.pick(&self.cycle(), &self.all(), totals, &mut rng);
        target.endpoints.iter().map(|endpoint| endpoint.spec.name.clone()).collect()
    }

    /// A decision of profile after profile, each for the endpoint of that index.
    pub(super) fn decision(&self, chosen: &[usize]) -> Decision {
        let target = |&index: &usize| Target { endpoints: smallvec![Arc::clone(&self.endpoints[index])] };
        let targets = chosen.iter().map(target).enumerate();
        Decision {
            targets: targets.map(|(profile, target)| ProfileTarget { profile, target }).collect(),
            ..Decision::default()
        }
    }
}

/// Whether all are equal but for rounding.
#[track_caller]
pub(super) fn assert_close(found: &[f64], expected: &[f64]) {
    let is_close = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6);
    assert!(is_close, "{found:?} is not {expected:?}");
}
