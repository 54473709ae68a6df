//! Records that somebody left pending: killed, or still at work.

use jiff::{SignedDuration, Timestamp};

use super::Error;
use super::history::HistoryError;
use super::lock::{Standing, span};
use super::plan::Plan;
use super::release::Record;

/// How long a pending record counts as alive where no lock tells. Helm waits 5 minutes by itself.
const PATIENCE: SignedDuration = SignedDuration::from_mins(15);

impl Plan {
    /// What is to be said about records that were left pending and will be gone over.
    ///
    /// # Errors
    /// Those whose writer may still be at work.
    pub fn unfinished(&self, standing: Standing) -> Result<Vec<String>, Vec<Error>> {
        let (mut told, mut errors) = (Vec::new(), Vec::new());
        for last in self.releases.iter().filter_map(|planned| planned.history.last()) {
            if last.is_pending() {
                match verdict(last, standing) {
                    Ok(text) => told.push(text),
                    Err(error) => errors.push(error),
                }
            }
        }
        if errors.is_empty() { Ok(told) } else { Err(errors) }
    }
}

/// A writer of ours holds the lock for as long as it lives; of any other only the age tells.
fn verdict(record: &Record, standing: Standing) -> Result<String, Error> {
    let begun: Timestamp = record.updated().parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let age = standing.now.duration_since(begun);
    let (release, revision, status) = (record.name(), record.revision(), record.status());
    match record.holder() {
        Some(holder) if standing.is_guarded => Ok(format!(
            "release {release}: revision {revision} was left {status} by {holder}, which has ended: it counts as failed"
        )),
        _ if age >= PATIENCE => Ok(format!(
            "release {release}: revision {revision} is {status} for {}: whoever began it counts as dead, and it as failed",
            span(age)
        )),
        _ => Err(HistoryError::Busy {
            release: release.to_owned(),
            namespace: record.namespace().to_owned(),
            status: status.to_owned(),
            revision,
            since: span(age),
            patience: span(PATIENCE),
        }
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::render::manifest::{Part, Release};

    fn record(holder: Option<&str>) -> Record {
        let release = Release {
            part: Part::Ms,
            name: "ms-blue".to_owned(),
            config: json!({}),
            defaults: json!({}),
            manifests: Vec::new(),
        };
        let mut record = Record::next(&release, "demo", None, Timestamp::UNIX_EPOCH);
        if let Some(holder) = holder {
            record.sign(holder);
        }
        record
    }

    fn after(minutes: i64, is_guarded: bool) -> Standing {
        Standing { is_guarded, now: Timestamp::from_second(minutes * 60).unwrap() }
    }

    #[test]
    fn ours_is_dead_when_its_lock_is_and_any_other_when_it_is_old() {
        let (ours, other) = (record(Some("ada@laptop pid 7")), record(None));
        assert!(verdict(&ours, after(0, true)).unwrap().contains("by ada@laptop pid 7, which has ended"));
        // Where locks cannot be read, the holder may live.
        assert!(verdict(&ours, after(14, false)).is_err());
        assert!(verdict(&ours, after(15, false)).is_ok());
        let busy = verdict(&other, after(3, true)).unwrap_err();
        assert_eq!(
            busy.to_string(),
            "release ms-blue is in status pending-install (revision 1) for 3m: another operation is in progress"
        );
        assert!(verdict(&other, after(16, true)).unwrap().contains("is pending-install for 16m"));
    }

    #[test]
    fn a_record_from_our_future_is_new() {
        assert!(verdict(&record(None), after(-60, true)).is_err());
    }
}
