//! What our credentials say about themselves: the server tells nobody why it does not accept them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use kube::config::AuthInfo;
use serde_json::Value;

use super::lock::span;
use super::object::{number, text};

/// The login of a kubeconfig's user.
#[derive(Clone, Debug, Default)]
pub(super) struct Credentials {
    /// `token` or `client certificate`; None for what we cannot look into.
    kind: Option<&'static str>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Credentials {
    /// Reads what is sent to the server. What cannot be read is left to the server to judge.
    pub(super) fn of(login: &AuthInfo) -> Self {
        // Written out as a kubeconfig, which is the way to its secrets.
        let written = serde_json::to_value(login).unwrap_or_default();
        let read = |path: &str| std::fs::read_to_string(path).ok();
        let token = Some(text(&written, "/token").to_owned())
            .filter(|token| !token.is_empty())
            .or_else(|| login.token_file.as_deref().and_then(read));
        if let Some(token) = token {
            let (from, until) = token_validity(token.trim());
            return Self { kind: Some("token"), from, until };
        }
        let inline = login.client_certificate_data.as_ref().and_then(|data| BASE64.decode(data).ok());
        let inline = inline.and_then(|pem| String::from_utf8(pem).ok());
        let Some(pem) = inline.or_else(|| login.client_certificate.as_deref().and_then(read)) else {
            return Self::default();
        };
        let (from, until) = der_of(&pem).and_then(|der| certificate_validity(&der)).unzip();
        Self { kind: Some("client certificate"), from, until }
    }

    /// What is wrong with them, as far as their own dates tell; else until when they should do.
    pub(super) fn standing(&self, now: Timestamp) -> Option<String> {
        let kind = self.kind?;
        let ago = |time: Timestamp| span(now.duration_since(time));
        Some(match (self.from, self.until) {
            (_, Some(until)) if until <= now => {
                format!("the {kind} has expired at {until}, {} ago", ago(until))
            }
            (Some(from), _) if from > now => format!(
                "the {kind} is not valid before {from}, and it is {}",
                now.round(jiff::Unit::Second).unwrap_or(now)
            ),
            (_, Some(until)) => format!("the {kind} should be valid until {until}"),
            (_, None) => format!("a {kind} was sent"),
        })
    }
}

/// `nbf` and `exp` of a JSON web token.
fn token_validity(token: &str) -> (Option<Timestamp>, Option<Timestamp>) {
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims: Value = claims.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let time = |pointer| number(&claims, pointer).and_then(|seconds| Timestamp::from_second(seconds).ok());
    (time("/nbf"), time("/exp"))
}

/// The first certificate of a PEM file.
fn der_of(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    BASE64.decode(body.split_whitespace().collect::<String>()).ok()
}

/// The elements of a DER sequence (X.690): tag and content, one after the other.
struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&[tag, first], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes.iter().try_fold(0_usize, |length, byte| {
                Some(length.checked_mul(256)?.saturating_add(usize::from(*byte)))
            })?;
            (length, rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }
}

/// `notBefore` and `notAfter` of an X.509 certificate (RFC 5280, 4.1).
fn certificate_validity(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    const VERSION: u8 = 0xa0;
    let (_, certificate) = Elements(der).next()?;
    let (_, signed) = Elements(certificate).next()?;
    // Serial number, algorithm and issuer come before it, and the version where it is not the first.
    let mut fields = Elements(signed).skip_while(|(tag, _)| *tag == VERSION).skip(3);
    let mut times = Elements(fields.next()?.1);
    Some((time(times.next()?)?, time(times.next()?)?))
}

/// A `UTCTime` (1950 to 2049) or a `GeneralizedTime`.
fn time((tag, content): (u8, &[u8])) -> Option<Timestamp> {
    const UTC_TIME: u8 = 0x17;
    let text = std::str::from_utf8(content).ok()?;
    let text = match tag {
        UTC_TIME if text < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => text.to_owned(),
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn token(claims: &Value) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    fn of(login: &Value) -> Credentials {
        Credentials::of(&serde_json::from_value(login.clone()).unwrap())
    }

    #[test]
    fn a_token_says_until_when_it_is_valid() {
        let login = of(&json!({"token": token(&json!({"nbf": 1_700_000_000, "exp": 1_700_003_600}))}));
        assert_eq!(
            login.standing(at("2023-11-15T00:00:00Z")).unwrap(),
            "the token has expired at 2023-11-14T23:13:20Z, 46m 40s ago"
        );
        assert_eq!(
            login.standing(at("2023-11-14T22:00:00.25Z")).unwrap(),
            "the token is not valid before 2023-11-14T22:13:20Z, and it is 2023-11-14T22:00:00Z"
        );
        assert_eq!(
            login.standing(at("2023-11-14T23:00:00Z")).unwrap(),
            "the token should be valid until 2023-11-14T23:13:20Z"
        );
    }

    #[test]
    fn what_cannot_be_read_is_no_fault() {
        assert_eq!(
            of(&json!({"token": "opaque"})).standing(at("2023-11-15T00:00:00Z")).unwrap(),
            "a token was sent"
        );
        assert_eq!(of(&json!({})).standing(at("2023-11-15T00:00:00Z")), None);
        let nonsense = BASE64.encode("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----");
        let login = of(&json!({"client-certificate-data": nonsense}));
        assert_eq!(login.standing(at("2023-11-15T00:00:00Z")).unwrap(), "a client certificate was sent");
    }

    #[test]
    fn elements_end_where_their_lengths_lie() {
        let der = [0x30, 0x82, 0x00, 0x01, 0x05, 0x04, 0x00];
        assert_eq!(Elements(&der).collect::<Vec<_>>(), [(0x30, &[0x05][..]), (0x04, &[][..])]);
        for broken in [&[0x30][..], &[0x30, 0x05, 0x01], &[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1]] {
            assert_eq!(Elements(broken).count(), 0);
        }
    }

    #[test]
    fn both_kinds_of_time_are_read() {
        assert_eq!(time((0x17, b"261126200000Z")), Some(at("2026-11-26T20:00:00Z")));
        assert_eq!(time((0x17, b"750101000000Z")), Some(at("1975-01-01T00:00:00Z")));
        assert_eq!(time((0x18, b"29990101000000Z")), Some(at("2999-01-01T00:00:00Z")));
        assert_eq!(time((0x18, b"today")), None);
    }
}
