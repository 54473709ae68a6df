//! Who answered.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

const POD: HeaderName = HeaderName::from_static("x-inference-pod");
const ENDPOINT: HeaderName = HeaderName::from_static("x-llmd-endpoint");

/// Which headers of an answer name the replica.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// This one; else `x-inference-pod`, else `x-llmd-endpoint`.
    pub header: Option<HeaderName>,
}

/// Names that were seen: one allocation for each, however many answers have it.
#[derive(Debug, Default)]
pub(super) struct Names(Mutex<HashSet<Arc<str>>>);

impl Attribution {
    pub(super) fn replica(&self, headers: &HeaderMap, names: &Names) -> Option<Arc<str>> {
        let text = |name: &HeaderName| headers.get(name).map(HeaderValue::to_str)?.ok();
        if let Some(name) = &self.header {
            return text(name).map(|name| names.intern(name));
        }
        text(&POD).or_else(|| text(&ENDPOINT)).map(|name| names.intern(name))
    }
}

impl Names {
    fn intern(&self, name: &str) -> Arc<str> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        names.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_first_header_that_is_there_names_the_replica() {
        let names = Names::default();
        let replica = |attribution: &Attribution, pairs: &[_]| attribution.replica(&headers(pairs), &names);
        let all = [("x-inference-pod", "a"), ("x-llmd-endpoint", "e"), ("x-mine", "m")];
        let default = Attribution::default();
        assert_eq!(replica(&default, &all).as_deref(), Some("a"));
        assert_eq!(replica(&default, &all[1..]).as_deref(), Some("e"));
        assert_eq!(replica(&default, &all[2..]), None);
        let own = Attribution { header: Some(HeaderName::from_static("x-mine")) };
        assert_eq!(replica(&own, &all).as_deref(), Some("m"));
        assert_eq!(replica(&own, &all[..2]), None);
    }
}
