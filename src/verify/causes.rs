//! Why a front door answers as it does: `gateway.md` §5, read backwards.

use super::topology;
use super::trouble::{Trouble, wrong};
use super::{Behind, Finding};
use crate::verify::trouble::summary;

/// The same trouble with its cause, where the answer and the objects tell it.
pub(super) fn explained(trouble: Trouble, behind: &Behind) -> Trouble {
    let Trouble::Answered { status, wanted, words } = &trouble else { return trouble };
    let Some((cause, hint)) = cause(*status, words, behind) else { return trouble };
    wrong(format!("answered by {}, not by {wanted}", summary(*status, words))).cause(cause).hint(hint)
}

/// What makes a gateway answer like that, and the next step.
fn cause(status: u16, words: &str, behind: &Behind) -> Option<(String, String)> {
    let Behind::Deployment(deployment) = behind else { return None };
    let (cause, hint) = match (status, words) {
        (500, "") => (
            "the gateway cannot ask the picker: it is down, or the gateway does not speak TLS to it as it should",
            "see the log of the gateway's pod: it names the error of ext_proc",
        ),
        (503, words) if words.contains("failed to find") => (
            "the picker finds no endpoint: no model pod is ready, or the pool's selector matches none",
            "`llmd status` tells which model pods are not ready, and why",
        ),
        (503, words) if words.contains("upstream connect error") => (
            "nobody listens on the pool's targetPorts in the model pod that was picked",
            "compare the InferencePool's targetPorts with the model servers' --port",
        ),
        (404, "") => (
            "no route leads from the gateway to the pool",
            "see the HTTPRoute's status: its parents name who has taken it up",
        ),
        _ => return None,
    };
    // What the objects show to be wrong is nearer to the cause than what the answer looks like.
    let shown = topology::join(deployment).findings.into_iter().next();
    let Finding { cause: nearer, hint: next, .. } = shown.unwrap_or_default();
    Some((nearer.unwrap_or_else(|| cause.to_owned()), next.unwrap_or_else(|| hint.to_owned())))
}
