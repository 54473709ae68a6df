//! Shows what an operation tells while it works.

use std::cell::RefCell;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::event_stream::{self, ReportForm};
use crate::cluster::readiness::Readiness;
use crate::cluster::{Action, ObjectRef, Progress, ProgressSender};
use crate::ui::{Mark, Printer, ProgressView};

/// The objects that an operation has come to, for whoever interrupts it.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    applied: RefCell<Vec<ObjectRef>>,
    gone: RefCell<Vec<ObjectRef>>,
}

impl Deeds {
    pub(super) fn applied(&self) -> usize {
        self.applied.borrow().len()
    }

    /// How many of these are gone.
    pub(super) fn gone(&self, of: &[ObjectRef]) -> usize {
        let gone = self.gone.borrow();
        of.iter().filter(|object| gone.contains(object)).count()
    }

    fn note(&self, progress: &Progress) {
        match progress {
            Progress::Applied { object, action } if *action != Action::Removed => {
                self.applied.borrow_mut().push(object.clone());
            }
            Progress::Removing { object, waits_for: None } => self.gone.borrow_mut().push(object.clone()),
            _ => {}
        }
    }
}

/// Runs a piece of work and shows its progress beside it.
pub(super) async fn shown<T, F: Future<Output = T>>(
    printer: &Printer,
    form: ReportForm,
    deeds: &Deeds,
    work: impl FnOnce(ProgressSender) -> F,
) -> T {
    let (sender, receiver): (UnboundedSender<Progress>, _) = unbounded_channel();
    let work = work(ProgressSender::new(sender));
    let (result, ()) = futures::join!(work, show(printer, form, deeds, receiver));
    result
}

async fn show(printer: &Printer, form: ReportForm, deeds: &Deeds, mut receiver: UnboundedReceiver<Progress>) {
    let mut view = ProgressView::new(printer);
    while let Some(progress) = receiver.recv().await {
        deeds.note(&progress);
        if form.is_stream() {
            event_stream::tell(&progress, printer);
            continue;
        }
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
