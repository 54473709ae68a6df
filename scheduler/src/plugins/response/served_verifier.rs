//! `destination-endpoint-served-verifier`: shows a conformance test which endpoint the proxy says has served
//! (`epp.md` §4.12).

use llmd_api::names::header;

use crate::scheduling::{ResponseHead, ResponseReceived, ServedBy};

#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct ServedVerifier;

impl ResponseReceived for ServedVerifier {
    fn response_received(&self, head: &ResponseHead<'_>, set: &mut Vec<(&'static str, String)>) {
        let served = match head.served {
            ServedBy::NoMetadata => "fail: missing envoy lb metadata",
            ServedBy::Unnamed => "fail: missing destination endpoint served metadata",
            ServedBy::Endpoint(served) => served,
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
            (ServedBy::NoMetadata, "fail: missing envoy lb metadata"),
            (ServedBy::Unnamed, "fail: missing destination endpoint served metadata"),
            (ServedBy::Endpoint("127.0.0.3:9301"), "127.0.0.3:9301"),
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
