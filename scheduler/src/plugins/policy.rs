//! The policy's parameters, as the configuration has them.

use llmd_api::{Config, PluginKind};

use crate::expected_latency::Parameters;

/// Those of the configuration's `expected-latency-scorer`. Without one the policy only keeps the books, and holds
/// nothing back.
pub fn parameters(config: &Config) -> Parameters {
    let scorer = config.plugins.iter().find_map(|plugin| match &plugin.kind {
        PluginKind::ExpectedLatencyScorer(scorer) => Some(scorer),
        _ => None,
    });
    let defaults = Parameters::default();
    let Some(scorer) = scorer else { return Parameters { late_binding: false, ..defaults } };
    #[expect(clippy::cast_possible_truncation, reason = "weights need no more than the digits of an f32")]
    let narrow = |value: f64| value as f32;
    Parameters {
        ttft_weight: narrow(scorer.ttft_weight),
        kv_weight: narrow(scorer.kv_weight),
        eviction_weight: narrow(scorer.eviction_weight),
        output_tokens: u32::try_from(scorer.output_tokens).unwrap_or(u32::MAX),
        late_binding: scorer.late_binding,
        max_hold: scorer.max_hold,
        ..defaults
    }
}
