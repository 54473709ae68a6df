//! What a configuration says without it meaning anything.

use crate::config::{Config, DisaggProfileHandler, Plugin, PluginKind, Profile, ProfilePlugin, Role};
use crate::finding::{Finding, Place, Severity};

/// Finds what never acts: weights, plugins, profiles. Every finding is a warning; [`load`](crate::load) has them too.
pub fn lint(config: &Config) -> Vec<Finding> {
    let profiles = config.profiles.iter().enumerate();
    profiles
        .flat_map(|(index, profile)| members(config, index, profile))
        .chain(idle_profiles(config))
        .chain(idle_plugins(config))
        .chain(missing_header(config))
        .collect()
}

fn warning(place: &Place, key: String, message: String, hint: Option<&str>) -> Finding {
    let hint = hint.map(str::to_owned);
    Finding { severity: Severity::Warning, place: place.clone(), key, message, hint, is_ours: false }
}

/// Weights that change nothing, and plugins that do nothing in a profile.
fn members(config: &Config, index: usize, profile: &Profile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let plugin = |member: &ProfilePlugin| &config.plugins[member.plugin];
    let count = |role| profile.plugins.iter().filter(|member| plugin(member).role == role).count();
    let scorers = count(Role::Scorer);
    for (number, member) in profile.plugins.iter().enumerate() {
        let Plugin { name, role, .. } = plugin(member);
        let key = format!("schedulingProfiles[{index}].plugins[{number}]");
        if !role.is_in_profiles() && *role != Role::SaturationDetector {
            let message = format!("`{name}` is {} and does nothing in a profile", role.described());
            let place = member.weight_place.as_ref().unwrap_or(&profile.place);
            findings.push(warning(place, key, message, None));
            continue;
        }
        let Some(place) = &member.weight_place else { continue };
        let message = match *role {
            Role::Scorer if member.weight == 0.0 => format!("with weight 0 `{name}` never counts"),
            Role::Scorer if member.weight < 0.0 => {
                format!("a negative weight prefers what `{name}` scores low")
            }
            Role::Scorer if scorers == 1 && (member.weight - 1.0).abs() > f64::EPSILON => {
                format!("`{name}` is the only scorer of this profile: its weight never acts")
            }
            Role::Scorer => continue,
            _ => format!("`{name}` is {}: its weight never acts", role.described()),
        };
        findings.push(warning(place, format!("{key}.weight"), message, None));
    }
    let picker = profile.plugins.iter().map(plugin).find(|plugin| plugin.role == Role::Picker);
    let is_random = picker.is_some_and(|picker| matches!(picker.kind, PluginKind::RandomPicker { .. }));
    if let (Some(Plugin { name, .. }), true, 1..) = (picker, is_random, scorers) {
        let message = format!("`{name}` looks at no scores: the scorers of this profile never act");
        findings.push(warning(&profile.place, format!("schedulingProfiles[{index}]"), message, None));
    }
    if !is_random && scorers == 0 && count(Role::Filter) == 0 {
        let message = "this profile has no scorer: requests go anywhere".to_owned();
        let hint = Some("`expected-latency-scorer` is this project's own");
        findings.push(warning(&profile.place, format!("schedulingProfiles[{index}]"), message, hint));
    }
    findings
}

/// Profiles that the handler never runs.
fn idle_profiles(config: &Config) -> impl Iterator<Item = Finding> {
    let handler = &config.plugins[config.profile_handler];
    let runs = move |index: usize| match &handler.kind {
        PluginKind::DisaggProfileHandler(DisaggProfileHandler { decode, prefill, .. }) => {
            *decode == index || *prefill == Some(index)
        }
        _ => true,
    };
    let idle = config.profiles.iter().enumerate().filter(move |(index, _)| !runs(*index));
    idle.map(|(index, profile)| {
        let message = format!("{} never runs the profile `{}`", handler.type_name, profile.name);
        warning(&profile.place, format!("schedulingProfiles[{index}]"), message, None)
    })
}

/// Plugins that act only where they are named, and are named nowhere.
fn idle_plugins(config: &Config) -> impl Iterator<Item = Finding> {
    let idle = config.plugins.iter().enumerate().filter(|(_, plugin)| {
        let is_later = matches!(plugin.kind, PluginKind::Later { .. });
        !plugin.is_referenced && !plugin.is_implied && !is_later
    });
    idle.filter_map(|(index, plugin)| {
        let (whom, hint) = match plugin.role {
            Role::Filter | Role::Scorer | Role::Picker => ("no profile uses", None),
            Role::Decider => ("no profile handler asks", None),
            Role::Producer => ("nothing reads", Some("a scorer names it in `prefixMatchInfoProducerName`")),
            Role::Parser => ("no request is read by", Some("name it under `requestHandler.parsers`")),
            Role::SaturationDetector => {
                ("nothing asks", Some("name it under `flowControl.saturationDetector`"))
            }
            Role::Discovery => ("no endpoints come from", Some("name it under `dataLayer.discovery`")),
            Role::ProfileHandler | Role::Hook => return None,
        };
        let message = format!("{whom} `{}`", plugin.name);
        Some(warning(&plugin.place, format!("plugins[{index}]"), message, hint))
    })
}

/// A prefill stage whose endpoint nobody is told.
fn missing_header(config: &Config) -> Option<Finding> {
    let handler = &config.plugins[config.profile_handler];
    let is_header = |plugin: &Plugin| matches!(plugin.kind, PluginKind::PrefillHeaderHandler { .. });
    match &handler.kind {
        PluginKind::DisaggProfileHandler(DisaggProfileHandler {
            prefill: Some(_),
            sets_headers: false,
            ..
        }) if !config.plugins.iter().any(is_header) => {
            let key = format!("plugins[{}]", config.profile_handler);
            let message = "the decode endpoint is not told which endpoint prefills".to_owned();
            Some(warning(&handler.place, key, message, Some("add the plugin prefill-header-handler")))
        }
        _ => None,
    }
}
