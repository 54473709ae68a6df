//! `llmd crds`: the CRDs that an environment needs, against those of the cluster.

use std::collections::BTreeSet;

use clap::Subcommand;
use serde::Serialize;

use super::doctor::Patient;
use super::{Output, StackArgs, unless_interrupted};
use crate::cluster::{Cluster, ConnectArgs};
use crate::doctor::{self, Definition, State};
use crate::ui::{Mark, Printer, Table};
use crate::{Exit, Failure};

/// Compare the CRDs that an environment needs with those of the cluster
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show each CRD: what is needed, what is there, and what mends it
    ///
    /// Exit 0 when all are as they are needed, 7 when not.
    #[command(after_help = "Examples:\n  llmd crds status -e istio\n  llmd crds status -e gke -o json")]
    Status(Flags),
    /// Show only what is missing or differs
    ///
    /// Exit 0 when nothing does, 3 when something does.
    #[command(after_help = "Example:\n  llmd crds diff -e kgateway")]
    Diff(Flags),
}

#[derive(Debug, clap::Args)]
struct Flags {
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// The CRDs of an environment.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CrdsReport<'a> {
    /// The kubeconfig's context.
    context: &'a str,
    /// The environment that needs them.
    environment: &'a str,
    /// Whether none is missing or differs.
    matches: bool,
    /// Of `crds diff`, only those that are missing or differ.
    definitions: Vec<&'a Definition>,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let (flags, is_diff) = match &args.action {
        Action::Status(flags) => (flags, false),
        Action::Diff(flags) => (flags, true),
    };
    let patient = Patient::new(&flags.stack)?;
    let (context, definitions) = unless_interrupted(async {
        let cluster = Cluster::connect(&flags.connection).await?;
        let definitions = Box::pin(doctor::definitions(&cluster, &patient.wanted())).await?;
        Ok((cluster.context().to_owned(), definitions))
    })
    .await?;
    let wrong: Vec<&Definition> = definitions.iter().filter(|one| one.state.is_wrong()).collect();
    if flags.output == Output::Json {
        ui.json(&CrdsReport {
            context: &context,
            environment: &patient.stack.environment,
            matches: wrong.is_empty(),
            definitions: if is_diff { wrong.clone() } else { definitions.iter().collect() },
        })?;
    } else if is_diff {
        differences(&wrong, ui);
    } else {
        ui.note(&format!("context {context}, environment {}", patient.stack.environment));
        table(&definitions, ui);
    }
    if is_diff {
        for fix in fixes(&wrong) {
            ui.note(&format!("fix: {fix}"));
        }
        return Ok(if wrong.is_empty() { Exit::Done } else { Exit::Differences });
    }
    ended(&definitions, &wrong)
}

fn table(definitions: &[Definition], ui: &Printer) {
    let mut table = Table::new(["definition", "needed", "release", "found", "served", "stored", "state"]);
    for one in definitions {
        let wanted = one.wanted.clone().unwrap_or_else(|| "any".to_owned());
        table.row(vec![
            (one.name.clone(), Mark::Plain),
            (one.version.clone(), Mark::Plain),
            (wanted, Mark::Plain),
            (one.bundle.clone().unwrap_or_else(|| "-".to_owned()), Mark::Plain),
            (listed(&one.served), Mark::Plain),
            (listed(&one.stored), Mark::Plain),
            (one.state.word().to_owned(), mark(one.state)),
        ]);
    }
    ui.table(&table);
}

fn listed(versions: &[String]) -> String {
    if versions.is_empty() { "-".to_owned() } else { versions.join(",") }
}

fn mark(state: State) -> Mark {
    match state {
        State::Ok => Mark::Good,
        State::Unknown => Mark::Plain,
        _ => Mark::Bad,
    }
}

/// What is there against what is needed, as a diff has it.
fn differences(wrong: &[&Definition], ui: &Printer) {
    for one in wrong {
        ui.painted(&one.name, Mark::Plain);
        if one.state != State::Missing {
            let bundle =
                one.bundle.as_deref().map(|bundle| format!(", of release {bundle}")).unwrap_or_default();
            ui.painted(&format!("- serves {}{bundle}", listed(&one.served)), Mark::Bad);
        }
        let release =
            one.wanted.as_deref().map(|wanted| format!(", of release {wanted}")).unwrap_or_default();
        ui.painted(&format!("+ serves {}{release}", one.version), Mark::Good);
    }
}

fn fixes<'a>(wrong: &[&'a Definition]) -> BTreeSet<&'a str> {
    wrong.iter().filter_map(|one| one.fix.as_deref()).collect()
}

fn ended(definitions: &[Definition], wrong: &[&Definition]) -> Result<Exit, Failure> {
    if definitions.iter().all(|one| one.state == State::Unknown) {
        let why = definitions.iter().find_map(|one| one.cause.as_deref()).unwrap_or("the stack needs none");
        return Err(Failure::message(Exit::Preflight, format!("no definition was looked at: {why}")));
    }
    if wrong.is_empty() {
        return Ok(Exit::Done);
    }
    let text = format!("{} of {} definitions are not as they are needed", wrong.len(), definitions.len());
    let problems =
        wrong.iter().map(|one| format!("{}: {}", one.name, one.cause.as_deref().unwrap_or_default()));
    let failure = Failure::message(Exit::Preflight, text).problems(problems);
    Err(fixes(wrong).into_iter().fold(failure, Failure::hint))
}
