//! `destination-endpoint-served-verifier`: shows a conformance test which endpoint the proxy says has served
//! (`epp.md` §4.12).

use llmd_api::names::header;

use crate::scheduling::{ResponseHead, ResponseReceived};

#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct ServedVerifier;

impl ResponseReceived for ServedVerifier {
    fn response_received(&self, head: &ResponseHead<'_>, set: &mut Vec<(&'static str, String)>) {
        let served = match head.served {
            None => "fail: missing envoy lb metadata",
            Some(None) => "fail: missing destination endpoint served metadata",
            Some(Some(served)) => served,
        };
        set.push((header::TEST_SERVED_ENDPOINT, served.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Headers;
    use crate::plugins::testbed::Bed;

    #[test]
    fn says_what_the_metadata_says_or_lacks() {
        let bed = Bed::of(1);
        let (headers, decision) = (Headers::new(), bed.decision(&[0]));
        let table = [
            (None, "fail: missing envoy lb metadata"),
            (Some(None), "fail: missing destination endpoint served metadata"),
            (Some(Some("127.0.0.3:9301")), "127.0.0.3:9301"),
        ];
        for (served, expected) in table {
            let head =
                ResponseHead { headers: &headers, endpoint: &bed.endpoints[0], decision: &decision, served };
            let mut set = Vec::new();
            ServedVerifier.response_received(&head, &mut set);
            assert_eq!(set, [(header::TEST_SERVED_ENDPOINT, expected.to_owned())]);
        }
    }
}
