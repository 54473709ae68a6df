//! `by-label-selector` and `label-selector-filter`: endpoints that a label selector of Kubernetes selects.

use llmd_api::config::LabelSelector;

use crate::scheduling::{Candidates, Cycle, Filter};

impl Filter for LabelSelector {
    fn filter(&self, cycle: &Cycle<'_>, candidates: &mut Candidates) {
        candidates.retain(|&candidate| {
            let endpoint = cycle.endpoint(candidate);
            self.matches(|name| endpoint.label(name))
        });
    }
}

#[cfg(test)]
mod tests {
    use llmd_api::config::{LabelRequirement, Operator};

    use super::*;
    use crate::plugins::testbed::{Bed, endpoint};

    #[test]
    fn every_requirement_must_hold() {
        let bed = Bed::with(vec![
            endpoint(0, "both", &[("tier", "fast"), ("gpu", "h100")]),
            endpoint(1, "tier-only", &[("tier", "fast")]),
            endpoint(2, "canary", &[("tier", "fast"), ("gpu", "h100"), ("canary", "")]),
            endpoint(3, "bare", &[]),
        ]);
        let requirement = |key: &str, operator, values: &[&str]| LabelRequirement {
            key: key.to_owned(),
            operator,
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        let mut selector = LabelSelector::default();
        assert_eq!(bed.kept(&selector), ["both", "tier-only", "canary", "bare"]);
        selector.requirements.push(requirement("tier", Operator::In, &["fast"]));
        assert_eq!(bed.kept(&selector), ["both", "tier-only", "canary"]);
        selector.requirements.push(requirement("gpu", Operator::Exists, &[]));
        assert_eq!(bed.kept(&selector), ["both", "canary"]);
        selector.requirements.push(requirement("canary", Operator::DoesNotExist, &[]));
        assert_eq!(bed.kept(&selector), ["both"]);
    }
}
