//! `llmd status --watch`: looks again and again, until it is interrupted.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{Site, StatusForm, screen};
use crate::cluster::StatusReport;
use crate::commands::Interrupts;
use crate::ui::{Picture, Printer};
use crate::{Exit, Failure};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// Shows this report and every one that follows: redrawn on a terminal, a line for each change elsewhere.
///
/// # Errors
/// Where the cluster refuses. One that is out of reach for a while is looked at again.
pub(super) async fn watch(
    site: &Site<'_>,
    first: StatusReport,
    form: StatusForm,
    ui: &Printer,
) -> Result<Exit, Failure> {
    let mut interrupts = Interrupts::listen();
    let mut view =
        View { picture: Picture::start(), told: BTreeMap::new(), is_wide: form == StatusForm::Wide };
    let mut is_ready = first.ready;
    view.show(&first, ui);
    loop {
        let look = async {
            tokio::time::sleep(PAUSE).await;
            site.look().await
        };
        let look = tokio::select! {
            look = look => look,
            () = interrupts.next() => return Ok(if is_ready { Exit::Done } else { Exit::Interrupted }),
        };
        match look {
            Ok(Some(report)) => {
                is_ready = report.ready;
                view.show(&report, ui);
            }
            Ok(None) => {
                drop(view);
                ui.note("nothing is installed any more");
                return Ok(Exit::Done);
            }
            Err(error) if error.is_passing() => {
                is_ready = false;
                view.trouble(&error.to_string(), ui);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// What was shown last.
struct View {
    /// None where lines are printed one after the other.
    picture: Option<Picture>,
    /// Each thing's line as it was last told.
    told: BTreeMap<String, String>,
    is_wide: bool,
}

impl View {
    fn show(&mut self, report: &StatusReport, ui: &Printer) {
        if let Some(picture) = &mut self.picture {
            let text = format!(
                "{}\n{:.0}\n\n{}",
                screen::head(report).join("\n"),
                Timestamp::now(),
                screen::body(report, self.is_wide, ui.colors_data())
            );
            picture.show(&text);
            return;
        }
        for line in news(&mut self.told, facts(report)) {
            ui.data(&format!("{:.0} {line}", Timestamp::now()));
        }
    }

    fn trouble(&mut self, text: &str, ui: &Printer) {
        match &mut self.picture {
            Some(picture) => picture.show(text),
            None => {
                for line in news(&mut self.told, [("~".to_owned(), text.to_owned())].into()) {
                    ui.data(&format!("{:.0} {line}", Timestamp::now()));
                }
            }
        }
    }
}

/// What there is to tell of a report, each thing under its name.
fn facts(report: &StatusReport) -> BTreeMap<String, String> {
    let releases = report.releases.iter().map(|release| {
        (format!("release {}", release.name), format!("{} (revision {})", release.status, release.revision))
    });
    let objects = report.objects.iter().map(|object| {
        let readiness = &object.readiness;
        (object.object.to_string(), format!("{} {}", readiness.word(), readiness.explanation()))
    });
    let pods = report.overview.pods.iter().map(|pod| {
        let restarts = if pod.restarts > 0 { format!(", {} restarts", pod.restarts) } else { String::new() };
        // How long a model has been loading is no change.
        let stage = if pod.stage.starts_with("loading ") { "loading" } else { pod.stage.as_str() };
        (format!("Pod/{}", pod.name), format!("{stage}{restarts}"))
    });
    let warnings = report.overview.events.iter().map(|event| {
        (format!("warning about {} {} {}", event.object, event.reason, event.message), String::new())
    });
    let lock = report.lock.iter().map(|holder| ("lock".to_owned(), holder.clone()));
    releases.chain(objects).chain(pods).chain(warnings).chain(lock).collect()
}

/// A line for each thing that is new, different or gone.
fn news(told: &mut BTreeMap<String, String>, now: BTreeMap<String, String>) -> Vec<String> {
    let is_outage = now.contains_key("~");
    let changed = now.iter().filter(|(name, text)| told.get(*name) != Some(text));
    let mut lines: Vec<String> = changed
        .map(|(name, text)| format!("{name} {text}").trim_start_matches("~ ").trim().to_owned())
        .collect();
    if is_outage {
        told.extend(now);
        return lines;
    }
    let is_lasting = |name: &&String| !name.starts_with("warning about ") && *name != "~";
    let gone = told.keys().filter(|name| !now.contains_key(*name)).filter(is_lasting);
    lines.extend(gone.map(|name| format!("{name} is gone")));
    *told = now;
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts_of(facts: &[(&str, &str)]) -> BTreeMap<String, String> {
        facts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn only_changes_are_told() {
        let mut told = BTreeMap::new();
        let before = facts_of(&[("Pod/a", "starting"), ("Pod/b", "ready"), ("warning about Pod/a x", "")]);
        assert_eq!(
            news(&mut told, before.clone()),
            ["Pod/a starting", "Pod/b ready", "warning about Pod/a x"]
        );
        assert!(news(&mut told, before).is_empty());
        assert_eq!(news(&mut told, facts_of(&[("Pod/a", "ready")])), ["Pod/a ready", "Pod/b is gone"]);
        assert_eq!(news(&mut told, facts_of(&[("~", "cannot reach it")])), ["cannot reach it"]);
        assert!(news(&mut told, facts_of(&[("~", "cannot reach it")])).is_empty());
        assert!(news(&mut told, facts_of(&[("Pod/a", "ready")])).is_empty());
    }
}
