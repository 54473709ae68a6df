//! The profiles and their handler, with what upstream implies (`epp.md` §3.3).

use super::fields::Fields;
use super::plugins::Plugins;
use super::types;
use crate::config::{PluginKind, Profile, ProfilePlugin, Role};
use crate::finding::Place;

/// Name of the profile that is implied when none is written.
pub(super) const DEFAULT: &str = "default";

/// A profile whose plugins are not resolved yet.
pub(super) struct Draft<'a> {
    name: String,
    place: Place,
    /// None for the implied profile, which has every filter, scorer and picker there is.
    plugins: Option<Vec<Fields<'a>>>,
}

/// Reads the names; without any profile there is one named `default`.
pub(super) fn declared<'a>(root: &mut Fields<'a>) -> Vec<Draft<'a>> {
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    for mut item in root.sections("schedulingProfiles") {
        let name = item.text("name").unwrap_or_default().to_owned();
        if name.is_empty() {
            item.refuse("name", "a profile needs a name");
        } else if let Some(first) = drafts.iter().find(|draft| draft.name == name) {
            let message = format!("a second profile is named `{name}`, the first is at {}", first.place);
            item.refuse("name", message);
        }
        let (place, plugins) = (item.place().clone(), Some(item.sections("plugins")));
        item.finish();
        drafts.push(Draft { name, place, plugins });
    }
    if drafts.is_empty() {
        let place = Place::whole(root.place().source.clone());
        drafts.push(Draft { name: DEFAULT.to_owned(), place, plugins: None });
    }
    drafts
}

pub(super) fn names(drafts: &[Draft<'_>]) -> Vec<String> {
    drafts.iter().map(|draft| draft.name.clone()).collect()
}

/// Resolves the references and adds the implied picker.
pub(super) fn resolve(drafts: Vec<Draft<'_>>, plugins: &mut Plugins<'_>) -> Vec<Profile> {
    let resolved = drafts.into_iter().enumerate().map(|(index, draft)| {
        let key = format!("schedulingProfiles[{index}]");
        let mut members = match draft.plugins {
            Some(written) => written.into_iter().filter_map(|item| member(item, plugins)).collect(),
            None => every_member(plugins),
        };
        one_picker(&mut members, plugins, &draft.place, &key);
        Profile { name: draft.name, plugins: members, place: draft.place }
    });
    resolved.collect()
}

fn member(mut item: Fields<'_>, plugins: &mut Plugins<'_>) -> Option<ProfilePlugin> {
    let name = item.text("pluginRef");
    let weight = item.number("weight");
    let weight_place = item.entry("weight").map(|entry| entry.place.clone());
    let (place, path) = (item.place_of("pluginRef"), item.path("pluginRef"));
    if name.is_none() && item.entry("pluginRef").is_none() {
        item.refuse("pluginRef", "a plugin of a profile needs a pluginRef");
    }
    item.finish();
    let plugin = plugins.refer(name?, &place, &path)?;
    Some(ProfilePlugin { plugin, weight: weight.unwrap_or(1.0), weight_place })
}

fn every_member(plugins: &mut Plugins<'_>) -> Vec<ProfilePlugin> {
    let indexed = plugins.drafts.iter_mut().enumerate();
    let members = indexed.filter(|(_, draft)| draft.role().is_some_and(Role::is_in_profiles));
    members
        .map(|(plugin, draft)| {
            draft.is_referenced = true;
            ProfilePlugin { plugin, weight: 1.0, weight_place: None }
        })
        .collect()
}

/// Two pickers are an error; without one there is a `max-score-picker`, a written one if there is.
fn one_picker(members: &mut Vec<ProfilePlugin>, plugins: &mut Plugins<'_>, place: &Place, key: &str) {
    let is_picker = |member: &&ProfilePlugin| plugins.drafts[member.plugin].role() == Some(Role::Picker);
    let pickers: Vec<&str> =
        members.iter().filter(is_picker).map(|member| plugins.drafts[member.plugin].name.as_str()).collect();
    match pickers.as_slice() {
        [] => {}
        [_] => return,
        [first, second, ..] => {
            let message = format!("a profile has one picker, this one has `{first}` and `{second}`");
            plugins.report.error(place, key, message, None);
            return;
        }
    }
    let is_max_score = |of: &'static types::Type| of.name == types::MAX_SCORE_PICKER;
    let found = plugins.drafts.iter().position(|draft| draft.of.is_some_and(is_max_score));
    let plugin = found.unwrap_or_else(|| {
        let kind = PluginKind::MaxScorePicker { max_endpoints: 1 };
        plugins.imply(types::MAX_SCORE_PICKER, types::MAX_SCORE_PICKER, kind)
    });
    plugins.drafts[plugin].is_referenced = true;
    members.push(ProfilePlugin { plugin, weight: 1.0, weight_place: None });
}

/// The one handler; implied for a single profile.
pub(super) fn handler(plugins: &mut Plugins<'_>, profiles: &[Profile]) -> usize {
    let is_handler = |index: &usize| plugins.drafts[*index].role() == Some(Role::ProfileHandler);
    let handlers: Vec<usize> = (0..plugins.drafts.len()).filter(is_handler).collect();
    let report = plugins.report;
    match (handlers.as_slice(), profiles) {
        ([], [_]) => {
            plugins.imply(types::SINGLE_HANDLER, types::SINGLE_HANDLER, PluginKind::SingleProfileHandler)
        }
        ([], [_, second, ..]) => {
            let hint = "add one, such as pd-profile-handler".to_owned();
            let message = "there are several profiles and no profile handler";
            report.error(&second.place, "schedulingProfiles[1]", message, Some(hint));
            0
        }
        ([first, others @ ..], _) => {
            for other in others {
                let name = &plugins.drafts[*first].name;
                let message = format!("a second profile handler: `{name}` is the first");
                report.error(&plugins.drafts[*other].place, &format!("plugins[{other}]"), message, None);
            }
            let draft = &mut plugins.drafts[*first];
            draft.is_referenced = true;
            let runs_one = matches!(
                draft.kind,
                Some(PluginKind::SingleProfileHandler | PluginKind::DataParallelProfileHandler { .. })
            );
            if let ([_, second, ..], true) = (profiles, runs_one) {
                let name = draft.of.map_or("", |of| of.name);
                let message = format!("{name} runs one profile, this is a second one");
                report.error(&second.place, "schedulingProfiles[1]", message, None);
            }
            *first
        }
        ([], []) => 0,
    }
}
