//! How the ranks of a model are spread over pods and accelerators.

use crate::environment::values::Parallelism;

/// Degrees of parallelism, those that were not given derived from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    /// Accelerators per rank.
    pub(super) tensor: i64,
    /// Ranks in all.
    pub(super) data: i64,
    /// Ranks per pod.
    pub(super) data_local: i64,
}

/// Degrees that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{data} ranks cannot be shared evenly: make it a multiple of `{by}`, which is {parts}")]
pub(super) struct Uneven {
    data: i64,
    by: &'static str,
    parts: i64,
}

impl Spread {
    pub(super) fn derive(given: &Parallelism) -> Result<Self, Uneven> {
        let Given { tensor, data, data_local, workers } = Given::of(given);
        Ok(Self {
            tensor: tensor.unwrap_or(1),
            data: match (data, data_local) {
                (Some(data), _) => data,
                (None, Some(local)) => local.saturating_mul(workers.unwrap_or(1)),
                (None, None) => 1,
            },
            data_local: match (data_local, data, workers) {
                (Some(local), _, _) => local,
                (None, Some(data), Some(workers)) => divide(data, workers, "workers")?,
                (None, Some(data), None) => data,
                (None, None, _) => 1,
            },
        })
    }

    pub(super) fn accelerators_per_pod(self) -> i64 {
        self.data_local.saturating_mul(self.tensor)
    }
}

/// Pods per group.
pub(super) fn workers(given: &Parallelism) -> Result<i64, Uneven> {
    match Given::of(given) {
        Given { workers: Some(workers), .. } => Ok(workers),
        Given { data: Some(data), data_local: Some(local), .. } => divide(data, local, "dataLocal"),
        _ => Ok(1),
    }
}

/// The degrees that count as given: zero does not.
struct Given {
    tensor: Option<i64>,
    data: Option<i64>,
    data_local: Option<i64>,
    workers: Option<i64>,
}

impl Given {
    fn of(values: &Parallelism) -> Self {
        let given = |degree: Option<i64>| degree.filter(|degree| *degree != 0);
        Self {
            tensor: given(values.tensor),
            data: given(values.data),
            data_local: given(values.data_local),
            workers: given(values.workers),
        }
    }
}

fn divide(data: i64, parts: i64, by: &'static str) -> Result<i64, Uneven> {
    if data % parts == 0 { Ok(data / parts) } else { Err(Uneven { data, by, parts }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(degrees: [i64; 4]) -> Parallelism {
        let [tensor, data, data_local, workers] = degrees.map(Some);
        Parallelism { tensor, data, data_local, workers }
    }

    fn derived(degrees: [i64; 4]) -> (i64, i64, i64, i64) {
        let spread = Spread::derive(&given(degrees)).unwrap();
        (spread.tensor, spread.data, spread.data_local, workers(&given(degrees)).unwrap())
    }

    #[test]
    fn what_is_not_given_follows_from_the_rest() {
        assert_eq!(derived([0, 0, 0, 0]), (1, 1, 1, 1));
        assert_eq!(derived([2, 16, 8, 2]), (2, 16, 8, 2));
        assert_eq!(derived([1, 0, 2, 3]), (1, 6, 2, 3));
        assert_eq!(derived([1, 0, 4, 0]), (1, 4, 4, 1));
        assert_eq!(derived([1, 8, 0, 2]), (1, 8, 4, 2));
        assert_eq!(derived([1, 8, 4, 0]), (1, 8, 4, 2));
        assert_eq!(derived([1, 8, 0, 0]), (1, 8, 8, 1));
    }

    #[test]
    fn the_defaults_count_as_given() {
        assert_eq!(derived([1, 8, 1, 1]), (1, 8, 1, 1));
    }

    #[test]
    fn uneven_shares_are_refused() {
        let fault = Spread::derive(&given([1, 5, 0, 2])).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "5 ranks cannot be shared evenly: make it a multiple of `workers`, which is 2"
        );
        assert_eq!(workers(&given([1, 7, 2, 0])), Err(Uneven { data: 7, by: "dataLocal", parts: 2 }));
    }

    #[test]
    fn a_pod_has_accelerators_for_its_ranks() {
        assert_eq!(Spread { tensor: 2, data: 16, data_local: 8 }.accelerators_per_pod(), 16);
    }
}
