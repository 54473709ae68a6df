//! Back to what was: the stack as earlier records hold it, for the same plan and the same apply as any other.

use serde_json::Value;

use super::history::HistoryError;
use super::plan::Plan;
use super::release::{Record, Status};
use super::status::latest;
use super::take_over::TakeOver;
use super::{Cluster, Error};
use crate::render::manifest::{Manifest, Part, Release, Stack};

/// What shall go back.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Every release that the last operation changed, to its last revision before that was deployed and differs. A
    /// rollback that was cut off goes on.
    LastOperation,
    /// One release: to this revision, or to its last one that was deployed and differs.
    Release { name: String, revision: Option<u64> },
}

/// The releases that go back, each to one of its records, and those that do not.
#[derive(Debug)]
pub struct Rollback {
    pub stack: Stack,
    /// What stays as it is, each with the reason.
    pub stays: Vec<String>,
    /// Whether it is a rollback that is taken back.
    pub undoes_rollback: bool,
    records: Vec<Record>,
}

impl Rollback {
    /// Reads the records of the named releases. None where none of them is recorded.
    ///
    /// # Errors
    /// Where there is nothing to go back to.
    pub async fn read(
        cluster: &Cluster,
        environment: &str,
        namespace: &str,
        releases: &[String],
        wanted: &Wanted,
    ) -> Result<Option<Self>, Error> {
        let history = cluster.history(namespace, releases).await?;
        if history.is_empty() {
            return Ok(None);
        }
        let Choice { targets, stays } = choose(&history, releases, wanted)?;
        let undoes_rollback = !targets.is_empty() && targets.iter().all(|(last, _)| has_gone_back(last));
        let records: Vec<Record> = targets.into_iter().map(|(_, target)| target.clone()).collect();
        let rebuilt = records.iter().map(rebuilt).collect::<Result<Vec<_>, _>>()?;
        let stack = Stack {
            environment: environment.to_owned(),
            namespace: namespace.to_owned(),
            releases: rebuilt.into_iter().flatten().collect(),
        };
        Ok(Some(Self { stack, stays, undoes_rollback, records }))
    }

    /// What going back would do to the cluster.
    pub async fn plan(&self, cluster: &Cluster, take_over: &TakeOver) -> Result<Plan, Vec<Error>> {
        Plan::restoring(cluster, &self.stack, &self.records, take_over).await
    }
}

#[derive(Debug, Default)]
struct Choice<'a> {
    /// The latest record of a release, and the one to go back to.
    targets: Vec<(&'a Record, &'a Record)>,
    stays: Vec<String>,
}

fn choose<'a>(history: &'a [Record], releases: &[String], wanted: &Wanted) -> Result<Choice<'a>, Error> {
    let mut choice = Choice::default();
    match wanted {
        Wanted::Release { name, revision } => {
            let own: Vec<&Record> = history.iter().filter(|record| record.name() == name).collect();
            let nothing = || Error::from(HistoryError::NothingEarlier { release: name.clone() });
            let last = *own.last().ok_or_else(nothing)?;
            refuse_going(last)?;
            let target = match revision {
                Some(revision) => numbered(&own, *revision)?,
                None => previous(&own).ok_or_else(nothing)?,
            };
            if last.is(Status::Deployed) && target.is_same(last) {
                let text = format!("release {name}: what revision {} applied is deployed", target.revision());
                choice.stays.push(text);
            } else {
                choice.targets.push((last, target));
            }
        }
        Wanted::LastOperation => {
            let latest = latest(history, releases);
            let undone = undone(history, &latest);
            for last in &latest {
                let name = last.name();
                if last.updated() != undone && !last.is_unfinished_rollback() {
                    let reason =
                        if has_gone_back(last) { "it has gone back" } else { "it was not changed last" };
                    choice.stays.push(format!("release {name}: {reason}"));
                    continue;
                }
                refuse_going(last)?;
                let own: Vec<&Record> = history.iter().filter(|record| record.name() == name).collect();
                match previous(&own) {
                    Some(target) => choice.targets.push((last, target)),
                    None => {
                        choice
                            .stays
                            .push(format!("release {name}: it has no earlier revision to go back to"));
                    }
                }
            }
            if choice.targets.is_empty() {
                let changed = latest.iter().find(|last| last.updated() == undone);
                let release = changed.map(|last| last.name().to_owned()).unwrap_or_default();
                return Err(HistoryError::NothingEarlier { release }.into());
            }
        }
    }
    Ok(choice)
}

/// The time of the operation that is to be undone. One operation of ours writes one time into all of its records.
///
/// It is the newest one, or what a rollback that was cut off was about to undo.
fn undone<'a>(history: &'a [Record], latest: &[&'a Record]) -> &'a str {
    let cut_off = latest.iter().find(|last| last.is_unfinished_rollback());
    let record = match cut_off {
        Some(cut_off) => {
            history.iter().rfind(|record| record.name() == cut_off.name() && !record.is_unfinished_rollback())
        }
        None => latest.iter().copied().max_by_key(|last| last.updated().parse::<jiff::Timestamp>().ok()),
    };
    record.map(Record::updated).unwrap_or_default()
}

fn has_gone_back(last: &Record) -> bool {
    last.is(Status::Deployed) && last.description().starts_with("Rollback to")
}

fn refuse_going(last: &Record) -> Result<(), Error> {
    if last.is(Status::Uninstalling) {
        return Err(HistoryError::Going { release: last.name().to_owned(), revision: last.revision() }.into());
    }
    Ok(())
}

fn numbered<'a>(own: &[&'a Record], revision: u64) -> Result<&'a Record, Error> {
    own.iter().find(|record| record.revision() == revision).copied().ok_or_else(|| {
        let known: Vec<String> = own.iter().map(|record| record.revision().to_string()).collect();
        let release = own.first().map(|record| record.name().to_owned()).unwrap_or_default();
        HistoryError::NoRevision { release, revision, known: known.join(", ") }.into()
    })
}

/// The last revision before the latest that was deployed and applies something else; of a rollback that was cut off, the
/// one that it was to go back to.
fn previous<'a>(own: &[&'a Record]) -> Option<&'a Record> {
    let (last, earlier) = own.split_last()?;
    let goes_on = last.is_unfinished_rollback();
    let is_meant = |record: &&&Record| {
        if goes_on {
            record.is_same(last) && !record.is_unfinished_rollback()
        } else {
            record.was_deployed() && !record.is_same(last)
        }
    };
    earlier.iter().rev().find(is_meant).copied()
}

/// The release that a record holds; None for what is none of the guide's parts.
fn rebuilt(record: &Record) -> Result<Option<Release>, Error> {
    let is_of =
        |part: &Part| record.name().strip_prefix(part.key()).is_some_and(|rest| rest.starts_with('-'));
    let Some(part) = Part::ALL.into_iter().find(is_of) else { return Ok(None) };
    let manifests = record.objects()?.into_iter().filter(|object| !object.is_null());
    Ok(Some(Release {
        part,
        name: record.name().to_owned(),
        config: record.config().clone(),
        defaults: record.defaults().clone(),
        // Which template made an object stands in the record's text alone, which is taken over as it is.
        manifests: manifests
            .map(|object| Manifest { template: "".into(), object: without_nulls(object) })
            .collect(),
    }))
}

/// Helm's charts write nulls where they have nothing to say.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key, without_nulls(value))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(list) => list.into_iter().map(without_nulls).collect::<Vec<_>>().into(),
        other => other,
    }
}

#[cfg(test)]
mod tests;
