//! For each check a right cluster, and one that is broken in just that way, which fails just that check.

mod broken;
mod fixture;

use fixture::{Clinic, right};

use super::check::Check;
use super::report::Outcome;

#[test]
fn a_right_cluster_passes_every_check_that_it_has_something_for() {
    let clinic = Clinic::of("istio");
    let outcomes = clinic.outcomes(&right(&clinic));
    let skipped: Vec<Check> = outcomes
        .iter()
        .filter(|(_, outcome)| matches!(outcome, Outcome::Skipped { .. }))
        .map(|(check, _)| *check)
        .collect();
    // Istio's environment claims no devices and mounts no claim.
    assert_eq!(skipped, [Check::Devices, Check::Storage], "{outcomes:#?}");
    let wrong: Vec<_> = outcomes.iter().filter(|(_, outcome)| !outcome.findings().is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_environment_says_what_it_needs() {
    for listed in crate::environment::catalog::list().unwrap() {
        let needs = crate::environment::catalog::find(&listed.name).unwrap().needs;
        let is_of_the_guide = !matches!(listed.name.as_str(), "bare" | "local");
        assert_eq!(needs.kubernetes.is_some(), is_of_the_guide, "{}", listed.name);
        assert_eq!(needs.groups.is_empty(), !is_of_the_guide, "{}", listed.name);
        if is_of_the_guide {
            let clinic = Clinic::of(&listed.name);
            let needed = super::definitions::needed(&clinic.stack, &clinic.needs);
            let without = needed.iter().filter(|one| !needs.groups.contains_key(&one.group));
            assert_eq!(without.count(), 0, "{}: {needed:#?}", listed.name);
        }
    }
}

#[test]
fn what_is_not_known_is_skipped_and_never_passes() {
    let clinic = Clinic::of("istio");
    for (check, outcome) in clinic.outcomes(&super::facts::Facts::default()) {
        // Names are known without a cluster.
        let is_skipped = matches!(outcome, Outcome::Skipped { .. });
        assert_eq!(is_skipped, check != Check::Names, "{check}: {outcome:?}");
    }
}

#[test]
fn the_guide_is_right_on_every_platform() {
    for environment in
        ["istio", "kgateway", "agentgateway", "gke", "gke_tpu", "xpu", "gaudi", "digitalocean", "standalone"]
    {
        let clinic = Clinic::of(environment);
        let failed: Vec<_> = clinic
            .outcomes(&right(&clinic))
            .into_iter()
            .filter(|(_, outcome)| matches!(outcome, Outcome::Failed { .. }))
            .collect();
        assert!(failed.is_empty(), "{environment}: {failed:#?}");
    }
}
