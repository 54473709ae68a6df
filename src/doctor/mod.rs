//! Whether a cluster can take a stack: `deploytools.md` §2.3. Nothing is changed.
//!
//! ```text
//!  Wanted ─► gather ─► Facts ─► Check, Check, … ─► DoctorReport
//!  stack     API        what     pure: what holds,  evidence, findings
//!  needs     server     is there  what does not      with their fix
//! ```
//!
//! What may not be read is no failure: the checks that need it are skipped and say so.

mod check;
mod checks;
mod definitions;
mod facts;
mod gather;
mod nodes;
mod quantity;
mod report;
mod rights;
pub mod token;
mod version;
mod workload;

pub use check::{Category, Check};
pub use definitions::{Definition, State};
pub use report::{CheckReport, DoctorReport, Finding, Outcome, Severity};

use crate::cluster::{Cluster, Error};
use crate::environment::needs::Needs;
use crate::render::Stack;
use workload::Workload;

/// What a cluster shall take.
#[derive(Debug)]
pub struct Wanted<'a> {
    stack: &'a Stack,
    needs: &'a Needs,
    /// The flags that name the stack, for the commands that mend: `-e istio -n demo`.
    flags: &'a str,
    /// Whether simulators take the place of the model servers.
    is_simulated: bool,
    workloads: Vec<Workload>,
}

impl<'a> Wanted<'a> {
    pub fn new(stack: &'a Stack, needs: &'a Needs, flags: &'a str, is_simulated: bool) -> Self {
        Self { stack, needs, flags, is_simulated, workloads: Workload::all(stack) }
    }
}

/// Looks at the cluster, at everything at once, and judges.
///
/// # Errors
/// When the API server does not answer, or does not take our credentials.
pub async fn run(cluster: &Cluster, wanted: &Wanted<'_>, checks: &[Check]) -> Result<DoctorReport, Error> {
    let facts = Box::pin(gather::facts(cluster, wanted, checks)).await?;
    let Wanted { stack, .. } = wanted;
    let mut report = DoctorReport::new(cluster.context(), &stack.environment, &stack.namespace);
    for &check in checks {
        report.add(check, checks::run(check, wanted, &facts).into());
    }
    Ok(report)
}

/// How the CRDs stand that a stack needs.
///
/// # Errors
/// When the API server does not answer, or does not take our credentials.
pub async fn definitions(cluster: &Cluster, wanted: &Wanted<'_>) -> Result<Vec<Definition>, Error> {
    let facts = Box::pin(gather::facts(cluster, wanted, &[Check::Definitions])).await?;
    let needed = definitions::needed(wanted.stack, wanted.needs);
    Ok(definitions::standing(&needed, wanted.needs, &facts.definitions))
}

#[cfg(test)]
mod tests;
