//! The configurations that need not be written.

use crate::config::Config;
use crate::load::load;

/// This project's default: the cost of a placement in expected latency.
pub const PROJECT_DEFAULT: &str = include_str!("project.yaml");

/// What the router does without a configuration: queue 2, KV cache 2, prefix 3 (`epp.md` §3.3.8).
pub const UPSTREAM_DEFAULT: &str = include_str!("upstream.yaml");

impl Config {
    /// [`PROJECT_DEFAULT`], loaded.
    pub fn default_of_this_project() -> Self {
        embedded(PROJECT_DEFAULT, "project.yaml")
    }

    /// [`UPSTREAM_DEFAULT`], loaded.
    pub fn upstream_default() -> Self {
        embedded(UPSTREAM_DEFAULT, "upstream.yaml")
    }
}

#[expect(clippy::panic, reason = "the texts are part of the program, and tested")]
fn embedded(text: &str, source: &str) -> Config {
    match load(text, source) {
        Ok(loaded) => loaded.config,
        Err(findings) => panic!("{findings:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{PluginKind, ProfilePlugin};

    fn described(config: &Config) -> Vec<String> {
        let member =
            |member: &ProfilePlugin| format!("{}={}", config.plugins[member.plugin].name, member.weight);
        config.profiles.iter().flat_map(|profile| profile.plugins.iter().map(member)).collect()
    }

    #[test]
    fn the_embedded_texts_are_clean() {
        for text in [PROJECT_DEFAULT, UPSTREAM_DEFAULT] {
            assert_eq!(load(text, "x").unwrap().findings, []);
        }
    }

    #[test]
    fn the_defaults_are_what_they_say() {
        let project = Config::default_of_this_project();
        assert_eq!(described(&project), ["expected-latency-scorer=1", "max-score-picker=1"]);
        assert_eq!(project.plugins[project.profile_handler].kind, PluginKind::SingleProfileHandler);
        let upstream = Config::upstream_default();
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
