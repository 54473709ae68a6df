//! The token for Hugging Face.

use super::{Facts, Seen, Wanted};
use crate::cluster::secret_value;
use crate::doctor::report::{Finding, Verdict};
use crate::doctor::token::{check, gated_model, is_usual, place};

pub(super) fn token(wanted: &Wanted<'_>, facts: &Facts) -> Seen {
    if wanted.is_simulated {
        return Err("simulators need no token".to_owned());
    }
    let (flags, gated) = (wanted.flags, gated_model(wanted.stack));
    let Some(wanted_at) = place(wanted.stack) else {
        let Some(model) = gated else { return Err("the stack reads no token".to_owned()) };
        let cause = "only those who accepted its terms may load it, and no pod gets a token";
        let fix = format!("llmd apply {flags} --set ms.modelArtifacts.authSecretName=llm-d-hf-token");
        return Ok(Verdict::new("", vec![Finding::warning(model, cause, fix)]));
    };
    let place = format!("Secret/{}", wanted_at.secret);
    let fix = format!("llmd secret hf-token {flags}");
    let needed_by = gated.map(|model| format!("; {model} is given out only with one")).unwrap_or_default();
    let found = match facts.token.known()? {
        None => Err(format!(
            "it does not exist in namespace {}, and no model server starts without{needed_by}",
            wanted.stack.namespace
        )),
        Some(secret) => secret_value(secret, &wanted_at.key).ok_or_else(|| {
            format!("it has no key {}, and no model server starts without{needed_by}", wanted_at.key)
        }),
    };
    let findings = match found {
        Err(cause) => vec![Finding::error(place, cause, fix)],
        Ok(token) => match check(&token) {
            Err(fault) => vec![Finding::error(place, format!("the token is of no use: {fault}"), fix)],
            Ok(()) if !is_usual(&token) => {
                vec![Finding::warning(
                    place,
                    "the token does not begin with hf_, as those of Hugging Face do",
                    fix,
                )]
            }
            Ok(()) => Vec::new(),
        },
    };
    Ok(Verdict::new(format!("Secret/{} has the key {}", wanted_at.secret, wanted_at.key), findings))
}
