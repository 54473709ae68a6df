//! What a configuration says without it meaning anything.

use crate::config::Config;
use crate::finding::Finding;

/// Finds what never acts: weights, plugins, profiles.
pub fn lint(_config: &Config) -> Vec<Finding> {
    Vec::new()
}
