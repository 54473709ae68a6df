//! Parameters of filters and pickers (`epp.md` §4.5, §4.6).

use super::plugins::Reader;
use crate::config::{LabelFilter, LabelRequirement, LabelSelector, Operator, PluginKind};

pub(super) fn by_label(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let label = fields.text("label").unwrap_or_default().to_owned();
    let valid_values: Vec<String> =
        fields.texts("validValues").into_iter().map(|(text, _)| text.to_owned()).collect();
    let allows_no_label = fields.flag("allowsNoLabel").unwrap_or_default();
    if label.is_empty() {
        fields.refuse("label", "by-label needs a label");
    }
    if valid_values.is_empty() && !allows_no_label {
        fields.refuse("validValues", "no endpoint can pass: name values, or set allowsNoLabel");
    }
    PluginKind::LabelFilter(LabelFilter { label, valid_values, allows_no_label })
}

pub(super) fn label_selector(reader: &mut Reader<'_, '_>) -> PluginKind {
    let fields = &mut reader.fields;
    let is = |(key, value): (&str, &str)| LabelRequirement {
        key: key.to_owned(),
        operator: Operator::In,
        values: vec![value.to_owned()],
    };
    let mut requirements: Vec<LabelRequirement> =
        fields.text_map("matchLabels").into_iter().map(is).collect();
    for mut expression in fields.sections("matchExpressions") {
        let key = expression.text("key").unwrap_or_default().to_owned();
        let operator = expression.choice("operator", &Operator::ALL);
        let values: Vec<String> =
            expression.texts("values").into_iter().map(|(text, _)| text.to_owned()).collect();
        if key.is_empty() {
            expression.refuse("key", "an expression needs a key");
        }
        match operator {
            None if expression.entry("operator").is_none() => {
                expression.refuse("operator", "an expression needs an operator");
            }
            Some(Operator::In | Operator::NotIn) if values.is_empty() => {
                expression.refuse("values", "this operator needs values");
            }
            Some(Operator::Exists | Operator::DoesNotExist) if !values.is_empty() => {
                expression.refuse("values", "this operator takes no values");
            }
            _ => {}
        }
        requirements.extend(operator.map(|operator| LabelRequirement { key, operator, values }));
        expression.finish();
    }
    if requirements.is_empty() {
        fields.warn("matchLabels", "an empty selector keeps every endpoint", None);
    }
    PluginKind::LabelSelectorFilter(LabelSelector { requirements })
}

pub(super) fn max_score_picker(reader: &mut Reader<'_, '_>) -> PluginKind {
    PluginKind::MaxScorePicker { max_endpoints: max_endpoints(reader) }
}

pub(super) fn weighted_random_picker(reader: &mut Reader<'_, '_>) -> PluginKind {
    PluginKind::WeightedRandomPicker { max_endpoints: max_endpoints(reader) }
}

pub(super) fn random_picker(reader: &mut Reader<'_, '_>) -> PluginKind {
    PluginKind::RandomPicker { max_endpoints: max_endpoints(reader) }
}

fn max_endpoints(reader: &mut Reader<'_, '_>) -> usize {
    usize::try_from(reader.fields.positive("maxNumOfEndpoints", 1)).unwrap_or(usize::MAX)
}
