//! A plan in real time, with the live view and an end by Ctrl-C.

use std::time::Duration;

use llmd_bench::driver::{self, Live, Settings};
use llmd_bench::plan::Plan;
use llmd_bench::run::Run;
use tokio_util::sync::CancellationToken;

use super::super::Interrupts;
use crate::ui::{self, Printer};
use crate::{Exit, Failure};

/// Between two looks at the run.
const LOOK: Duration = Duration::from_millis(100);

/// Sends the plan. The first Ctrl-C ends the run early, and what came until then is reported; the second ends the command.
pub(super) async fn execute(
    plan: &Plan,
    settings: &Settings,
    interrupts: &mut Interrupts,
    ui: &Printer,
) -> Result<Run, Failure> {
    if let Some(warning) = driver::descriptor_warning(plan) {
        ui.warn(&warning);
    }
    let (live, stop) = (Live::default(), CancellationToken::new());
    let mut view = ui::Live::start(ui);
    let mut run = std::pin::pin!(driver::run(plan, settings, &live, stop.clone()));
    let mut looks = tokio::time::interval(LOOK);
    let ended = loop {
        tokio::select! {
            ended = &mut run => break ended,
            _ = looks.tick() => view.draw(&live),
            () = interrupts.next() => {
                if stop.is_cancelled() {
                    return Err(Failure::message(Exit::Interrupted, "interrupted again: nothing is reported"));
                }
                view.note("stopping: what came until now is reported; Ctrl-C again ends at once");
                stop.cancel();
            }
        }
    };
    view.finish(&live);
    ended.map_err(|error| Failure::new(Exit::Usage, error))
}
