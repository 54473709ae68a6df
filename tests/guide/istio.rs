//! Envoy as a Gateway of Istio's.

use crate::guide::{Guide, UPSTREAM};

pub(crate) fn serves(guide: &Guide) {
    let deployed = guide.apply("istio", "istio", &guide.scheduler, &[]);
    deployed.is_as_the_guide_says();
    deployed.destroy();
}

pub(crate) fn serves_with_upstreams_picker(guide: &Guide) {
    let deployed = guide.apply("istio", "istio-upstream", UPSTREAM, &[]);
    deployed.is_as_the_guide_says();
    deployed.destroy();
}
