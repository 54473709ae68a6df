//! Negative controls: a stack that answers well to everything proves nothing.

use super::{Stack, Verdict, wrong};
use crate::verify::stack::Answer;

pub(super) async fn unknown_model(stack: &Stack<'_>) -> Verdict {
    let mut request = stack.completion("Is anybody there?", 1);
    request["model"] = format!("no-such-model-{}", stack.settings.seed).into();
    refused(&stack.post("/v1/completions", &request).await?)
}

pub(super) async fn wrong_path(stack: &Stack<'_>) -> Verdict {
    let answer = stack.get("/v1/no-such-path").await?;
    answer.of_status(404)?;
    refused(&answer)
}

pub(super) async fn bad_body(stack: &Stack<'_>) -> Verdict {
    refused(&stack.post_text("/v1/completions", "{\"prompt\": this is no JSON").await?)
}

fn refused(answer: &Answer) -> Verdict {
    if (400..500).contains(&answer.status()) {
        return Ok(answer.summary());
    }
    Err(wrong(format!("answered by {}, not by a status from 400 to 499", answer.summary())))
}
