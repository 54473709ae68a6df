//! What becomes ours although somebody else has it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Error;
use super::fields::path;
use super::object::ObjectRef;
use crate::render::manifest::Stack;

/// Nothing, some fields, or everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
#[serde(rename_all = "camelCase")]
pub struct TakeOver {
    /// Take over objects and fields that belong to somebody else
    #[arg(long)]
    pub take_ownership: bool,
    /// Take over one field, and what is in it: `Deployment/NAME:spec.replicas`; repeatable
    #[arg(long, value_name = "KIND/NAME:PATH")]
    pub take_over: Vec<FieldOf>,
}

impl TakeOver {
    /// Whether a field of an object becomes ours whoever has it.
    pub(super) fn covers(&self, object: &ObjectRef, field: &str) -> bool {
        let object = object.to_string();
        self.take_ownership
            || self.take_over.iter().any(|one| one.object == object && path::covers(&one.path, field))
    }

    /// An error for each object that is named and not there.
    pub(super) fn unknown(&self, stack: &Stack) -> Vec<Error> {
        let known: Vec<String> = stack.manifests().map(ToString::to_string).collect();
        let unknown = self.take_over.iter().filter(|one| !known.contains(&one.object));
        unknown.map(|one| Error::UnknownObject { object: one.object.clone(), known: known.clone() }).collect()
    }
}

/// A field of an object of the stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldOf {
    /// `Kind/name`.
    pub object: String,
    /// As the API server writes it: `spec.template.spec.containers[name="x"].image`.
    pub path: String,
}

impl FromStr for FieldOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once(':').map(|(object, path)| (object, path.trim_start_matches('.')));
        match parts {
            Some((object, path)) if object.contains('/') && !path.is_empty() => {
                Ok(Self { object: object.to_owned(), path: path.to_owned() })
            }
            _ => Err("expected an object and a field of it, for example Deployment/decode:spec.replicas"
                .to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_taken_over_with_what_is_in_it_and_no_other() {
        let decode = ObjectRef::namespaced("apps/v1", "Deployment", "deployments", "demo", "decode");
        let fields = ["Deployment/decode:spec.template", "Deployment/epp:spec.replicas"];
        let take_over =
            TakeOver { take_over: fields.map(|text| text.parse().unwrap()).into(), ..TakeOver::default() };
        assert!(take_over.covers(&decode, "spec.template.spec.containers[name=\"x\"].image"));
        assert!(!take_over.covers(&decode, "spec.replicas"));
        assert!(TakeOver { take_ownership: true, ..TakeOver::default() }.covers(&decode, "spec.replicas"));
    }

    #[test]
    fn what_names_no_field_is_refused() {
        for text in ["", "Deployment/decode", "decode:spec.replicas", "Deployment/decode:."] {
            assert!(text.parse::<FieldOf>().is_err(), "{text}");
        }
    }
}
