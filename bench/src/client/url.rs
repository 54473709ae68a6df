//! Where requests go.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::HeaderValue;
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use serde::Deserialize;
use thiserror::Error;

/// A place of an HTTP server. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Url {
    origin: Arc<Origin>,
    path: PathAndQuery,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    pub(super) is_tls: bool,
    /// Without the brackets of an IPv6 address.
    pub(super) host: Box<str>,
    pub(super) port: u16,
    /// The header `host`.
    pub(super) authority: Box<str>,
}

/// Why a text is no URL that can be asked.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("read `{text}` as a URL: {problem}")]
pub struct BadUrl {
    text: String,
    problem: &'static str,
}

impl Url {
    /// The same server and path with more path behind it.
    ///
    /// # Errors
    /// When `path` has what a path cannot have.
    pub fn join(&self, path: &str) -> Result<Self, BadUrl> {
        let base = self.path.path().trim_end_matches('/');
        let whole = format!("{base}/{}", path.trim_start_matches('/'));
        let path = whole.parse().map_err(|_| BadUrl { text: whole, problem: "no path" })?;
        Ok(Self { origin: Arc::clone(&self.origin), path })
    }

    /// `HOST:PORT`, or `HOST` where the scheme's port is meant.
    pub fn authority(&self) -> &str {
        &self.origin.authority
    }

    pub(super) fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    pub(super) fn path(&self) -> &PathAndQuery {
        &self.path
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        let uri: Uri = text.trim().parse().map_err(|_| "it is none")?;
        let is_tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            _ => return Err("it does not begin with http:// or https://"),
        };
        let authority: &Authority = uri.authority().ok_or("it names no host")?;
        let host = authority.host();
        if host.is_empty() {
            return Err("it names no host");
        }
        if authority.as_str().contains('@') {
            return Err("user and password are not sent; use a header");
        }
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let origin = Origin {
            is_tls,
            host: host.trim_start_matches('[').trim_end_matches(']').into(),
            port,
            authority: authority.as_str().into(),
        };
        let path = uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        Ok(Self { origin: Arc::new(origin), path })
    }
}

impl Origin {
    pub(super) fn host_header(&self) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
        HeaderValue::from_str(&self.authority)
    }
}

impl FromStr for Url {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, BadUrl> {
        Self::read(text).map_err(|problem| BadUrl { text: text.to_owned(), problem })
    }
}

impl TryFrom<String> for Url {
    type Error = BadUrl;

    fn try_from(text: String) -> Result<Self, BadUrl> {
        text.parse()
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.origin.is_tls { "https" } else { "http" };
        let path = if self.path == "/" { "" } else { self.path.as_str() };
        write!(formatter, "{scheme}://{}{path}", self.origin.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_and_joined() {
        let url: Url = "http://127.0.0.1:8000".parse().unwrap();
        assert_eq!(url.to_string(), "http://127.0.0.1:8000");
        assert_eq!(url.join("/v1/models").unwrap().to_string(), "http://127.0.0.1:8000/v1/models");
        let below: Url = "https://example.com/team/".parse().unwrap();
        assert_eq!(
            below.join("v1/models?a=1").unwrap().to_string(),
            "https://example.com/team/v1/models?a=1"
        );
        assert_eq!((below.origin.is_tls, below.origin.port), (true, 443));
        let six: Url = "http://[::1]:9/".parse().unwrap();
        assert_eq!((&*six.origin.host, six.origin.port, six.authority()), ("::1", 9, "[::1]:9"));
        assert!(url.join("a b").is_err());
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        for wrong in
            ["", "localhost", "localhost:8000", "/v1", "ftp://a/", "http://", "http://u:p@a/", "http://a b/"]
        {
            assert!(wrong.parse::<Url>().is_err(), "{wrong}");
        }
    }
}
