//! A status as one screen.

use std::time::Duration;

use jiff::Timestamp;

use crate::cluster::{ConditionReport, EventReport, PodReport, StatusReport};
use crate::commands::duration_text;
use crate::commands::progress::mark_of;
use crate::ui::{Mark, Table};

/// How many warnings are shown when not all are asked for.
const WARNINGS: usize = 5;
/// How many are shown when they are.
const ALL_WARNINGS: usize = 50;
/// How long the text of a warning or a condition may be, in characters, when not all is asked for.
const LONGEST: usize = 100;

/// Where it is, what is installed there, and who is at work on it.
pub(super) fn head(report: &StatusReport) -> Vec<String> {
    let place = format!("context {}, namespace {}", report.context, report.namespace);
    let releases = report.releases.iter().map(|release| {
        format!(
            "release {}: {} (revision {}), {}",
            release.name, release.status, release.revision, release.chart
        )
    });
    std::iter::once(place).chain(releases).chain(report.lock.clone()).collect()
}

/// Objects, pods, addresses, the conditions that matter and the last warnings.
pub(super) fn body(report: &StatusReport, is_wide: bool, is_colored: bool) -> String {
    let overview = &report.overview;
    let now = report.now;
    let mut blocks = vec![objects(report).render(is_colored)];
    if !overview.pods.is_empty() {
        blocks.push(pods(&overview.pods, is_wide, now).render(is_colored));
    }
    let addresses: Vec<String> = overview
        .addresses
        .iter()
        .map(|address| format!("Gateway/{} is at {}", address.gateway, address.address))
        .collect();
    let matters = |condition: &&ConditionReport| is_wide || !condition.is_good();
    let of_conditions: Vec<&ConditionReport> = overview.conditions.iter().filter(matters).collect();
    if !addresses.is_empty() {
        blocks.push(addresses.join("\n"));
    }
    if !of_conditions.is_empty() {
        blocks.push(conditions(&of_conditions, is_wide).render(is_colored));
    }
    let limit = if is_wide { ALL_WARNINGS } else { WARNINGS };
    let last = &overview.events[..overview.events.len().min(limit)];
    if !last.is_empty() {
        blocks.push(warnings(last, is_wide, now).render(is_colored));
    }
    blocks.join("\n\n")
}

fn objects(report: &StatusReport) -> Table {
    let mut table = Table::new(["object", "state", "message"]);
    for object in &report.objects {
        table.row(vec![
            (object.object.to_string(), Mark::Plain),
            (object.readiness.word().to_owned(), mark_of(&object.readiness)),
            (object.readiness.message().to_owned(), Mark::Plain),
        ]);
    }
    table
}

fn pods(pods: &[PodReport], is_wide: bool, now: Timestamp) -> Table {
    let header = ["pod", "ready", "restarts", "age", "node", "state", "ip", "images"];
    let columns = if is_wide { header.len() } else { header.len() - 2 };
    let mut table =
        Table::with_header(&header[..columns].iter().map(|&one| one.to_owned()).collect::<Vec<_>>());
    for pod in pods {
        let mark = match (&pod.cause, pod.stage.as_str()) {
            (Some(_), _) => Mark::Bad,
            (None, "ready") => Mark::Good,
            (None, _) => Mark::Busy,
        };
        let mut cells = vec![
            (pod.name.clone(), Mark::Plain),
            (format!("{}/{}", pod.ready, pod.containers), Mark::Plain),
            (pod.restarts.to_string(), Mark::Plain),
            (age(pod.created.parse().ok(), now), Mark::Plain),
            (dash(&pod.node), Mark::Plain),
            (pod.stage.clone(), mark),
            (dash(&pod.ip), Mark::Plain),
            (pod.images.join(", "), Mark::Plain),
        ];
        cells.truncate(columns);
        table.row(cells);
    }
    table
}

fn conditions(conditions: &[&ConditionReport], is_wide: bool) -> Table {
    let mut table = Table::new(["condition of", "by", "type", "status", "reason", "message"]);
    for condition in conditions {
        table.row(vec![
            (condition.object.clone(), Mark::Plain),
            (dash(&condition.reporter), Mark::Plain),
            (condition.kind.clone(), Mark::Plain),
            (condition.status.clone(), if condition.is_good() { Mark::Good } else { Mark::Bad }),
            (condition.reason.clone(), Mark::Plain),
            (cut(&condition.message, is_wide), Mark::Plain),
        ]);
    }
    table
}

fn warnings(events: &[EventReport], is_wide: bool, now: Timestamp) -> Table {
    let mut table = Table::new(["last", "times", "warning about", "reason", "message"]);
    for event in events {
        table.row(vec![
            (age(event.last, now), Mark::Plain),
            (event.count.to_string(), Mark::Plain),
            (event.object.clone(), Mark::Plain),
            (event.reason.clone(), Mark::Plain),
            (cut(&event.message, is_wide), Mark::Plain),
        ]);
    }
    table
}

/// How long ago that was, in its two largest units.
fn age(then: Option<Timestamp>, now: Timestamp) -> String {
    const DAY: u64 = 24 * 3600;
    let Some(then) = then else { return "-".to_owned() };
    let seconds = Duration::try_from(now.duration_since(then)).unwrap_or_default().as_secs();
    match seconds {
        ..3600 => duration_text(Duration::from_secs(seconds)),
        3600..DAY => duration_text(Duration::from_secs(seconds / 60 * 60)),
        _ => format!("{}d", seconds / DAY),
    }
}

fn dash(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.to_owned() }
}

fn cut(text: &str, is_wide: bool) -> String {
    let text = text.replace('\n', " ");
    match text.char_indices().nth(LONGEST).filter(|_| !is_wide) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_two_units() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let at = |seconds: i64| age(Timestamp::from_second(1_000_000 - seconds).ok(), now);
        assert_eq!([at(5), at(65), at(3725), at(90_000), at(-5)], ["5s", "1m5s", "1h2m", "1d", "0s"]);
        assert_eq!(age(None, now), "-");
    }

    #[test]
    fn long_texts_are_cut_unless_all_is_asked_for() {
        let long = "ä".repeat(LONGEST + 1);
        assert_eq!(cut(&long, false).chars().count(), LONGEST + 1);
        assert_eq!(cut(&long, true), long);
    }
}
