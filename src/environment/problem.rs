//! Something wrong with what the user gave, with its place; many are reported together.

use std::fmt;

use crate::yaml::tree::Place;

/// One fault in the values: where, which key, what is wrong and what would be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where it was written; none when nothing was written (a missing key).
    pub place: Option<Place>,
    /// The key's path, for example `ms.decode.replicas`; empty when the fault has no key.
    pub path: String,
    pub message: String,
}

impl Problem {
    pub fn new(place: Option<&Place>, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.cloned(), path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// The known name nearest to `given`, when it is near enough to be a slip.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&given.to_lowercase(), &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= 1 + name.len().max(given.len()) / 4)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let known = ["istio", "kgateway", "gke", "gke_tpu"];
        assert_eq!(nearest("isto", known), Some("istio"));
        assert_eq!(nearest("gke-tpu", known), Some("gke_tpu"));
        assert_eq!(nearest("openshift", known), None);
    }
}
