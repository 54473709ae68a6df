//! The checks: what is asked, and what the answer must be.

mod answers;
mod deployment;
mod metrics;
mod models;
mod picker;
mod refusals;
mod routing;

use super::Behind;
use super::check::Check;
use super::stack::Stack;
use super::trouble::{Trouble, skip, wrong};

/// What was seen that shows that a check holds.
type Verdict = Result<String, Trouble>;

/// Runs one check.
pub(super) async fn run(check: Check, stack: &Stack<'_>) -> Verdict {
    match check {
        Check::Processes => processes(stack),
        Check::Releases => deployment::releases(stack),
        Check::Objects => deployment::objects(stack),
        Check::Topology => deployment::topology(stack),
        Check::Servers => models::servers(stack).await,
        Check::Models => models::front_door(stack).await,
        Check::Completion => answers::completion(stack).await,
        Check::Chat => answers::chat(stack).await,
        Check::Streaming => answers::streaming(stack).await,
        Check::PickerHeader => picker::header(stack).await,
        Check::PickerCounts => picker::counts(stack).await,
        Check::SamePrefix => routing::same_prefix(stack).await,
        Check::DifferentPrefixes => routing::different_prefixes(stack).await,
        Check::Burst => routing::burst(stack).await,
        Check::ServerMetrics => metrics::servers(stack).await,
        Check::ReadyEndpoints => metrics::ready_endpoints(stack).await,
        Check::UnknownModel => refusals::unknown_model(stack).await,
        Check::WrongPath => refusals::wrong_path(stack).await,
        Check::BadBody => refusals::bad_body(stack).await,
        Check::FirstToken => answers::first_token(stack).await,
    }
}

/// Whether a check asks the front door.
pub(super) fn needs_front_door(check: Check) -> bool {
    !matches!(
        check,
        Check::Processes
            | Check::Releases
            | Check::Objects
            | Check::Topology
            | Check::Servers
            | Check::ReadyEndpoints
    )
}

fn processes(stack: &Stack<'_>) -> Verdict {
    let Behind::Processes(processes) = stack.subject.behind else {
        return Err(skip("the stack's processes are known in the environment local only"));
    };
    let down: Vec<String> = processes
        .iter()
        .filter(|process| !process.is_up)
        .map(|process| format!("{} is {}", process.name, process.state))
        .collect();
    if !down.is_empty() {
        return Err(wrong(down.join("; ")).hint("its log tells why; `llmd status -e local` names the file"));
    }
    if processes.is_empty() {
        return Err(wrong("there is no process"));
    }
    Ok(format!("{} processes are up", processes.len()))
}
