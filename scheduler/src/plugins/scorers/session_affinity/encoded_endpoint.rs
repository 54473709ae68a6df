//! The session is known by a header that holds its endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use llmd_api::names::header;

use super::{remembered, score_where};
use crate::model::Endpoint;
use crate::scheduling::{Candidates, Cycle, ResponseHead, ResponseReceived, Scorer};

/// Longest id of an endpoint: a namespace has 63 characters, a pod 253, and a rank comes after it.
const MAX_ID: usize = 384;

/// The header holds `namespace/name` in base64; every answer sets it.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct EncodedEndpoint {
    header: &'static str,
    profile: Option<usize>,
}

impl EncodedEndpoint {
    /// `header` in lower case; `profile` is the one whose target is remembered, none for the primary one.
    pub(in crate::plugins) fn new(header: &str, profile: Option<usize>) -> Self {
        // Names of headers to set live as long as the process. There is one for each plugin of a configuration.
        let header =
            if header == header::SESSION_TOKEN { header::SESSION_TOKEN } else { header.to_owned().leak() };
        Self { header, profile }
    }
}

impl Scorer for EncodedEndpoint {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        let Some(token) = cycle.request.headers.get_filled(self.header) else { return };
        let mut id = [0; MAX_ID];
        let Ok(length) = STANDARD.decode_slice(token, &mut id) else { return };
        score_where(cycle, candidates, scores, |endpoint| is_id_of(&id[..length], endpoint));
    }
}

fn is_id_of(id: &[u8], endpoint: &Endpoint) -> bool {
    let name = id.strip_prefix(endpoint.spec.namespace.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    name == Some(endpoint.spec.name.as_bytes())
}

impl ResponseReceived for EncodedEndpoint {
    fn response_received(&self, head: &ResponseHead<'_>, set: &mut Vec<(&'static str, String)>) {
        if let Some(endpoint) = remembered(head.decision, self.profile) {
            set.push((self.header, STANDARD.encode(endpoint.id())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Headers;
    use crate::plugins::testbed::{Bed, assert_close, endpoint};

    #[test]
    fn the_token_names_the_endpoint() {
        let table = [
            ("ZGVmYXVsdC92bGxtLTAtcmFuay0w", [0.0, 1.0]),
            ("ZGVmYXVsdC9wb2QtYw==", [1.0, 0.0]),
            ("ZGVmYXVsdC9wb2QtYw", [0.0, 0.0]),
            ("ZGVmYXVsdC9vdGhlcg==", [0.0, 0.0]),
            ("no base64", [0.0, 0.0]),
            ("", [0.0, 0.0]),
        ];
        for (token, expected) in table {
            let mut bed = Bed::with(vec![endpoint(0, "pod-c", &[]), endpoint(1, "vllm-0-rank-0", &[])]);
            bed.header(header::SESSION_TOKEN, token);
            assert_close(&bed.scores(&EncodedEndpoint::new(header::SESSION_TOKEN, None)), &expected);
        }
    }

    #[test]
    fn a_long_header_is_no_token() {
        let mut bed = Bed::of(1);
        bed.header(header::SESSION_TOKEN, &"AAAA".repeat(1000));
        assert_close(&bed.scores(&EncodedEndpoint::new(header::SESSION_TOKEN, None)), &[0.0]);
    }

    #[test]
    fn the_answer_brings_the_token_of_the_remembered_profile() {
        let bed = Bed::with(vec![endpoint(0, "pod-b", &[]), endpoint(1, "pod-c", &[])]);
        let decision = bed.decision(&[0, 1]);
        let headers = Headers::new();
        let head = ResponseHead {
            headers: &headers,
            endpoint: &bed.endpoints[0],
            decision: &decision,
            served: crate::scheduling::ServedBy::NoMetadata,
        };
        for (name, profile, token) in [
            (header::SESSION_TOKEN, None, "ZGVmYXVsdC9wb2QtYg=="),
            ("x-mine", Some(1), "ZGVmYXVsdC9wb2QtYw=="),
        ] {
            let mut set = Vec::new();
            EncodedEndpoint::new(name, profile).response_received(&head, &mut set);
            assert_eq!(set, [(name, token.to_owned())]);
        }
    }
}
