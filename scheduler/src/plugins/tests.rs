//! Configurations, built and tried on the pool of the recorded answers (`golden/extproc/README.md`).

use std::collections::BTreeSet;
use std::sync::Mutex;

use llmd_api::{UPSTREAM_DEFAULT, load};
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;

use super::testbed::{Bed, NOW, assert_close, endpoint, request};
use super::*;
use crate::model::{Decision, HeaderChange, MetricsSample, Reject, RejectKind};
use crate::observability::PluginTimer;
use crate::openai::Api;
use crate::scheduling::{Attendant, Cycle, ProfileScores, Scratch};

const PREFILL_DECODE: &str = "
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: prefill-filter
- type: decode-filter
- type: queue-scorer
- type: always-disagg-pd-decider
- type: disagg-profile-handler
  parameters:
    deciders: {prefill: always-disagg-pd-decider}
schedulingProfiles:
- name: prefill
  plugins: [{pluginRef: prefill-filter}, {pluginRef: queue-scorer}]
- name: decode
  plugins: [{pluginRef: decode-filter}, {pluginRef: queue-scorer}]
";

const GAIE_PREFILL_DECODE: &str = "
apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: prefill-header-handler
- type: prefill-filter
- type: decode-filter
- type: queue-scorer
- type: pd-profile-handler
  parameters: {threshold: 0}
schedulingProfiles:
- name: prefill
  plugins: [{pluginRef: prefill-filter}, {pluginRef: queue-scorer}]
- name: decode
  plugins: [{pluginRef: decode-filter}, {pluginRef: queue-scorer}]
";

const TWO_ENDPOINTS: &str = "
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: queue-scorer
- type: kv-cache-utilization-scorer
- type: max-score-picker
  parameters: {maxNumOfEndpoints: 2}
schedulingProfiles:
- name: default
  plugins:
  - {pluginRef: queue-scorer, weight: 2}
  - {pluginRef: kv-cache-utilization-scorer, weight: 2}
  - {pluginRef: max-score-picker}
";

const GAIE_PREFIX: &str = "
apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins:
- type: prefix-cache-scorer
- type: no-hit-lru-scorer
schedulingProfiles:
- name: default
  plugins:
  - {pluginRef: prefix-cache-scorer}
  - {pluginRef: no-hit-lru-scorer}
";

fn config(text: &str) -> Config {
    load(text, "config.yaml").unwrap().config
}

fn built(text: &str) -> Built {
    build(&config(text), &Context::default()).unwrap()
}

/// The pods of the recordings: `a` and `b` decode, `c` and `d` prefill.
fn pool() -> Bed {
    let pod = |slot, name, role| endpoint(slot, name, &[("llm-d.ai/role", role)]);
    let bed = Bed::with(vec![
        pod(0, "a", "decode"),
        pod(1, "b", "decode"),
        pod(2, "c", "prefill"),
        pod(3, "d", "prefill"),
    ]);
    let said = [(3, 4, 0.2), (0, 2, 0.1), (10, 8, 0.3), (5, 6, 0.25)];
    for (endpoint, (waiting, running, usage)) in bed.endpoints.iter().zip(said) {
        let sample = MetricsSample {
            waiting: Some(waiting),
            running: Some(running),
            kv_cache_usage: Some(usage),
            ..Default::default()
        };
        endpoint.update(sample, NOW);
    }
    bed
}

/// Keeps the totals of every profile.
#[derive(Default)]
struct Totals(Vec<Vec<f64>>);

impl Attendant for Totals {
    fn scored(&mut self, _: &Cycle<'_>, scores: &ProfileScores<'_>) {
        self.0.push(scores.totals.to_vec());
    }

    fn accepts(&mut self, _: &Cycle<'_>, _: &Decision) -> bool {
        true
    }
}

fn decide(built: &Built, bed: &Bed, candidates: &[u32], totals: &mut Totals) -> Result<Decision, Reject> {
    let mut scratch = Scratch::new(SmallRng::seed_from_u64(1));
    let candidates = candidates.to_vec();
    let decision =
        built.scheduler.schedule(&bed.request, &bed.endpoints, &candidates, NOW, &mut scratch, totals);
    decision.map(|decision| decision.expect("nobody refuses it"))
}

#[test]
fn upstreams_default_decides_as_recorded() {
    let bed = pool();
    let decision = decide(&built(UPSTREAM_DEFAULT), &bed, &[0, 1, 2, 3], &mut Totals::default());
    assert_eq!(decision.unwrap().destination(), "10.0.0.2:8000");
}

#[test]
fn two_endpoints_and_their_scores_are_as_recorded() {
    let mut totals = Totals::default();
    let decision = decide(&built(TWO_ENDPOINTS), &pool(), &[0, 1, 2, 3], &mut totals).unwrap();
    assert_eq!(decision.destination(), "10.0.0.2:8000,10.0.0.1:8000");
    assert_close(&totals.0[0], &[3.0, 3.8, 1.4, 2.5]);
}

#[test]
fn prefill_and_decode_are_split_as_recorded() {
    for text in [PREFILL_DECODE, GAIE_PREFILL_DECODE] {
        let (built, bed) = (built(text), pool());
        let stages = built.stages.unwrap();
        let both = decide(&built, &bed, &[0, 1, 2, 3], &mut Totals::default()).unwrap();
        assert_eq!(both.destination(), "10.0.0.2:8000");
        let prefiller = HeaderChange::Set("x-prefiller-host-port", "10.0.0.4:8000".into());
        assert_eq!(both.headers.to_vec(), [prefiller]);
        assert_eq!(stages.decision_type(&both), "prefill-decode");

        let decode_only = decide(&built, &bed, &[0, 1], &mut Totals::default()).unwrap();
        assert_eq!(decode_only.destination(), "10.0.0.2:8000");
        assert!(decode_only.headers.is_empty());
        assert_eq!(stages.decision_type(&decode_only), "decode-only");

        let reject = decide(&built, &bed, &[2, 3], &mut Totals::default()).unwrap_err();
        assert_eq!(reject.kind, RejectKind::ResourceExhausted);
    }
}

#[test]
fn a_prompt_comes_back_to_where_it_was_sent() {
    for text in [UPSTREAM_DEFAULT, GAIE_PREFIX] {
        let (built, mut bed) = (built(text), Bed::of(4));
        for number in 0..8 {
            bed.request = request(&number.to_string().repeat(1000));
            let sent = || decide(&built, &bed, &[0, 1, 2, 3], &mut Totals::default()).unwrap();
            assert_eq!(sent().destination(), sent().destination());
        }
        let (_, index) = &built.prefix_indexes[0];
        assert!(index.index().blocks() > 0);
        for endpoint in &bed.endpoints {
            index.forget(endpoint);
        }
        assert_eq!(index.index().blocks(), 0);
    }
}

#[test]
fn prompts_that_nobody_has_are_spread() {
    let (built, mut bed) = (built(GAIE_PREFIX), Bed::of(4));
    let sent: BTreeSet<_> = (0..4)
        .map(|number| {
            bed.request = request(&number.to_string().repeat(1000));
            decide(&built, &bed, &[0, 1, 2, 3], &mut Totals::default()).unwrap().destination()
        })
        .collect();
    assert_eq!(sent.len(), 4);
}

#[test]
fn everything_that_is_timed_is_named_as_recorded() {
    let timers = Mutex::new(BTreeSet::new());
    let timer = |point: ExtensionPoint, plugin_type: &str, name: &str| {
        timers.lock().unwrap().insert(format!("{} {plugin_type} {name}", point.as_str()));
        PluginTimer::default()
    };
    build(&config(UPSTREAM_DEFAULT), &Context { timer: &timer, ..Context::default() }).unwrap();
    let timers: Vec<_> = timers.into_inner().unwrap().into_iter().collect();
    assert_eq!(
        timers,
        [
            "DataProducer approx-prefix-cache-producer approx-prefix-cache-producer",
            "Picker max-score-picker max-score-picker",
            "PreRequest approx-prefix-cache-producer approx-prefix-cache-producer",
            "ProcessProfilesResults single-profile-handler single-profile-handler",
            "ProfilePicker single-profile-handler single-profile-handler",
            "Scorer kv-cache-utilization-scorer kv-cache-utilization-scorer",
            "Scorer prefix-cache-scorer prefix-cache-scorer",
            "Scorer queue-scorer queue-scorer",
        ]
    );
}

#[test]
fn the_dialect_decides_about_paths_and_saturation() {
    let router = built(UPSTREAM_DEFAULT);
    assert!(matches!(router.saturation, SaturationDetector::Utilization(_)));
    let gaie = built(GAIE_PREFIX);
    assert!(matches!(gaie.saturation, SaturationDetector::NoneGood(_)));
    assert_eq!(gaie.parsers.api("/v1/rerank"), Some(Api::Opaque));
}

#[test]
fn a_configuration_without_its_parts_is_refused() {
    let mut broken = config(UPSTREAM_DEFAULT);
    broken.profiles[0].plugins.pop();
    let error = build(&broken, &Context::default()).err();
    assert_eq!(error, Some(BuildError::NoPicker { profile: "default".to_owned() }));
    let broken = Config { profile_handler: 0, ..config(UPSTREAM_DEFAULT) };
    assert_eq!(build(&broken, &Context::default()).err(), Some(BuildError::NoProfileHandler));
}

proptest! {
    /// Whatever endpoints say of themselves, a decision is for the best of the allowed candidates.
    #[test]
    fn the_best_candidate_is_picked(
        said in prop::collection::vec((0..50_u32, 0.0..1.5_f32, any::<bool>()), 1..20),
    ) {
        let bed = Bed::saying(said.iter().map(|&(waiting, usage, _)| MetricsSample {
            waiting: Some(waiting),
            kv_cache_usage: Some(usage),
            ..Default::default()
        }));
        let allowed = bed.all().into_iter().filter(|&index| said[index as usize].2);
        let candidates: Vec<_> = allowed.collect();
        let mut totals = Totals::default();
        let decision = decide(&built(UPSTREAM_DEFAULT), &bed, &candidates, &mut totals);
        if candidates.is_empty() {
            prop_assert_eq!(decision.unwrap_err().kind, RejectKind::ResourceExhausted);
            return Ok(());
        }
        let slot = decision.unwrap().primary().unwrap().first().unwrap().slot.0;
        let position = candidates.iter().position(|&candidate| candidate == slot);
        let totals = &totals.0[0];
        let best = totals.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert_eq!(position.map(|position| totals[position]), Some(best));
        prop_assert!(totals.iter().all(|total| (0.0..=7.0).contains(total)));
    }
}
