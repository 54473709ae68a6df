//! Model names by `InferenceModelRewrite` (`epp.md` §5.4).

use kube::core::DynamicObject;
use serde::Deserialize;
use tracing::warn;

use super::pool_ref::PoolRef;
use super::{PoolGroup, is_leaving, name};
use crate::datastore::{RewriteRule, RewriteTarget};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    pool_ref: PoolRef,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    matches: Vec<Match>,
    #[serde(default)]
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Match {
    model: ModelMatch,
}

#[derive(Deserialize)]
struct ModelMatch {
    #[serde(rename = "type")]
    kind: Option<String>,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    #[serde(default)]
    weight: u32,
    model_rewrite: String,
}

/// The rules of the rewrites that are for this pool, in order of precedence: those that name models before those for
/// any, then older objects before younger ones, then by the objects' names, then as they stand in the object.
/// What cannot be read is logged and left out.
pub(super) fn rewrites<'a>(
    objects: impl IntoIterator<Item = &'a DynamicObject>,
    group: PoolGroup,
    pool: &str,
) -> Vec<RewriteRule> {
    let mut found = Vec::new();
    for object in objects.into_iter().filter(|object| !is_leaving(object)) {
        match Spec::deserialize(&object.data["spec"]) {
            Ok(spec) if spec.pool_ref.names(group, pool) => found.push((object, spec.rules)),
            Ok(_) => {}
            Err(error) => {
                warn!(rewrite = name(object).as_ref(), %error, "an InferenceModelRewrite cannot be read");
            }
        }
    }
    found.sort_by_key(|(object, _)| (object.metadata.creation_timestamp.clone(), name(object)));
    let rules = found.into_iter().flat_map(|(object, rules)| {
        rules.into_iter().filter_map(move |rule| rewrite_rule(name(object), rule))
    });
    let mut rules: Vec<_> = rules.collect();
    rules.sort_by_key(|rule| rule.models.is_empty());
    rules
}

fn rewrite_rule(object: Box<str>, rule: Rule) -> Option<RewriteRule> {
    let is_generic = rule.matches.is_empty();
    let exact = rule.matches.into_iter().map(|one| one.model);
    let exact = exact.filter(|model| model.kind.as_deref().is_none_or(|kind| kind == "Exact"));
    let models: Vec<_> = exact.map(|model| model.value.into_boxed_str()).collect();
    let targets: Vec<_> = rule
        .targets
        .into_iter()
        .map(|target| RewriteTarget { weight: target.weight, model: target.model_rewrite.into_boxed_str() })
        .collect();
    // A rule whose matches are all of kinds that are not known yet applies to nothing, not to everything.
    let applies = is_generic || !models.is_empty();
    (applies && !targets.is_empty()).then_some(RewriteRule { object, models, targets })
}

#[cfg(test)]
mod tests;
