//! Shows what an operation tells while it works.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::cluster::readiness::Readiness;
use crate::cluster::{Action, Progress, ProgressSender};
use crate::ui::{Mark, Printer, ProgressView};

/// Runs a piece of work and shows its progress beside it.
pub(super) async fn shown<T, F: Future<Output = T>>(
    printer: &Printer,
    work: impl FnOnce(ProgressSender) -> F,
) -> T {
    let (sender, receiver): (UnboundedSender<Progress>, _) = unbounded_channel();
    let work = work(ProgressSender::new(sender));
    let (result, ()) = futures::join!(work, show(printer, receiver));
    result
}

async fn show(printer: &Printer, mut receiver: UnboundedReceiver<Progress>) {
    let mut view = ProgressView::new(printer);
    while let Some(progress) = receiver.recv().await {
        match progress {
            Progress::Notice(text) => view.note(&text),
            Progress::Warning(text) => view.warn(&text),
            Progress::Applied { object, action } => {
                view.marked(&object.to_string(), action.word(), mark(action));
            }
            Progress::Rollout { object, readiness } => {
                view.state(&object.to_string(), readiness.message(), mark_of(&readiness));
            }
            Progress::Removing { object, waits_for: Some(holder) } => {
                view.state(&object.to_string(), &holder, Mark::Busy);
            }
            Progress::Removing { object, waits_for: None } => {
                view.state(&object.to_string(), "removed", Mark::Good);
            }
        }
    }
    view.finish();
}

fn mark(action: Action) -> Mark {
    match action {
        Action::Created => Mark::Good,
        Action::Configured | Action::Removed => Mark::Changed,
        Action::Unchanged => Mark::Plain,
    }
}

pub(super) fn mark_of(readiness: &Readiness) -> Mark {
    match readiness {
        Readiness::Ready { .. } => Mark::Good,
        Readiness::Progressing { .. } => Mark::Busy,
        Readiness::Blocked { .. } => Mark::Bad,
    }
}
