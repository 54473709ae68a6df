//! What a request is answered with.

use std::time::Duration;

use llmd_bench::client::Moments;
use serde_json::{Value, json};

use super::{Stack, Trouble, Verdict, skip, wrong};

/// Tokens of an answer whose stream is looked at.
const STREAMED_TOKENS: u32 = 32;
/// What lies at least between the first and the last token of that many, as a part of the whole answer's time, or in all:
/// a buffer on the way gives all of them out at once, at the end.
const LEAST_PART: u32 = 20;
const LEAST_SPREAD: Duration = Duration::from_millis(10);

pub(super) async fn completion(stack: &Stack<'_>) -> Verdict {
    let answer = stack.post("/v1/completions", &stack.completion("The capital of France is", 16)).await?;
    let body = answer.json()?;
    text(&body["choices"][0]["text"], "choices[0].text")?;
    whole(stack, &body)
}

pub(super) async fn chat(stack: &Stack<'_>) -> Verdict {
    let answer = stack.post("/v1/chat/completions", &chat_request(stack, 16)).await?;
    let body = answer.json()?;
    let message = &body["choices"][0]["message"];
    // Models that think may have got no further than that.
    let thought = ["reasoning_content", "reasoning"].map(|key| text(&message[key], key));
    if thought.iter().all(Result::is_err) {
        text(&message["content"], "choices[0].message.content")?;
    }
    whole(stack, &body)
}

pub(super) async fn streaming(stack: &Stack<'_>) -> Verdict {
    let request = streamed_request(chat_request(stack, STREAMED_TOKENS));
    let streamed = stack.stream("/v1/chat/completions", &request).await?;
    if streamed.events < 2 {
        return Err(wrong(format!("{} events with text came, not several", streamed.events))
            .cause("something before the model server makes one answer of the stream"));
    }
    let spread = spread(&streamed.moments);
    let last = streamed.moments.last_token.unwrap_or(streamed.moments.sent);
    let took = last.saturating_duration_since(streamed.moments.sent);
    if spread.is_zero() || spread < LEAST_SPREAD.min(took / LEAST_PART) {
        return Err(wrong(format!("all {} events came within {}", streamed.events, milliseconds(spread)))
            .cause("a proxy on the way keeps the answer until it is whole"));
    }
    // Clients of streams may do without the mark of the end; others wait for it.
    let whole = stack.post("/v1/chat/completions", &request).await?;
    whole.of_status(200)?;
    if !whole.body().trim_ascii_end().ends_with(b"data: [DONE]") {
        return Err(wrong("the stream ended without [DONE]"));
    }
    Ok(format!("{} events over {}, [DONE]", streamed.events, milliseconds(spread)))
}

pub(super) async fn first_token(stack: &Stack<'_>) -> Verdict {
    let Some(limit) = stack.settings.max_ttft else { return Err(skip("no --max-ttft was given")) };
    let request = streamed_request(chat_request(stack, 4));
    let streamed = stack.stream("/v1/chat/completions", &request).await?;
    let Some(first) = streamed.moments.first_token else { return Err(wrong("no token came")) };
    let took = first.saturating_duration_since(streamed.moments.sent);
    let came = format!("after {}", milliseconds(took));
    if took > limit {
        return Err(wrong(format!("{came}, not within {}", milliseconds(limit))));
    }
    Ok(came)
}

/// What lies between the first token and the last.
fn spread(moments: &Moments) -> Duration {
    let ends = moments.first_token.zip(moments.last_token);
    ends.map_or(Duration::ZERO, |(first, last)| last.saturating_duration_since(first))
}

fn chat_request(stack: &Stack<'_>, max_tokens: u32) -> Value {
    let messages = json!([{"role": "user", "content": "What does a load balancer do?"}]);
    json!({"model": stack.serving.model, "messages": messages, "max_tokens": max_tokens, "ignore_eos": true})
}

fn streamed_request(mut request: Value) -> Value {
    request["stream"] = true.into();
    request
}

/// Text that is there.
fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, Trouble> {
    value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| wrong(format!("the answer has no {name}")))
}

/// What every answer has: the model that was asked, and how many tokens it was.
fn whole(stack: &Stack<'_>, body: &Value) -> Verdict {
    let (asked, model) = (&stack.serving.model, &body["model"]);
    if model != asked {
        return Err(wrong(format!("the answer is of model {model}, not \"{asked}\"")));
    }
    let [prompt, answer] = ["prompt_tokens", "completion_tokens"].map(|key| body["usage"][key].as_u64());
    match (prompt, answer) {
        (Some(prompt @ 1..), Some(answer @ 1..)) => {
            Ok(format!("{prompt} prompt tokens, {answer} answer tokens"))
        }
        _ => Err(wrong(format!("usage counts no tokens: {}", body["usage"]))),
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.0} ms", duration.as_secs_f64() * 1000.0)
}
