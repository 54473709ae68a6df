//! Proof that the endpoint picker decides: `deploytools.md` §3.5, V6.

use llmd_api::names::header::WENT_INTO_RESPONSE;

use super::metrics::picker_metric;
use super::{Stack, Verdict, wrong};

/// Requests that the picker must have counted.
const REQUESTS: u32 = 4;
/// The counter of routed requests, under its old and its new name.
const ROUTED: [&str; 2] = ["inference_objective_request_total", "llm_d_epp_request_total"];
const BYPASSED: &str = "requests go past the picker: a route to the Service, or a proxy that lost its picker";

pub(super) async fn header(stack: &Stack<'_>) -> Verdict {
    let answer = stack.post("/v1/completions", &stack.completion("Who picks the endpoint?", 1)).await?;
    answer.of_status(200)?;
    match answer.header(WENT_INTO_RESPONSE) {
        Some("true") => Ok(format!("{WENT_INTO_RESPONSE}: true")),
        other => Err(wrong(format!("the answer's {WENT_INTO_RESPONSE} is {}", other.unwrap_or("not there")))
            .cause(BYPASSED)),
    }
}

pub(super) async fn counts(stack: &Stack<'_>) -> Verdict {
    let before = picker_metric(stack, &ROUTED).await?.unwrap_or(0.0);
    for number in 0..REQUESTS {
        let request = stack.completion(&format!("Count this as request {number}."), 1);
        stack.post("/v1/completions", &request).await?.of_status(200)?;
    }
    let counted = picker_metric(stack, &ROUTED).await?.unwrap_or(0.0) - before;
    let seen = format!("{} moved by {counted} with {REQUESTS} requests", ROUTED[0]);
    if (counted - f64::from(REQUESTS)).abs() < 0.5 {
        return Ok(seen);
    }
    let cause =
        if counted < f64::from(REQUESTS) { BYPASSED } else { "others send requests at the same time" };
    Err(wrong(seen).cause(cause))
}
