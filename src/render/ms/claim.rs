//! Accelerators by Dynamic Resource Allocation.

use serde_json::{Value, json};

use crate::environment::values::{ClaimTemplate, Ms};
use crate::render::{Manifest, Reject, Renderer};

/// The ResourceClaimTemplate, when devices are claimed.
pub(super) fn template(renderer: &Renderer<'_, Ms>) -> Result<Option<Manifest>, Reject> {
    let dra = &renderer.values().dra;
    if !dra.enabled {
        return Ok(None);
    }
    let wanted = dra.type_.as_deref().unwrap_or_default();
    let known = || dra.claim_templates.iter().filter_map(|template| template.name.as_deref());
    // The chart takes the last of those with the same name.
    let Some(template) = dra.claim_templates.iter().rfind(|template| template.name.as_deref() == Some(wanted))
    else {
        let known: Vec<&str> = known().collect();
        let message = format!("there is no claim template {wanted:?} in claimTemplates, only {}", known.join(", "));
        return Err(renderer.reject("dra.type", message));
    };
    let ClaimTemplate { name, class, match_, count, selectors } = template;
    let view = json!({
        "name": format!("{wanted}-resource-claim-template"),
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
    let dra = &renderer.values().dra;
    dra.enabled.then(|| format!("{}-resource-claim", dra.type_.as_deref().unwrap_or_default()))
}

/// The pod's claims.
pub(super) fn of_pod(renderer: &Renderer<'_, Ms>) -> Option<Value> {
    name(renderer).map(|name| json!([{"name": name, "resourceClaimTemplateName": format!("{name}-template")}]))
}
