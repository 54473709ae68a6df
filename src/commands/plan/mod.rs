//! A plan in words, as `diff` prints it and `apply` shows it before it asks.

pub(super) mod unified;

use serde_json::Value;

use crate::cluster::{Change, Cluster, FieldChange, ObjectChange, Plan, Step};
use crate::ui::{Mark, Printer};

/// From here on a value is cut.
const LONGEST_VALUE: usize = 160;

/// A line of the plan.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) mark: Mark,
}

/// Tells where the plan is for, and what becomes of the releases.
pub(super) fn announce(cluster: &Cluster, plan: &Plan, ui: &Printer) {
    ui.note(&format!("context {}, namespace {}", cluster.context(), plan.namespace));
    if plan.creates_namespace {
        ui.note(&format!("namespace {} does not exist and will be created", plan.namespace));
    }
    for release in &plan.releases {
        let what = match release.change {
            Change::Install => "install".to_owned(),
            Change::Upgrade => format!("upgrade to revision {}", release.revision()),
            Change::Unchanged => format!("unchanged (revision {})", release.revision()),
        };
        ui.note(&format!("release {}: {what}", release.name()));
    }
}

/// How many objects there are of each kind of change.
pub(super) fn summary(plan: &Plan) -> String {
    let steps = [Step::Create, Step::Configure, Step::Adopt, Step::Recreate, Step::Prune];
    let mut counts: Vec<String> = steps
        .into_iter()
        .filter(|step| plan.count(*step) > 0)
        .map(|step| format!("{} to {}", plan.count(step), word(step)))
        .collect();
    counts.push(format!("{} unchanged", plan.count(Step::Unchanged)));
    format!("plan: {}", counts.join(", "))
}

/// Every object that changes, or of which there is something to say, with its fields.
pub(super) fn lines(plan: &Plan) -> Vec<Line> {
    plan.changes().flat_map(|change| lines_of(&change)).collect()
}

fn lines_of(change: &ObjectChange<'_>) -> Vec<Line> {
    if change.step == Step::Unchanged && change.notes.is_empty() {
        return Vec::new();
    }
    let mark = mark(change.step);
    let header = format!("{} {} {}", sign(change.step), word(change.step), change.object);
    let mut lines = vec![Line { text: header, mark }];
    for field in change.fields {
        lines.extend(field_lines(field).into_iter().map(|text| Line { text: format!("    {text}"), mark }));
    }
    let notes = change.notes.iter().map(|note| format!("    # {note}"));
    lines.extend(notes.map(|text| Line { text, mark: Mark::Plain }));
    lines
}

fn field_lines(field: &FieldChange) -> Vec<String> {
    let FieldChange { path, before, after } = field;
    match (before, after) {
        (Some(Value::String(before)), Some(Value::String(after)))
            if before.contains('\n') || after.contains('\n') =>
        {
            let changed = unified::hunks(before, after, 1).into_iter().map(|line| format!("  {line}"));
            std::iter::once(format!("{path}:")).chain(changed).collect()
        }
        (Some(before), Some(after)) => vec![format!("{path}: {} → {}", shown(before), shown(after))],
        (None, Some(after)) => vec![format!("+ {path}: {}", shown(after))],
        (Some(before), None) => vec![format!("- {path}: {}", shown(before))],
        (None, None) => Vec::new(),
    }
}

/// A value on one line: a plain word as it is, all else as JSON, both cut where they get long.
fn shown(value: &Value) -> String {
    let text = match value.as_str() {
        Some(text) if !text.is_empty() && !text.contains(char::is_control) => text.to_owned(),
        _ => value.to_string(),
    };
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn sign(step: Step) -> char {
    match step {
        Step::Create => '+',
        Step::Configure | Step::Adopt => '~',
        Step::Recreate => '!',
        Step::Prune => '-',
        Step::Unchanged => '=',
    }
}

fn word(step: Step) -> &'static str {
    match step {
        Step::Create => "create",
        Step::Configure => "configure",
        Step::Adopt => "adopt",
        Step::Unchanged => "leave",
        Step::Recreate => "recreate",
        Step::Prune => "remove",
    }
}

fn mark(step: Step) -> Mark {
    match step {
        Step::Create => Mark::Good,
        Step::Configure | Step::Adopt => Mark::Changed,
        Step::Recreate | Step::Prune => Mark::Bad,
        Step::Unchanged => Mark::Plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(before: Option<Value>, after: Option<Value>) -> String {
        field_lines(&FieldChange { path: "spec.x".to_owned(), before, after }).join("\n")
    }

    #[test]
    fn fields_read_as_before_and_after() {
        assert_eq!(line(Some(json!(2)), Some(json!(3))), "spec.x: 2 → 3");
        assert_eq!(line(Some(json!("a b")), Some(json!(""))), "spec.x: a b → \"\"");
        assert_eq!(line(None, Some(json!({"a": [1]}))), "+ spec.x: {\"a\":[1]}");
        assert_eq!(line(Some(json!("ä".repeat(200))), None), format!("- spec.x: {}…", "ä".repeat(160)));
        assert_eq!(
            line(Some(json!("a\nb\n")), Some(json!("a\nc\n"))),
            "spec.x:\n  @@ -1,2 +1,2 @@\n   a\n  -b\n  +c"
        );
    }
}
