//! The verbs on the environment `local`, where processes stand for pods.

mod apply;
mod destroy;
mod list;
mod render;
mod status;

pub(super) use apply::apply;
pub(super) use destroy::destroy;
pub(super) use list::{stacks, table};
pub(super) use render::{ProcessDocument, render};
pub(super) use status::status;

use crate::local::{Health, postfix_flag};
use crate::ui::{Mark, Printer, ProgressView};
use crate::{Exit, Failure};

/// Shows how processes fare while something is done with them.
fn shown(view: &mut ProgressView<'_>, name: &str, health: &Health) {
    let mark = match health {
        Health::Up { .. } => Mark::Good,
        Health::Waiting { .. } => Mark::Busy,
        Health::Down { .. } => Mark::Plain,
    };
    let state = if health.is_up() { health.word() } else { health.message() };
    view.state(name, state, mark);
}

/// The flags that name a stack to another verb.
fn flags(environment: &str, postfix: &str) -> String {
    format!("-e {environment}{}", postfix_flag(postfix))
}

/// A namespace means nothing here; who names one is told.
fn note_namespace(namespace: Option<&str>, ui: &Printer) {
    if namespace.is_some_and(|namespace| !namespace.is_empty()) {
        ui.note("processes on this machine have no namespace: the one that is given means nothing here");
    }
}

pub(super) fn none_there(postfix: &str, environment: &str) -> Failure {
    Failure::message(Exit::Failed, format!("there is no local stack {postfix}"))
        .hint(format!("start one: llmd apply {}", flags(environment, postfix)))
        .hint("see what there is: llmd list -e local")
}
