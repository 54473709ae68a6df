//! Headers on their way through the proxy.

use http::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use llmd_api::names::header;

use crate::model::Headers;

/// Headers that belong to one connection and are not passed on (RFC 9110 §7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authorization"),
];

/// Takes out what is meant for this connection only, the headers that `Connection` names among it, and what a client
/// has no say in.
pub(super) fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
    headers.remove(header::DESTINATION_ENDPOINT);
}

/// The headers as the director reads them, with the pseudo header of the path or the status.
pub(super) fn read(headers: &HeaderMap, pseudo: (&str, &str)) -> Headers {
    let mut read = Headers::new();
    read.set(pseudo.0, bytes::Bytes::copy_from_slice(pseudo.1.as_bytes()));
    for (name, value) in headers {
        read.set(name.as_str(), bytes::Bytes::copy_from_slice(value.as_bytes()));
    }
    read
}

/// Sets a header; a value that no header can hold is left out.
pub(super) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
