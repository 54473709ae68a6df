//! `by-label`: endpoints whose label has one of some values.

use llmd_api::config::LabelFilter;

use crate::scheduling::{Candidates, Cycle, Filter};

impl Filter for LabelFilter {
    fn filter(&self, cycle: &Cycle<'_>, candidates: &mut Candidates) {
        candidates.retain(|&candidate| match cycle.endpoint(candidate).label(&self.label) {
            Some(value) => self.valid_values.iter().any(|valid| valid == value),
            None => self.allows_no_label,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::{Bed, endpoint};

    #[test]
    fn keeps_the_valid_values_and_the_unlabelled_if_allowed() {
        let bed = Bed::with(vec![
            endpoint(0, "fast", &[("tier", "fast")]),
            endpoint(1, "slow", &[("tier", "slow")]),
            endpoint(2, "other", &[("tier", "other")]),
            endpoint(3, "bare", &[]),
        ]);
        let mut filter = LabelFilter {
            label: "tier".to_owned(),
            valid_values: vec!["slow".to_owned(), "fast".to_owned()],
            allows_no_label: false,
        };
        assert_eq!(bed.kept(&filter), ["fast", "slow"]);
        filter.allows_no_label = true;
        assert_eq!(bed.kept(&filter), ["fast", "slow", "bare"]);
    }
}
