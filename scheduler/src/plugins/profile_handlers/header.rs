//! `header-profile-handler`: the profile that a request header names.

use crate::model::{Decision, Reject};
use crate::scheduling::{Cycle, ProfileHandler, ProfileResults};

/// Runs one profile: the one that the header names, the default one without the header or for an unknown name.
#[derive(Debug, Clone)]
pub(in crate::plugins) struct HeaderHandler {
    /// In lower case.
    pub(in crate::plugins) header: String,
    pub(in crate::plugins) default_profile: usize,
    /// Names of all profiles.
    pub(in crate::plugins) profiles: Vec<String>,
}

impl HeaderHandler {
    fn chosen(&self, cycle: &Cycle<'_>) -> usize {
        let name = cycle.request.headers.get_filled(&self.header);
        let named = name.and_then(|name| self.profiles.iter().position(|profile| profile == name));
        named.unwrap_or(self.default_profile)
    }
}

impl ProfileHandler for HeaderHandler {
    fn next(&self, cycle: &Cycle<'_>, done: &ProfileResults) -> Option<usize> {
        done.is_empty().then(|| self.chosen(cycle))
    }

    fn finish(&self, cycle: &Cycle<'_>, results: &ProfileResults) -> Result<Decision, Reject> {
        results.decide(self.chosen(cycle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    #[test]
    fn the_header_names_the_profile() {
        let handler = HeaderHandler {
            header: "epp-profile".to_owned(),
            default_profile: 1,
            profiles: ["decode", "default", "batch"].map(str::to_owned).to_vec(),
        };
        for (name, expected) in
            [(Some("decode"), 0), (Some("batch"), 2), (Some("unknown"), 1), (Some(""), 1), (None, 1)]
        {
            let mut bed = Bed::of(1);
            if let Some(name) = name {
                bed.header("epp-profile", name);
            }
            let mut results = ProfileResults::default();
            assert_eq!(handler.next(&bed.cycle(), &results), Some(expected), "{name:?}");
            results.note(expected, Some(bed.decision(&[0]).targets[0].target.clone()));
            assert_eq!(handler.next(&bed.cycle(), &results), None);
            assert!(handler.finish(&bed.cycle(), &results).is_ok());
        }
    }
}
