//! `header-based-testing-filter`: endpoints that a header names, for conformance tests.

use std::net::{IpAddr, SocketAddr};

use llmd_api::names::header;

use crate::model::Endpoint;
use crate::scheduling::{Candidates, Cycle, Filter};

/// Keeps the endpoints that `test-epp-endpoint-selection` lists, in its order; none without the header. An address
/// without a port names every endpoint that has it.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct HeaderTestFilter;

impl Filter for HeaderTestFilter {
    fn filter(&self, cycle: &Cycle<'_>, candidates: &mut Candidates) {
        let listed = cycle.request.headers.get(header::TEST_SELECTION).unwrap_or_default();
        let mut kept = 0;
        for address in listed.split(',').filter_map(Address::read) {
            for index in kept..candidates.len() {
                if address.is_of(cycle.endpoint(candidates[index])) {
                    candidates[kept..=index].rotate_right(1);
                    kept += 1;
                }
            }
        }
        candidates.truncate(kept);
    }
}

enum Address {
    Any(IpAddr),
    One(SocketAddr),
}

impl Address {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        text.parse().map(Self::One).or_else(|_| text.parse().map(Self::Any)).ok()
    }

    fn is_of(&self, endpoint: &Endpoint) -> bool {
        match self {
            Self::Any(ip) => endpoint.ip() == *ip,
            Self::One(address) => endpoint.spec.address == *address,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    #[test]
    fn keeps_what_the_header_lists_in_its_order() {
        let table: [(_, &[&str]); 7] = [
            ("10.0.0.3", &["c"]),
            ("10.0.0.3:8000,10.0.0.1", &["c", "a"]),
            (" 10.0.0.4 , 10.0.0.2:8000", &["d", "b"]),
            ("10.0.0.2,10.0.0.2", &["b"]),
            ("10.0.0.2:9000", &[]),
            ("nonsense,,10.0.0.9,10.0.0.1", &["a"]),
            ("", &[]),
        ];
        for (header, expected) in table {
            let mut bed = Bed::of(4);
            bed.header(header::TEST_SELECTION, header);
            assert_eq!(bed.kept(&HeaderTestFilter), expected, "{header}");
        }
    }

    #[test]
    fn keeps_nothing_without_the_header() {
        assert!(Bed::of(4).kept(&HeaderTestFilter).is_empty());
    }
}
