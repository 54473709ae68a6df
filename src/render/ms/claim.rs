//! Accelerators by Dynamic Resource Allocation.

use serde_json::{Value, json};

use crate::environment::values::{ClaimTemplate, Ms};
use crate::environment::{fixes, names};
use crate::render::{Manifest, Reject, Renderer};

/// The template of the pods' claims, when devices are claimed.
pub(super) fn template(renderer: &Renderer<'_, Ms>) -> Result<Option<Manifest>, Reject> {
    let templates = &renderer.values().dra.claim_templates;
    let Some(wanted) = claimed_type(renderer) else { return Ok(None) };
    // The chart takes the last of those with the same name.
    let Some(template) = templates.iter().rfind(|template| template.name.as_deref() == Some(wanted)) else {
        let known: Vec<&str> = templates.iter().filter_map(|template| template.name.as_deref()).collect();
        let message =
            format!("there is no claim template {wanted:?} in claimTemplates, only {}", known.join(", "));
        return Err(renderer.reject("dra.type", message));
    };
    let ClaimTemplate { name, class, match_, count, selectors } = template;
    let view = json!({
        "name": template_name(renderer, wanted),
        "request": name,
        "class": class,
        "match": match_.as_deref().unwrap_or("exactly"),
        "count": count,
        "selectors": selectors,
    });
    Ok(Some(renderer.manifest("model-servers/resource_claim_template.yaml.j2", &view)?))
}

/// The name by which containers use the pod's claim.
pub(super) fn name(renderer: &Renderer<'_, Ms>) -> Option<String> {
    claimed_type(renderer).map(names::claim)
}

/// The pod's claims.
pub(super) fn of_pod(renderer: &Renderer<'_, Ms>) -> Option<Value> {
    let claim = |kind| json!([{"name": names::claim(kind), "resourceClaimTemplateName": template_name(renderer, kind)}]);
    claimed_type(renderer).map(claim)
}

/// The chart's name is the same for every release.
fn template_name(renderer: &Renderer<'_, Ms>, kind: &str) -> String {
    let name = names::claim_template(kind);
    if renderer.mends(fixes::CLAIM_TEMPLATE_NAME) { format!("{}-{name}", renderer.release()) } else { name }
}

fn claimed_type<'a>(renderer: &Renderer<'a, Ms>) -> Option<&'a str> {
    let dra = &renderer.values().dra;
    dra.enabled.then(|| dra.type_.as_deref().unwrap_or_default())
}
