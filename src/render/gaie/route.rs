//! The HTTPRoute from the Gateway to the pool, which the guide leaves to the user.

use serde_json::json;

use crate::environment::values::Gaie;
use crate::environment::{fixes, names};
use crate::render::{Manifest, Reject, Renderer};

/// The environment's route; none where it has none.
pub(super) fn manifest(renderer: &Renderer<'_, Gaie>) -> Result<Option<Manifest>, Reject> {
    let Some(route) = &renderer.environment.route else { return Ok(None) };
    let mut named = names::Route::as_upstream();
    let environment = renderer.environment;
    let following = names::Route::new(&environment.postfix, &environment.gateway, renderer.release());
    if named != following && renderer.mends(fixes::ROUTE_NAME) {
        named = following;
    }
    let view = json!({
        "name": named.name,
        "gateway": named.gateway,
        "pool": named.pool,
        "port": route.port,
        "timeouts": route.timeouts,
    });
    renderer.manifest("routing/http_route.yaml.j2", &view).map(Some)
}
