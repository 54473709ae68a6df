//! What a cluster says of the stack before it is asked anything: `deploytools.md` §3.5, V0 to V2.

use super::{Behind, Stack, Trouble, Verdict, skip, wrong};
use crate::verify::deployment::{Deployment, Standing};
use crate::verify::topology;

/// Every release is recorded as deployed, and every object is what was recorded.
pub(super) fn releases(stack: &Stack<'_>) -> Verdict {
    let deployment = deployment(stack)?;
    all_good(&deployment.releases)?;
    if deployment.releases.is_empty() {
        return Err(wrong("nothing is recorded"));
    }
    if !deployment.differing.is_empty() {
        return Err(wrong(deployment.differing.join("; "))
            .cause("somebody has changed what was applied")
            .hint("`llmd diff` shows it beside what is wanted, `llmd apply` mends it"));
    }
    let (releases, objects) = (deployment.releases.len(), deployment.objects.len());
    Ok(format!("{releases} releases deployed, {objects} objects as recorded"))
}

pub(super) fn objects(stack: &Stack<'_>) -> Verdict {
    let deployment = deployment(stack)?;
    all_good(&deployment.objects)?;
    if deployment.objects.is_empty() {
        return Err(wrong("the releases have no object"));
    }
    Ok(format!("{} objects are ready", deployment.objects.len()))
}

pub(super) fn topology(stack: &Stack<'_>) -> Verdict {
    let deployment = deployment(stack)?;
    let join = topology::join(deployment);
    let Some(first) = join.findings.first() else { return Ok(join.steps.join(" → ")) };
    let whats: Vec<&str> = join.findings.iter().map(|finding| finding.what.as_str()).collect();
    let finding = crate::verify::Finding { what: whats.join("; "), ..first.clone() };
    Err(Trouble::Wrong(finding))
}

fn deployment<'a>(stack: &Stack<'a>) -> Result<&'a Deployment, Trouble> {
    match stack.subject.behind {
        Behind::Deployment(deployment) => Ok(deployment),
        _ => Err(skip("known of a cluster's environments only")),
    }
}

fn all_good(standings: &[Standing]) -> Result<(), Trouble> {
    let bad: Vec<&Standing> = standings.iter().filter(|standing| !standing.is_good).collect();
    if bad.is_empty() {
        return Ok(());
    }
    let whats: Vec<String> = bad.iter().map(|bad| format!("{}: {}", bad.name, bad.state)).collect();
    let hint = bad.iter().find_map(|bad| bad.hint.as_deref());
    Err(wrong(whats.join("; ")).hint(hint.unwrap_or("`llmd status` tells more")))
}
