//! Every mistake is reported with its line, all of them at once, and nothing panics.

#![expect(clippy::unwrap_used, reason = "a test that finds something else fails")]

use llmd_api::{Dialect, PROJECT_DEFAULT, UPSTREAM_DEFAULT, load};
use proptest::prelude::*;

/// What is said about a configuration, as `severity line:column key: message; hint`.
fn findings(text: &str) -> Vec<String> {
    let findings = load(text, "x").map_or_else(|findings| findings, |loaded| loaded.findings);
    let shown = findings.iter().map(|finding| {
        let severity = if finding.is_error() { "error" } else { "warning" };
        format!("{severity} {}", finding.to_string().strip_prefix("x:").unwrap())
    });
    shown.collect()
}

fn header(dialect: Dialect) -> String {
    format!("apiVersion: {}\nkind: EndpointPickerConfig\n", dialect.api_version())
}

/// What is said about the lines below the header (from line 3).
fn of(dialect: Dialect, body: &str) -> Vec<String> {
    findings(&(header(dialect) + body))
}

fn gaie(body: &str) -> Vec<String> {
    of(Dialect::Gaie, body)
}

fn router(body: &str) -> Vec<String> {
    of(Dialect::Router, body)
}

#[test]
fn texts_that_are_no_configuration() {
    for (text, expected) in [
        ("", " holds no configuration"),
        ("5", "1:1: a mapping of keys to values is needed, this is the number 5"),
        ("a: [", "1:4: unclosed bracket '['"),
        ("a: 1\na: 2", "2:1: the key `a` stands twice in one mapping"),
        ("a: 1\n---\nb: 1", "3:1: holds more than one document"),
    ] {
        assert_eq!(findings(text), [format!("error {expected}")], "{text}");
    }
}

#[test]
fn versions_and_kinds_are_known() {
    assert_eq!(
        findings("apiVersion: llm-d.ai/v1alpha\nkind: EndpointPickrConfig\n"),
        [
            "error 1:13: apiVersion: unknown value `llm-d.ai/v1alpha`; did you mean `llm-d.ai/v1alpha1`?",
            "error 2:7: kind: unknown value `EndpointPickrConfig`; did you mean `EndpointPickerConfig`?",
        ]
    );
    assert_eq!(
        findings("plugins: []\n"),
        [
            "error 1:1: apiVersion: is missing: write `llm-d.ai/v1alpha1`",
            "error 1:1: kind: is missing: write `EndpointPickerConfig`",
        ]
    );
}

#[test]
fn unknown_parameters_are_errors_only_where_the_dialect_is_strict() {
    let body = "plugins:\n- type: load-aware-scorer\n  parameters: {treshold: 3}\n";
    let what = "5:16: plugins[0].parameters.treshold: unknown key of load-aware-scorer";
    assert_eq!(router(body), [format!("error {what}; did you mean `threshold`?")]);
    assert_eq!(gaie(body), [format!("warning {what}: ignored; did you mean `threshold`?")]);
    let body = "pluginz: []\n";
    let expected = "error 3:1: pluginz: unknown key of EndpointPickerConfig; did you mean `plugins`?";
    assert_eq!(router(body), [expected]);
    assert_eq!(gaie(body), [expected]);
}

#[test]
fn upstreams_known_mistakes_are_reported() {
    for (plugin, parameter, expected) in [
        ("prefix-cache-scorer", "hashBlockSize: 5", "the block size is `blockSize` or `blockSizeTokens`"),
        ("prefix-cache-scorer", "mode: cache_tracking", "there is one index, of what was sent where"),
        ("queue-scorer", "hashBlockSize: 5", "it belongs to the prefix cache"),
        ("queue-scorer", "mode: cache_tracking", "it belongs to the prefix cache"),
        ("queue-scorer", "blockSize: 5", "it belongs to the prefix cache"),
        ("kv-cache-utilization-scorer", "autoTune: true", "it belongs to the prefix cache"),
    ] {
        let key = parameter.split(':').next().unwrap();
        let body = format!("plugins:\n- type: {plugin}\n  parameters:\n    {parameter}\n");
        assert_eq!(
            gaie(&body),
            [format!(
                "warning 6:5: plugins[0].parameters.{key}: {plugin} does not read it: ignored; {expected}"
            )]
        );
    }
    assert_eq!(
        router("plugins:\n- type: prefix-cache-scorer\n  parameters: {blockSize: 5}\n"),
        ["error 5:16: plugins[0].parameters.blockSize: prefix-cache-scorer does not read it; it belongs to \
          approx-prefix-cache-producer"]
    );
    assert_eq!(
        router(
            "plugins:\n- type: approx-prefix-cache-producer\n  parameters: {blockSize: 256}\n- type: prefix-cache-scorer\n"
        ),
        [
            "warning 5:27: plugins[0].parameters.blockSize: is deprecated and counts bytes; write `blockSizeTokens: 64`"
        ]
    );
}

#[test]
fn references_and_types_name_the_nearest() {
    assert_eq!(
        router(
            "plugins:\n- type: queue-scorr\n- type: queue-scorer\n- {name: queue-scorer, type: random-picker}\n\
             schedulingProfiles:\n- name: a\n  plugins:\n  - pluginRef: queue-scorers\n"
        ),
        [
            "error 4:9: plugins[0].type: unknown plugin type `queue-scorr`; did you mean `queue-scorer`?",
            "error 6:10: plugins[2].name: a second plugin is named `queue-scorer`, the first is at x:5:3",
            "error 10:16: schedulingProfiles[0].plugins[0].pluginRef: no plugin is named `queue-scorers`; did you mean \
             `queue-scorer`?",
        ]
    );
    assert_eq!(
        router(
            "featureGates: [flowControll]\nplugins:\n- type: prefix-cache-scorer\n  parameters: \
             {prefixMatchInfoProducerName: approx}\n- {name: approx1, type: approx-prefix-cache-producer}\n"
        ),
        [
            "error 3:16: featureGates[0]: unknown feature gate `flowControll`; did you mean `flowControl`?",
            "error 6:45: plugins[0].parameters.prefixMatchInfoProducerName: no prefix producer is named `approx`; did \
             you mean `approx1`?",
        ]
    );
}

#[test]
fn other_things_than_mappings_are_reported_once() {
    assert_eq!(
        router(
            "plugins:\n- 5\n- {}\n- {type: 7}\n- type: queue-scorer\n  parameters: []\nschedulingProfiles: x\n"
        ),
        [
            "error 4:3: plugins[0]: a mapping of keys to values is needed, this is the number 5",
            "error 5:3: plugins[1].type: a plugin needs a type",
            "error 6:10: plugins[2].type: a text is needed, this is the number 7",
            "error 8:15: plugins[3].parameters: a mapping of keys to values is needed, this is a list",
            "error 9:21: schedulingProfiles: a list is needed, this is the text \"x\"",
        ]
    );
}

#[test]
fn profiles_have_one_picker_and_one_handler() {
    assert_eq!(
        gaie(
            "plugins:\n- type: max-score-picker\n- type: random-picker\n- type: single-profile-handler\n\
             - type: pd-profile-handler\nschedulingProfiles:\n- name: decode\n  plugins:\n  - pluginRef: random-picker\n  \
             - pluginRef: max-score-picker\n- name: decode\n"
        ),
        [
            "error 7:3: plugins[3]: a second profile handler: `single-profile-handler` is the first",
            "error 9:3: schedulingProfiles[0]: a profile has one picker, this one has `random-picker` and \
             `max-score-picker`",
            "error 13:3: schedulingProfiles[1]: single-profile-handler runs one profile, this is a second one",
            "error 13:9: schedulingProfiles[1].name: a second profile is named `decode`, the first is at x:9:3",
        ]
    );
    assert_eq!(
        gaie("schedulingProfiles:\n- name: a\n- name: b\n"),
        [
            "error 5:3: schedulingProfiles[1]: there are several profiles and no profile handler; add one, such as \
          pd-profile-handler"
        ]
    );
    assert_eq!(
        gaie(
            "plugins:\n- type: pd-profile-handler\n  parameters: {prefillProfile: prefil}\nschedulingProfiles:\n- name: prefill\n"
        ),
        [
            "error 5:15: plugins[0].parameters.decodeProfile: no profile is named `decode`, which is the default",
            "error 5:32: plugins[0].parameters.prefillProfile: no profile is named `prefil`; did you mean `prefill`?",
        ]
    );
}

#[test]
fn what_never_acts_is_reported() {
    assert_eq!(
        router(
            "plugins:\n- type: decode-filter\n- type: queue-scorer\n- type: kv-cache-utilization-scorer\n\
             - type: random-picker\n- type: load-aware-scorer\n- type: approx-prefix-cache-producer\n\
             - type: openai-parser\n- type: always-disagg-pd-decider\n- type: utilization-detector\n\
             schedulingProfiles:\n- name: default\n  plugins:\n  - {pluginRef: decode-filter, weight: 2}\n  \
             - {pluginRef: queue-scorer, weight: 0}\n  - {pluginRef: kv-cache-utilization-scorer, weight: -1}\n  \
             - {pluginRef: random-picker, weight: 1}\n  - {pluginRef: openai-parser}\n"
        ),
        [
            "warning 8:3: plugins[4]: no profile uses `load-aware-scorer`",
            "warning 9:3: plugins[5]: nothing reads `approx-prefix-cache-producer`; a scorer names it in \
             `prefixMatchInfoProducerName`",
            "warning 11:3: plugins[7]: no profile handler asks `always-disagg-pd-decider`",
            "warning 12:3: plugins[8]: nothing asks `utilization-detector`; name it under \
             `flowControl.saturationDetector`",
            "warning 14:3: schedulingProfiles[0].plugins[4]: `openai-parser` is a parser and does nothing in a profile",
            "warning 14:3: schedulingProfiles[0]: `random-picker` looks at no scores: the scorers of this profile never \
             act",
            "warning 16:32: schedulingProfiles[0].plugins[0].weight: `decode-filter` is a filter: its weight never acts",
            "warning 17:31: schedulingProfiles[0].plugins[1].weight: with weight 0 `queue-scorer` never counts",
            "warning 18:46: schedulingProfiles[0].plugins[2].weight: a negative weight prefers what \
             `kv-cache-utilization-scorer` scores low",
            "warning 19:32: schedulingProfiles[0].plugins[3].weight: `random-picker` is a picker: its weight never acts",
        ]
    );
    assert_eq!(
        gaie(
            "plugins:\n- type: pd-profile-handler\n- type: queue-scorer\nschedulingProfiles:\n- name: decode\n  plugins:\n  \
             - {pluginRef: queue-scorer, weight: 2}\n- name: prefill\n- name: third\n"
        ),
        [
            "warning 4:3: plugins[0]: the decode endpoint is not told which endpoint prefills; add the plugin \
             prefill-header-handler",
            "warning 9:31: schedulingProfiles[0].plugins[0].weight: `queue-scorer` is the only scorer of this profile: \
             its weight never acts",
            "warning 10:3: schedulingProfiles[1]: this profile has no scorer: requests go anywhere; \
             `expected-latency-scorer` is this project's own",
            "warning 11:3: schedulingProfiles[2]: this profile has no scorer: requests go anywhere; \
             `expected-latency-scorer` is this project's own",
            "warning 11:3: schedulingProfiles[2]: pd-profile-handler never runs the profile `third`",
        ]
    );
}

#[test]
fn thresholds_out_of_range_fall_back_with_a_warning() {
    assert_eq!(
        gaie(
            "saturationDetector: {queueDepthThreshold: 0, kvCacheUtilThreshold: 80, metricsStalenessThreshold: 5}\n"
        ),
        [
            "warning 3:43: saturationDetector.queueDepthThreshold: must be above 0: the default 5 counts",
            "warning 3:68: saturationDetector.kvCacheUtilThreshold: must be above 0 and at most 1: the default 0.8 counts",
            "error 3:99: saturationDetector.metricsStalenessThreshold: a duration such as `200ms` is needed, this is the \
             number 5",
        ]
    );
    assert_eq!(
        router("plugins:\n- type: load-aware-scorer\n  parameters: {threshold: -4}\n"),
        ["warning 5:27: plugins[0].parameters.threshold: must be above 0: the default 128 counts"]
    );
}

#[test]
fn weights_may_be_fractions_in_both_dialects() {
    for dialect in [Dialect::Gaie, Dialect::Router] {
        let body = "plugins:\n- type: queue-scorer\n- type: load-aware-scorer\nschedulingProfiles:\n- name: a\n  plugins:\n  \
                    - {pluginRef: queue-scorer, weight: 3.0}\n  - {pluginRef: load-aware-scorer, weight: 2.5}\n";
        let config = load(&(header(dialect) + body), "x").unwrap().config;
        let weights: Vec<f64> = config.profiles[0].plugins.iter().map(|member| member.weight).collect();
        assert_eq!(weights, [3.0, 2.5, 1.0]);
    }
}

#[test]
fn a_deep_text_is_refused() {
    let indented: Vec<String> = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    for deep in ["[".repeat(100_000), "a: {".repeat(10_000), "- ".repeat(50_000), indented.concat()] {
        assert!(load(&deep, "x").is_err());
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,300}") {
        let _ = load(&text, "x");
    }

    /// Texts that are nearly right reach further than random ones.
    #[test]
    fn no_damaged_configuration_panics(
        start in 0_usize..400,
        length in 0_usize..60,
        insert in "[-a-z0-9:{}\\[\\], \n\"'&*!|>~]{0,20}",
        which in 0_usize..3,
    ) {
        let pd = include_str!("guides/router-pd.yaml");
        let text = [PROJECT_DEFAULT, UPSTREAM_DEFAULT, pd][which];
        let start = start.min(text.len());
        let end = (start + length).min(text.len());
        let _ = load(&format!("{}{insert}{}", &text[..start], &text[end..]), "x");
    }
}
