//! Where the model comes from, and what that means for pods and arguments.

use serde_json::{Value, json};

use crate::environment::values::{ModelArtifacts, Ms};
use crate::render::{Reject, Renderer};
use crate::yaml;

/// Folder of the cache in a claim, which the chart keeps whatever `mountPath` is.
const CLAIM_CACHE: &str = "/model-cache/";

/// What a model URI names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source<'a> {
    /// `hf://MODEL`: downloaded by the server.
    HuggingFace { model: &'a str },
    /// `pvc://CLAIM/PATH`: files in a claim.
    Claim { claim: &'a str, path: &'a str },
    /// `pvc+hf://CLAIM/FOLDERS/NAMESPACE/MODEL`: a download cache in a claim.
    ClaimCache { claim: &'a str, folders: String, model: String },
    /// `oci://REFERENCE`: an image that is mounted.
    Image { reference: &'a str },
    /// Any other scheme, which the chart takes and does nothing with.
    Other { scheme: &'a str },
}

/// A URI that lacks a part.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is too short: a claim, a namespace and a model are needed, pvc+hf://CLAIM/NAMESPACE/MODEL")]
pub(super) struct TooShort(String);

impl<'a> Source<'a> {
    pub(super) fn parse(uri: &'a str) -> Result<Self, TooShort> {
        let scheme = uri.split_once("://").map_or(uri, |(scheme, _)| scheme);
        let rest = uri.rsplit_once("://").map_or(uri, |(_, rest)| rest);
        Ok(match scheme {
            "hf" => Self::HuggingFace { model: rest },
            "pvc" => {
                let (claim, path) = rest.split_once('/').unwrap_or((rest, rest));
                Self::Claim { claim, path }
            }
            "pvc+hf" => {
                let parts: Vec<&str> = rest.split('/').collect();
                let [claim, folders @ .., namespace, model] = parts.as_slice() else {
                    return Err(TooShort(uri.to_owned()));
                };
                Self::ClaimCache { claim, folders: folders.join("/"), model: format!("{namespace}/{model}") }
            }
            "oci" => Self::Image { reference: rest },
            scheme => Self::Other { scheme },
        })
    }
}

/// The model of a release.
pub(super) struct Model<'a> {
    pub(super) source: Source<'a>,
    artifacts: &'a ModelArtifacts,
    /// What the server is told to load; none when there is no way to say it.
    argument: Option<String>,
}

impl<'a> Model<'a> {
    pub(super) fn read(renderer: &Renderer<'a, Ms>) -> Result<Self, Reject> {
        let artifacts = &renderer.values().model_artifacts;
        let uri = artifacts.uri.as_deref().unwrap_or_default();
        let source =
            Source::parse(uri).map_err(|fault| renderer.reject("modelArtifacts.uri", fault.to_string()))?;
        let mount_path = artifacts.mount_path.as_deref().unwrap_or_default();
        let argument = match &source {
            Source::HuggingFace { model } => Some(renderer.templated_text("modelArtifacts.uri", model)?),
            Source::Claim { path, .. } => Some(format!("{mount_path}/{path}")),
            Source::ClaimCache { model, .. } => Some(model.clone()),
            Source::Image { .. } | Source::Other { .. } => None,
        };
        Ok(Self { source, artifacts, argument })
    }

    /// The name that clients ask for; never templated.
    pub(super) fn served_name(&self) -> &'a str {
        self.artifacts.name.as_deref().unwrap_or_default()
    }

    /// What the server is told to load.
    pub(super) fn argument(&self) -> Option<&str> {
        self.argument.as_deref()
    }

    pub(super) fn mount_path(&self) -> &'a str {
        self.artifacts.mount_path.as_deref().unwrap_or_default()
    }

    /// Whether containers may not write where the model is mounted.
    pub(super) fn is_read_only(&self) -> bool {
        matches!(self.source, Source::Claim { .. } | Source::Image { .. })
    }

    /// The pod's volume with the model, but for its name.
    pub(super) fn volume(&self) -> Option<Value> {
        let claim = |name: &str| json!({"persistentVolumeClaim": {"claimName": name, "readOnly": true}});
        match &self.source {
            Source::HuggingFace { .. } => {
                let size = self.artifacts.size.as_deref().filter(|size| !size.is_empty()).unwrap_or("0");
                Some(json!({"emptyDir": {"sizeLimit": plain(size)}}))
            }
            Source::Claim { claim: name, .. } | Source::ClaimCache { claim: name, .. } => Some(claim(name)),
            Source::Image { reference } => {
                Some(json!({"image": {"reference": reference, "pullPolicy": "Always"}}))
            }
            Source::Other { .. } => None,
        }
    }

    /// The environment variable that says where downloads are, in a container that mounts the model.
    pub(super) fn cache_variable(&self) -> Option<(&'static str, String)> {
        match &self.source {
            Source::HuggingFace { .. } => Some(("HF_HOME", self.mount_path().to_owned())),
            Source::ClaimCache { folders, .. } => Some(("HF_HUB_CACHE", format!("{CLAIM_CACHE}{folders}"))),
            _ => None,
        }
    }

    /// The Secret with the token for Hugging Face.
    pub(super) fn token_secret(&self) -> Option<&'a str> {
        self.artifacts.auth_secret_name.as_deref().filter(|name| !name.is_empty())
    }
}

/// A text as the chart writes it without quotes: digits become a number.
pub(super) fn plain(text: &str) -> Value {
    yaml::read(text).unwrap_or_else(|_| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_is_taken_apart() {
        let parse = |uri| Source::parse(uri).unwrap();
        assert_eq!(parse("hf://org/m"), Source::HuggingFace { model: "org/m" });
        assert_eq!(parse("pvc://c/a/b"), Source::Claim { claim: "c", path: "a/b" });
        assert_eq!(parse("pvc://c"), Source::Claim { claim: "c", path: "c" });
        assert_eq!(parse("oci://r/i:t"), Source::Image { reference: "r/i:t" });
        assert_eq!(parse("s3://b/k"), Source::Other { scheme: "s3" });
        assert_eq!(parse("model"), Source::Other { scheme: "model" });
        let cache = |uri| match parse(uri) {
            Source::ClaimCache { claim, folders, model } => format!("{claim} [{folders}] {model}"),
            other => format!("{other:?}"),
        };
        assert_eq!(cache("pvc+hf://c/a/b/ns/m"), "c [a/b] ns/m");
        assert_eq!(cache("pvc+hf://c/ns/m"), "c [] ns/m");
    }

    #[test]
    fn a_cache_needs_three_parts() {
        assert!(Source::parse("pvc+hf://c/m").is_err());
        assert!(Source::parse("pvc+hf://m").is_err());
    }

    #[test]
    fn digits_alone_are_a_number() {
        assert_eq!([plain("0"), plain("5Mi")], [json!(0), json!("5Mi")]);
    }
}
