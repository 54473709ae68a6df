//! The configurations that need not be written.

/// This project's default: the cost of a placement in expected latency.
pub const PROJECT_DEFAULT: &str = include_str!("project.yaml");

/// What the router does without a configuration: queue 2, KV cache 2, prefix 3 (`epp.md` §3.3.8).
pub const UPSTREAM_DEFAULT: &str = concat!("apiVersion: llm-d.ai/v1alpha1\n", include_str!("upstream.yaml"));

/// The same of the picker 1.3, whose prefix index is of 64-byte blocks, at most 256 of a prompt (`schedsim.md` §3).
pub const GAIE_DEFAULT: &str =
    concat!("apiVersion: inference.networking.x-k8s.io/v1alpha1\n", include_str!("upstream.yaml"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Dialect, PluginKind, ProfilePlugin};
    use crate::load::load;

    fn described(config: &Config) -> Vec<String> {
        let member =
            |member: &ProfilePlugin| format!("{}={}", config.plugins[member.plugin].name, member.weight);
        config.profiles.iter().flat_map(|profile| profile.plugins.iter().map(member)).collect()
    }

    #[test]
    fn the_embedded_texts_are_clean() {
        for text in [PROJECT_DEFAULT, UPSTREAM_DEFAULT, GAIE_DEFAULT] {
            assert_eq!(load(text, "x").unwrap().findings, []);
        }
        let dialect = |text| load(text, "x").unwrap().config.dialect;
        assert_eq!([UPSTREAM_DEFAULT, GAIE_DEFAULT].map(dialect), [Dialect::Router, Dialect::Gaie]);
    }

    #[test]
    fn the_defaults_are_what_they_say() {
        let project = load(PROJECT_DEFAULT, "x").unwrap().config;
        assert_eq!(described(&project), ["expected-latency-scorer=1", "max-score-picker=1"]);
        assert_eq!(project.plugins[project.profile_handler].kind, PluginKind::SingleProfileHandler);
        let upstream = load(UPSTREAM_DEFAULT, "x").unwrap().config;
        assert_eq!(
            described(&upstream),
            [
                "queue-scorer=2",
                "kv-cache-utilization-scorer=2",
                "prefix-cache-scorer=3",
                "max-score-picker=1"
            ]
        );
    }
}
