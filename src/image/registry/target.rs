//! Where an image is pushed to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use oci_client::Reference;

/// `HOST[:PORT]/PATH[:TAG]`, where Docker's shorter forms are taken too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Reference);

/// Why a text names no place for an image.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("{0}; the form is HOST/NAME:TAG")]
    NotReference(#[from] oci_client::ParseError),
    #[error("a digest names an image that exists; push to a tag, HOST/NAME:TAG")]
    Digest,
}

impl FromStr for Target {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let reference = Reference::try_from(text)?;
        if reference.digest().is_some() { Err(Unusable::Digest) } else { Ok(Self(reference)) }
    }
}

impl Target {
    /// Host and port.
    pub fn registry(&self) -> &str {
        self.0.resolve_registry()
    }

    /// The last part of the path, such as `llmd-scheduler`.
    pub fn name(&self) -> &str {
        self.0.repository().rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn reference(&self) -> &Reference {
        &self.0
    }

    /// Whether it is on this machine, where plain HTTP is the custom and safe.
    pub(super) fn is_local(&self) -> bool {
        let host = self.registry();
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host).trim_matches(['[', ']']);
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
