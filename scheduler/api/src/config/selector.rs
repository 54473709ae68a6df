//! Label selectors of Kubernetes.

use serde::Serialize;

/// Requirements that all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelSelector {
    pub requirements: Vec<LabelRequirement>,
}

/// What one label must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabelRequirement {
    pub key: String,
    pub operator: Operator,
    /// Empty for [`Operator::Exists`] and [`Operator::DoesNotExist`].
    pub values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Operator {
    In,
    /// Also holds when the label is missing.
    NotIn,
    Exists,
    DoesNotExist,
}

impl Operator {
    pub const ALL: [(&'static str, Self); 4] = [
        ("In", Self::In),
        ("NotIn", Self::NotIn),
        ("Exists", Self::Exists),
        ("DoesNotExist", Self::DoesNotExist),
    ];
}

impl LabelRequirement {
    /// Whether a label with this value, or a missing one, meets the requirement.
    pub fn holds(&self, value: Option<&str>) -> bool {
        let is_listed = value.is_some_and(|value| self.values.iter().any(|listed| listed == value));
        match self.operator {
            Operator::In => is_listed,
            Operator::NotIn => !is_listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

impl LabelSelector {
    /// Whether an endpoint with these labels is selected; `label` gives a label's value.
    pub fn matches<'a>(&self, label: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.requirements.iter().all(|requirement| requirement.holds(label(&requirement.key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_hold_as_in_kubernetes() {
        let holds = |operator, value| {
            LabelRequirement { key: "tier".to_owned(), operator, values: vec!["fast".to_owned()] }
                .holds(value)
        };
        let table: Vec<_> = Operator::ALL
            .iter()
            .map(|(_, operator)| [Some("fast"), Some("slow"), None].map(|value| holds(*operator, value)))
            .collect();
        assert_eq!(
            table,
            [[true, false, false], [false, true, true], [true, true, false], [false, false, true]]
        );
    }
}
