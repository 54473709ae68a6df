//! Bytes under the digest that they are known by.

use bytes::Bytes;
use oci_spec::image::{Descriptor, Digest, MediaType};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{Exit, Failure};

/// A piece of an image as registries and layouts store it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    pub media_type: MediaType,
    /// `sha256:` and 64 digits.
    pub digest: String,
    pub content: Bytes,
}

impl Blob {
    pub(super) fn new(media_type: MediaType, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        Self { media_type, digest: sha256(&content), content }
    }

    /// A document, as text that depends on what it says alone: its keys are in order.
    pub(super) fn json(media_type: MediaType, document: &impl Serialize) -> Result<Self, Failure> {
        Ok(Self::new(media_type, canonical(document)?))
    }

    pub fn size(&self) -> u64 {
        self.content.len() as u64
    }

    /// How other documents name it.
    pub(super) fn descriptor(&self) -> Result<Descriptor, Failure> {
        let digest = self.digest.parse::<Digest>().map_err(|error| Failure::new(Exit::Failed, error))?;
        Ok(Descriptor::new(self.media_type.clone(), self.size(), digest))
    }
}

/// The digest of bytes, as OCI writes it.
pub(super) fn sha256(content: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(content).iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// JSON with its keys in order, whatever order a hash map has given them.
pub(super) fn canonical(document: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let text = serde_json::to_value(document).and_then(|mut value| {
        value.sort_all_objects();
        serde_json::to_vec(&value)
    });
    text.map_err(|error| Failure::new(Exit::Failed, error))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_digest_is_sha256s() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), empty);
        let descriptor = Blob::new(MediaType::ImageConfig, "ab").descriptor().unwrap();
        assert_eq!(descriptor.size(), 2);
    }

    #[test]
    fn keys_are_in_order() {
        let map: HashMap<&str, u8> = (0..20).map(|n| (["b", "a", "d", "c", "e"][n % 5], 1)).collect();
        assert_eq!(canonical(&map).unwrap(), br#"{"a":1,"b":1,"c":1,"d":1,"e":1}"#);
    }
}
