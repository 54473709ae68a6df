//! What a run says to the shell.

use llmd_bench::report::{BenchReport, tables};

use crate::{Exit, Failure};

/// How the command ends, by what came of the run.
pub(super) fn conclude(report: &BenchReport, share: Option<f64>) -> Result<Exit, Failure> {
    if report.is_partial {
        return Err(Failure::message(
            Exit::Interrupted,
            "interrupted: the report is of what came until then",
        ));
    }
    let overall = &report.overall;
    if overall.succeeded == 0 {
        let kinds = overall.failures.iter().map(|(kind, count)| format!("{kind}: {count}"));
        let text = format!("none of {} requests to {} was answered", overall.requests, report.url);
        return Err(Failure::message(Exit::Failed, text)
            .problems(kinds)
            .hint("llmd verify tells what is wrong with the stack"));
    }
    match (share, overall.goodput) {
        (Some(share), Some(goodput)) if goodput.share < share => Err(Failure::message(
            Exit::CheckFailed,
            format!(
                "the goal is missed: {} of the requests met the bounds, {} were to",
                tables::percent(goodput.share),
                tables::percent(share)
            ),
        )),
        _ => Ok(Exit::Done),
    }
}
