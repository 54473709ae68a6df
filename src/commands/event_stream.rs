//! What an operation does, as lines of JSON while it works.

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::Output;
use crate::cluster::readiness::Readiness;
use crate::cluster::{Action, ApplyReport, DestroyReport, ObjectRef, Plan, Progress, Step, Verdict};
use crate::ui::Printer;
use crate::{Exit, Failure};

/// How an operation is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportForm {
    /// In words
    #[default]
    Table,
    /// The report, when all is done
    Json,
    /// One event per line while it works (plan, applied, rollout, removing, verdict, error); the last line is the
    /// report, or the error where there is none
    Jsonl,
}

/// What an operation ended with: its report, where it got that far, and how the command ends.
pub(super) type Ended<R> = Result<(Option<R>, Result<Exit, Failure>), Failure>;

/// What happened.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Event<'a> {
    /// What will be done.
    Plan {
        /// The kubeconfig's context.
        context: &'a str,
        /// Where it is done.
        namespace: &'a str,
        /// Every object, those that stay included.
        objects: Vec<PlannedStep<'a>>,
    },
    /// Something to know.
    Notice {
        /// One sentence.
        text: &'a str,
    },
    /// Something that may be wrong.
    Warning {
        /// One sentence.
        text: &'a str,
    },
    /// An object is as it shall be.
    Applied {
        #[serde(flatten)]
        object: &'a ObjectRef,
        /// What was done to it.
        action: Action,
    },
    /// An object's readiness is another one.
    Rollout {
        #[serde(flatten)]
        object: &'a ObjectRef,
        #[serde(flatten)]
        readiness: &'a Readiness,
    },
    /// An object goes, or is gone.
    #[serde(rename_all = "camelCase")]
    Removing {
        #[serde(flatten)]
        object: &'a ObjectRef,
        /// Whether it is gone.
        is_gone: bool,
        /// What keeps it.
        #[serde(skip_serializing_if = "Option::is_none")]
        waits_for: Option<&'a str>,
    },
    /// How the wait ended.
    Verdict { verdict: Verdict },
    /// Why it failed.
    Error {
        /// One sentence.
        error: String,
        /// What is wrong, each by itself.
        problems: &'a [String],
        /// What to do about it.
        hints: &'a [String],
        /// The exit code, as `llmd help exit-codes` explains it.
        exit: u8,
    },
    /// The end, and what `-o json` prints.
    Report {
        /// Of apply and rollback, or of destroy.
        #[schemars(schema_with = "reports")]
        report: serde_json::Value,
    },
}

/// One object of a plan.
#[derive(Serialize, JsonSchema)]
struct PlannedStep<'a> {
    #[serde(flatten)]
    object: &'a ObjectRef,
    /// What will be done to it.
    step: Step,
}

/// A line of the stream: what happened, and when.
#[derive(Serialize, JsonSchema)]
pub(super) struct Line<'a> {
    #[serde(flatten)]
    event: Event<'a>,
    /// When it was told.
    at: Timestamp,
}

/// Of what ends in such a stream.
fn reports(generator: &mut SchemaGenerator) -> Schema {
    let (applied, destroyed) =
        (generator.subschema_for::<ApplyReport>(), generator.subschema_for::<DestroyReport>());
    json_schema!({"anyOf": [applied, destroyed]})
}

fn emit(event: Event<'_>, ui: &Printer) {
    // What goes wrong with standard output is told at the end, by the printer; an event is always JSON.
    let _ = ui.json_line(&Line { event, at: Timestamp::now() });
}

impl ReportForm {
    pub(super) fn is_stream(self) -> bool {
        self == Self::Jsonl
    }

    /// The form for what has no events to tell.
    pub(super) fn without_events(self) -> Result<Output, Failure> {
        match self {
            Self::Table => Ok(Output::Table),
            Self::Json => Ok(Output::Json),
            Self::Jsonl => {
                Err(Failure::usage("the processes of `local` tell no events")
                    .hint("take -o json: the report"))
            }
        }
    }

    pub(super) fn plan(self, context: &str, plan: &Plan, ui: &Printer) {
        if self.is_stream() {
            let objects = plan
                .changes()
                .map(|change| PlannedStep { object: change.object, step: change.step })
                .collect();
            emit(Event::Plan { context, namespace: &plan.namespace, objects }, ui);
        }
    }

    pub(super) fn verdict(self, report: &ApplyReport, ui: &Printer) {
        if let Some(verdict) = report.verdict.filter(|_| self.is_stream()) {
            emit(Event::Verdict { verdict }, ui);
        }
    }

    /// Prints what there is to print at the end, and gives how the command ends.
    pub(super) fn close<R: Serialize + JsonSchema>(
        self,
        ended: Ended<R>,
        ui: &Printer,
    ) -> Result<Exit, Failure> {
        let (report, exit) = ended.unwrap_or_else(|failure| (None, Err(failure)));
        if let Some(failure) = exit.as_ref().err().filter(|_| self.is_stream()) {
            let (problems, hints) = (&failure.problems, &failure.hints);
            let (error, exit) = (format!("{:#}", failure.error), failure.exit.code());
            emit(Event::Error { error, problems, hints, exit }, ui);
        }
        match (self, report) {
            (Self::Json, Some(report)) => ui.json(&report)?,
            (Self::Jsonl, Some(report)) => {
                let report =
                    serde_json::to_value(&report).map_err(|error| Failure::new(Exit::Failed, error))?;
                emit(Event::Report { report }, ui);
            }
            _ => {}
        }
        exit
    }
}

/// Prints one piece of progress as a line.
pub(super) fn tell(progress: &Progress, ui: &Printer) {
    let event = match progress {
        Progress::Notice(text) => Event::Notice { text },
        Progress::Warning(text) => Event::Warning { text },
        Progress::Applied { object, action } => Event::Applied { object, action: *action },
        Progress::Rollout { object, readiness } => Event::Rollout { object, readiness },
        Progress::Removing { object, waits_for } => {
            Event::Removing { object, is_gone: waits_for.is_none(), waits_for: waits_for.as_deref() }
        }
    };
    emit(event, ui);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_flat_and_says_what_it_is() {
        let object = ObjectRef::namespaced("apps/v1", "Deployment", "deployments", "demo", "decode");
        let readiness = Readiness::progressing("0/1 ready");
        let line = Line {
            event: Event::Rollout { object: &object, readiness: &readiness },
            at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(
            serde_json::to_value(&line).unwrap(),
            json!({"event": "rollout", "apiVersion": "apps/v1", "kind": "Deployment", "namespace": "demo",
                   "name": "decode", "state": "progressing", "message": "0/1 ready", "at": "1970-01-01T00:00:00Z"})
        );
    }
}
