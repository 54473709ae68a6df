//! Every report that there is, and the type that it is made of.

use llmd_bench::plan::Outline;
use llmd_bench::report::BenchReport;
use llmd_bench::report::comparison::Comparison;
use llmd_bench::sample::Sample;
use llmd_bench::scenario::Scenario;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::closed::Closed;
use crate::cluster::{self, ListedRelease};
use crate::commands::ask::Answered;
use crate::commands::bench::ListedScenario;
use crate::commands::checks::ListedCheck;
use crate::commands::crds::CrdsReport;
use crate::commands::diff::DiffReport;
use crate::commands::event_stream::Line;
use crate::commands::get::{GivenValues, Notes};
use crate::commands::image::{BuildReport, PushedReport, SaveReport};
use crate::commands::list::ListReport;
use crate::commands::local::ProcessDocument;
use crate::commands::names::NamesReport;
use crate::commands::secret::SecretReport;
use crate::doctor::DoctorReport;
use crate::environment::{catalog, fixes::Fix};
use crate::local;
use crate::render::output::ObjectList;
use crate::verify::VerifyReport;
use crate::virtual_clock::find::FindReport;
use crate::virtual_clock::gates::GatesReport;

/// What a command prints or writes as JSON.
#[derive(Debug)]
pub struct Report {
    /// How `llmd schema` calls it: the words of its verb.
    pub name: &'static str,
    /// The commands that print it, without `llmd`: `apply -o json`.
    pub printed_by: &'static [&'static str],
    /// What it tells, in a line.
    pub about: &'static str,
    /// It is one of these.
    kinds: &'static [Kind],
}

type Kind = fn(&mut SchemaGenerator) -> Schema;

/// Every report, by name.
pub static REPORTS: &[Report] = &[
    Report::new(
        "apply",
        &["apply -o json"],
        "What was done to each object, or process, and whether all of it is ready",
        &[kind::<cluster::ApplyReport>, kind::<local::ApplyReport>],
    ),
    Report::new("ask", &["ask -o json"], "An answer, who gave it and how fast", &[kind::<Answered>]),
    Report::new(
        "bench",
        &["bench -o json", "bench --save: report.json"],
        "What came of a load; of --dry-run, what would be sent; of --find, what is borne",
        &[kind::<BenchReport>, kind::<Outline>, kind::<Vec<FindReport>>, kind::<Comparison>],
    ),
    Report::new(
        "bench-compare",
        &["bench compare -o json", "bench compare --save: comparison.json"],
        "Two arms figure by figure; interrupted before both were asked, the first run's report",
        &[kind::<Comparison>, kind::<BenchReport>],
    ),
    Report::new(
        "bench-policies",
        &["bench policies -o json"],
        "What the scheduler's policy promises, and whether it keeps it",
        &[kind::<GatesReport>],
    ),
    Report::new(
        "bench-report",
        &["bench report -o json"],
        "A saved run, or two of them compared",
        &[kind::<BenchReport>, kind::<Comparison>],
    ),
    Report::new(
        "bench-requests",
        &["bench --save: requests.jsonl"],
        "One request of a load, a line each",
        &[kind::<Sample>],
    ),
    Report::new(
        "bench-scenarios",
        &["bench scenarios -o json"],
        "The built-in scenarios, or one of them",
        &[kind::<Vec<ListedScenario>>, kind::<Scenario>],
    ),
    Report::new(
        "crds-diff",
        &["crds diff -o json"],
        "The definitions that are missing or differ from what is needed",
        &[kind::<CrdsReport<'_>>],
    ),
    Report::new(
        "crds-status",
        &["crds status -o json"],
        "The definitions that an environment needs, against those of the cluster",
        &[kind::<CrdsReport<'_>>],
    ),
    Report::new(
        "destroy",
        &["destroy -o json"],
        "What is gone, what remains, and what stays on purpose",
        &[kind::<cluster::DestroyReport>, kind::<local::DestroyReport>],
    ),
    Report::new("diff", &["diff -o json"], "What apply would change, by field", &[kind::<DiffReport<'_>>]),
    Report::new(
        "doctor",
        &["doctor -o json"],
        "Whether a cluster can take a stack, check by check; of --list, the checks",
        &[kind::<DoctorReport>, kind::<Vec<ListedCheck>>],
    ),
    Report::new("env-list", &["env list -o json"], "The environments", &[kind::<Vec<catalog::Listed>>]),
    Report::new(
        "events",
        &["apply -o jsonl", "destroy -o jsonl", "rollback -o jsonl"],
        "What happens while an operation is at work, a line each",
        &[kind::<Line<'_>>],
    ),
    Report::new("fixes", &["fixes -o json"], "The defects that are mended by default", &[kind::<Vec<Fix>>]),
    Report::new(
        "get-manifest",
        &["get manifest -o json"],
        "The objects of a revision, as a List",
        &[kind::<ObjectList<'_>>],
    ),
    Report::new("get-notes", &["get notes -o json"], "The charts' notes, by release", &[kind::<Notes>]),
    Report::new(
        "get-values",
        &["get values -o json"],
        "The values that a revision was given",
        &[kind::<GivenValues>],
    ),
    Report::new("history", &["history -o json"], "Every revision", &[kind::<Vec<ListedRelease>>]),
    Report::new(
        "image-build",
        &["image build -o json"],
        "An image that was built, and where it is",
        &[kind::<BuildReport<'_>>],
    ),
    Report::new(
        "image-push",
        &["image push -o json"],
        "An image in a registry, and what was sent of it",
        &[kind::<PushedReport>],
    ),
    Report::new("image-save", &["image save -o json"], "An image in a file", &[kind::<SaveReport<'_>>]),
    Report::new(
        "list",
        &["list -o json"],
        "The releases that are installed, and the stacks on this machine",
        &[kind::<ListReport>],
    ),
    Report::new(
        "names",
        &["names -o json"],
        "Every name of a stack, with its length and limit",
        &[kind::<NamesReport<'_>>],
    ),
    Report::new(
        "render",
        &["render -o json"],
        "The objects as a List, or the processes",
        &[kind::<ObjectList<'_>>, kind::<Vec<ProcessDocument<'_>>>],
    ),
    Report::new(
        "rollback",
        &["rollback -o json"],
        "What was done to each object to go back, and whether all of it is ready",
        &[kind::<cluster::ApplyReport>],
    ),
    Report::new(
        "secret-hf-token",
        &["secret hf-token -o json"],
        "What became of a Secret",
        &[kind::<SecretReport<'_>>],
    ),
    Report::new(
        "status",
        &["status -o json"],
        "Whether what is deployed is ready, and why not",
        &[kind::<cluster::StatusReport>, kind::<local::StatusReport>],
    ),
    Report::new(
        "verify",
        &["verify -o json"],
        "Whether a stack does what it is for, check by check; of --list, the checks",
        &[kind::<VerifyReport>, kind::<Vec<ListedCheck>>],
    ),
];

fn kind<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    T::json_schema(generator)
}

impl Report {
    const fn new(
        name: &'static str,
        printed_by: &'static [&'static str],
        about: &'static str,
        kinds: &'static [Kind],
    ) -> Self {
        Self { name, printed_by, about, kinds }
    }

    /// The report of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        REPORTS.iter().find(|report| report.name == name)
    }

    /// Its JSON Schema, draft 2020-12: no key but those that it names is taken.
    pub fn schema(&self) -> Schema {
        let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
        let kinds: Vec<Schema> = self.kinds.iter().map(|kind| kind(&mut generator)).collect();
        let schema = match kinds.as_slice() {
            [one] => one.clone().to_value(),
            several => json!({ "anyOf": several }),
        };
        let definitions = generator.take_definitions(false);
        let Closed { schema, definitions } = Closed::new(schema, &definitions);
        let mut whole = Map::from_iter([
            ("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema")),
            ("$id".to_owned(), json!(format!("urn:llmd:report:{}", self.name))),
            ("title".to_owned(), json!(self.about)),
        ]);
        whole.extend(schema);
        if !definitions.is_empty() {
            whole.insert("$defs".to_owned(), Value::Object(definitions));
        }
        whole.into()
    }
}
