//! Envoy in the scheduler's pod.

use crate::guide::Guide;

pub(crate) fn serves(guide: &Guide) {
    let deployed = guide.apply("standalone", "standalone", &guide.scheduler, &[]);
    deployed.is_as_the_guide_says();
    deployed.destroy();
}
