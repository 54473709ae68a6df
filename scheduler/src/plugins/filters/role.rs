//! `decode-filter` and `prefill-filter`: endpoints by what they do, which a label of the pod says.

use llmd_api::Dialect;
use llmd_api::names::label;

use crate::scheduling::{Candidates, Cycle, Filter};

/// Keeps the endpoints whose label `llm-d.ai/role` has one of some values.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct RoleFilter {
    roles: &'static [&'static str],
    /// Keep endpoints without the label.
    keeps_unlabelled: bool,
}

impl RoleFilter {
    /// Endpoints that decode; one without a role does everything.
    pub(in crate::plugins) fn decode(dialect: Dialect) -> Self {
        let roles: &[_] = match dialect {
            Dialect::Gaie => &["decode", "both"],
            Dialect::Router => &["decode", "prefill-decode", "both", "encode-prefill-decode"],
        };
        Self { roles, keeps_unlabelled: true }
    }

    /// Endpoints that prefill.
    pub(in crate::plugins) fn prefill(dialect: Dialect) -> Self {
        let roles: &[_] = match dialect {
            Dialect::Gaie => &["prefill"],
            Dialect::Router => {
                &["prefill", "encode-prefill", "prefill-decode", "both", "encode-prefill-decode"]
            }
        };
        Self { roles, keeps_unlabelled: false }
    }
}

impl Filter for RoleFilter {
    fn filter(&self, cycle: &Cycle<'_>, candidates: &mut Candidates) {
        candidates.retain(|&candidate| match cycle.endpoint(candidate).label(label::ROLE) {
            Some(role) => self.roles.contains(&role),
            None => self.keeps_unlabelled,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::{Bed, endpoint};

    #[test]
    fn roles_follow_the_dialect() {
        let roles = [
            "decode",
            "prefill",
            "both",
            "prefill-decode",
            "encode",
            "encode-prefill",
            "encode-prefill-decode",
            "unknown",
        ];
        let labelled = roles.iter().map(|&role| endpoint(0, role, &[(label::ROLE, role)]));
        let bed = Bed::with(labelled.chain([endpoint(0, "bare", &[])]).collect());
        let table: [(_, &[&str]); 4] = [
            (RoleFilter::decode(Dialect::Gaie), &["decode", "both", "bare"]),
            (RoleFilter::prefill(Dialect::Gaie), &["prefill"]),
            (
                RoleFilter::decode(Dialect::Router),
                &["decode", "both", "prefill-decode", "encode-prefill-decode", "bare"],
            ),
            (
                RoleFilter::prefill(Dialect::Router),
                &["prefill", "both", "prefill-decode", "encode-prefill", "encode-prefill-decode"],
            ),
        ];
        for (filter, expected) in table {
            assert_eq!(bed.kept(&filter), expected, "{filter:?}");
        }
    }
}
