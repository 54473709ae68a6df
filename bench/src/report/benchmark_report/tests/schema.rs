//! What the schemas say (`bench.md` §2), checked.

use serde_json::Value;

/// What stands at a path.
#[derive(Clone, Copy)]
pub(super) struct Fact {
    /// Keys with dots between; `[]` for each of a list.
    pub(super) path: &'static str,
    /// Where what it is part of is there.
    pub(super) is_required: bool,
    pub(super) is: Is,
}

#[derive(Clone, Copy)]
pub(super) enum Is {
    Text,
    Number,
    Count,
    Bool,
    /// Whatever stands there.
    Any,
    Object,
    List,
    OneOf(&'static [&'static str]),
    /// Of one of these units.
    Statistics(&'static [&'static str]),
}

pub(super) const QUANTITY: &[&str] = &["count", "pixels"];
pub(super) const PORTION: &[&str] = &["percent", "fraction"];
pub(super) const TIME: &[&str] = &["ms", "s"];
pub(super) const PER_TOKEN: &[&str] = &["ms/token", "s/token"];
pub(super) const TOKEN_RATE: &[&str] = &["tokens/s"];
pub(super) const REQUEST_RATE: &[&str] = &["queries/s"];

const STATISTICS: &[&str] = &[
    "mode", "stddev", "min", "p0p1", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "p99p9",
    "max",
];

pub(super) const fn required(path: &'static str, is: Is) -> Fact {
    Fact { path, is_required: true, is }
}

pub(super) const fn optional(path: &'static str, is: Is) -> Fact {
    Fact { path, is_required: false, is }
}

/// What is wrong with the report.
pub(super) fn problems(facts: &[Fact], report: &Value) -> Vec<String> {
    let mut found = Vec::new();
    object(facts, "", "", report, &mut found);
    let at = |pointer: &str| report.pointer(pointer);
    let time = |key: &str| at(&format!("/metrics/time/{key}")).and_then(Value::as_f64);
    let text = |key: &str| at(&format!("/run/time/{key}")).and_then(Value::as_str);
    if time("start") > time("stop") || text("start") > text("end") {
        found.push("it stops before it starts".into());
    }
    let by_replica = ["/scenario/host/accelerator", "/scenario/host/type", "/scenario/platform/engine"];
    let lengths: Vec<usize> =
        by_replica.iter().filter_map(|list| Some(at(list)?.as_array()?.len())).collect();
    if lengths.iter().any(|length| *length != lengths[0]) {
        found.push("lists by replica have different lengths".into());
    }
    found
}

fn object(facts: &[Fact], path: &str, shown: &str, value: &Value, found: &mut Vec<String>) {
    let Some(entries) = value.as_object() else {
        found.push(format!("{shown} is no map"));
        return;
    };
    let below =
        |parent: &str, key: &str| if parent.is_empty() { key.to_owned() } else { format!("{parent}.{key}") };
    let children =
        || facts.iter().filter(|fact| fact.path.rsplit_once('.').map_or("", |(parent, _)| parent) == path);
    for fact in children().filter(|fact| fact.is_required) {
        let key = fact.path.rsplit('.').next().unwrap();
        if !entries.contains_key(key) {
            found.push(format!("{} is missing", below(shown, key)));
        }
    }
    for (key, value) in entries {
        let (here, shown) = (below(path, key), below(shown, key));
        match children().find(|fact| fact.path == here) {
            None => found.push(format!("{shown} is unknown")),
            Some(fact) => check(facts, fact, &shown, value, found),
        }
    }
}

fn check(facts: &[Fact], fact: &Fact, shown: &str, value: &Value, found: &mut Vec<String>) {
    let mut unless = |is_right: bool, what: String| {
        if !is_right {
            found.push(format!("{shown} is {what}"));
        }
    };
    match fact.is {
        Is::Any => {}
        Is::Text => unless(value.is_string(), "no text".into()),
        Is::Number => unless(value.is_number(), "no number".into()),
        Is::Count => unless(value.is_u64(), "no count".into()),
        Is::Bool => unless(value.is_boolean(), "neither true nor false".into()),
        Is::OneOf(names) => {
            let is_one = value.as_str().is_some_and(|text| names.contains(&text));
            unless(is_one, format!("not one of {}", names.join(", ")));
        }
        Is::Statistics(units) => {
            unless(value["mean"].is_number(), "without a mean".into());
            unless(
                value["units"].as_str().is_some_and(|unit| units.contains(&unit)),
                format!("in {}", value["units"]),
            );
            for (key, value) in value.as_object().into_iter().flatten() {
                let is_known = ["mean", "units"].contains(&key.as_str())
                    || STATISTICS.contains(&key.as_str()) && value.is_number();
                unless(is_known, format!("with {key}: {value}"));
            }
        }
        Is::Object => object(facts, fact.path, shown, value, found),
        Is::List => {
            let each = format!("{}[]", fact.path);
            for (position, value) in value.as_array().into_iter().flatten().enumerate() {
                if value.is_object() {
                    object(facts, &each, &format!("{shown}[{position}]"), value, found);
                }
            }
        }
    }
}
