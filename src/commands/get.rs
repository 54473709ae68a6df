//! `llmd get`: what a revision recorded.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::recorded::RecordedArgs;
use crate::cluster::release::Record;
use crate::cluster::{HistoryError, hidden};
use crate::render::output::ObjectList;
use crate::ui::Printer;
use crate::yaml;
use crate::{Exit, Failure};

/// Print what was applied: manifests, values, notes
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the objects as they were applied; what Secrets hold, and what looks like a token, is hidden
    #[command(after_help = "Examples:
  llmd get manifest -e istio -n llm-d
  llmd get manifest --release ms --revision 2 --show-secrets
  llmd get manifest -e istio -o json | jq -r '.items[].kind'")]
    Manifest {
        #[command(flatten)]
        chosen: Chosen,
        /// Print what is hidden otherwise
        #[arg(long)]
        show_secrets: bool,
    },
    /// Print the values that were given over the charts' own, as `-f` takes them again
    #[command(after_help = "Examples:
  llmd get values -e istio -n llm-d > values.yaml
  llmd get values --release ms --revision 2 -o json")]
    Values {
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Print the charts' notes, where helm recorded any
    #[command(after_help = "Example:\n  llmd get notes --release gaie")]
    Notes {
        #[command(flatten)]
        chosen: Chosen,
    },
}

/// Which records.
#[derive(Clone, Debug, clap::Args)]
struct Chosen {
    #[command(flatten)]
    recorded: RecordedArgs,
    /// This revision of the release [default: the latest]
    #[arg(long, value_name = "N", requires = "release")]
    revision: Option<u64>,
    /// How it is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
}

/// How what is recorded is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// As it was recorded: YAML, or the notes
    #[default]
    Text,
    /// Manifests as one List, values as they are, notes by release
    Json,
}

/// Values as they were given: those of one release, or of all by part (`infra`, `gaie`, `ms`).
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub(super) struct GivenValues(Map<String, Value>);

/// Notes by release, in order of installation; empty where helm recorded none.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Notes(IndexMap<String, String>);

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::Manifest { chosen, show_secrets } => {
            let records = records(chosen).await?;
            if chosen.output == Form::Json {
                ui.json(&ObjectList::of(objects(&records, *show_secrets)?))?;
                return Ok(Exit::Done);
            }
            for record in records {
                let text =
                    if *show_secrets { record.manifest().to_owned() } else { masked(record.manifest())? };
                ui.data(text.trim_end());
            }
        }
        Command::Values { chosen } => {
            let records = records(chosen).await?;
            let values = if chosen.recorded.release.is_some() {
                records.last().map(given).unwrap_or_default()
            } else {
                let keyed = records.iter().map(|record| (part_key(record), given(record).into()));
                keyed.collect()
            };
            match chosen.output {
                Form::Json => ui.json(&GivenValues(values))?,
                Form::Text => ui.data(yaml::write(&values.into()).trim_end()),
            }
        }
        Command::Notes { chosen } => {
            let records = records(chosen).await?;
            if chosen.output == Form::Json {
                let notes =
                    records.iter().map(|record| (record.name().to_owned(), record.notes().to_owned()));
                ui.json(&Notes(notes.collect()))?;
                return Ok(Exit::Done);
            }
            for record in records {
                if record.notes().is_empty() {
                    ui.note(&format!("release {} has no notes", record.name()));
                } else {
                    ui.data(record.notes().trim_end());
                }
            }
        }
    }
    Ok(Exit::Done)
}

/// The values that a release was given; none where helm recorded null.
fn given(record: &Record) -> Map<String, Value> {
    record.config().as_object().cloned().unwrap_or_default()
}

/// The objects of all manifests, with what is secret hidden unless it is to be shown.
fn objects(records: &[Record], show_secrets: bool) -> Result<Vec<Cow<'static, Value>>, Failure> {
    let mut objects = Vec::new();
    for record in records {
        let read = yaml::read_documents(record.manifest()).map_err(unreadable)?;
        for object in read {
            let masked = if show_secrets { None } else { hidden(&object) };
            objects.push(Cow::Owned(masked.unwrap_or(object)));
        }
    }
    Ok(objects)
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::message(Exit::Failed, format!("the manifest cannot be read: {error}"))
}

/// The key of a release in values files: what its name begins with.
fn part_key(record: &Record) -> String {
    record.name().split('-').next().unwrap_or_default().to_owned()
}

/// One record of each release, in order of installation.
async fn records(chosen: &Chosen) -> Result<Vec<Record>, Failure> {
    let (releases, history) = chosen.recorded.read().await?;
    pick(history, &releases, chosen.revision)
}

/// Of each release the revision that is wanted, or the latest.
fn pick(
    mut history: Vec<Record>,
    releases: &[String],
    revision: Option<u64>,
) -> Result<Vec<Record>, Failure> {
    if let Some(revision) = revision {
        let known: Vec<String> = history.iter().map(|record| record.revision().to_string()).collect();
        history.retain(|record| record.revision() == revision);
        if history.is_empty() {
            let (release, known) = (releases.concat(), known.join(", "));
            let error = HistoryError::NoRevision { release, revision, known };
            return Err(crate::cluster::Error::from(error).into());
        }
    }
    let latest = releases.iter().filter_map(|name| history.iter().rfind(|record| record.name() == name));
    Ok(latest.cloned().collect())
}

/// A manifest in which what Secrets hold, and what looks like a token, is hidden. All else stays as it was recorded,
/// comments too.
fn masked(manifest: &str) -> Result<String, Failure> {
    let mut text = String::new();
    for document in documents(manifest) {
        let object =
            yaml::read_documents(document).map_err(unreadable)?.into_iter().find(|one| !one.is_null());
        match object.as_ref().and_then(hidden) {
            Some(hidden) => {
                let comments =
                    document.lines().take_while(|line| line.starts_with("---") || line.starts_with('#'));
                text.extend(comments.flat_map(|line| [line, "\n"]));
                text.push_str(&yaml::write(&hidden));
            }
            None => text.push_str(document),
        }
    }
    Ok(text)
}

/// The documents of a YAML stream as they stand there, each with the mark that begins it.
fn documents(text: &str) -> Vec<&str> {
    let marks =
        text.match_indices("---").map(|(at, _)| at).filter(|at| *at > 0 && text[..*at].ends_with('\n'));
    let ends: Vec<usize> = marks.chain([text.len()]).collect();
    ends.iter().scan(0, |from, end| text.get(std::mem::replace(from, *end)..*end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "---\n# Source: a/templates/a.yaml\nkind: Secret\nmetadata:\n  name: s\ndata:\n  \
                            token: aHVudGVyMg==\n---\n# Source: a/templates/b.yaml\nkind: ConfigMap\ndata:\n  a: |\n    ---\n    token\n";

    #[test]
    fn secrets_are_masked_and_the_rest_stays_as_it_is() {
        let masked = masked(MANIFEST).unwrap();
        assert!(!masked.contains("aHVudGVyMg") && masked.contains("  token: (hidden)\n"), "{masked}");
        assert!(masked.starts_with("---\n# Source: a/templates/a.yaml\n"), "{masked}");
        let rest = &MANIFEST[MANIFEST.find("---\n# Source: a/templates/b").unwrap()..];
        assert!(masked.ends_with(rest), "{masked}");
    }

    #[test]
    fn documents_end_where_the_next_begins() {
        assert_eq!(documents(MANIFEST).concat(), MANIFEST);
        assert_eq!(documents(MANIFEST).len(), 2);
        assert_eq!(documents("a: 1\n"), ["a: 1\n"]);
        assert_eq!(documents(""), [""]);
    }
}
