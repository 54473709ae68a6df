//! `/v1/completions` and `/v1/chat/completions`: from the body of a request to its answer.

mod delivery;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::Service;
use super::author::Answer;
use super::driver::{Job, Work};
use super::openai::{self, Asked, Dialect, Head, Prompt, Refusal};
use super::outbox::Outbox;
use crate::engine::BlockHash;
use crate::tokenizer::TokenId;
use delivery::Delivery;

/// Most tokens of all prompts and answers of one request, a prompt counted for each of its answers. What is more would keep
/// a thread for seconds.
const MOST_TOKENS: u64 = 8 << 20;

pub(super) async fn completions(
    State(service): State<Arc<Service>>,
    Extension(outbox): Extension<Arc<Outbox>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    generate(&service, Dialect::Completions, outbox, &headers, &body?).await
}

pub(super) async fn chat(
    State(service): State<Arc<Service>>,
    Extension(outbox): Extension<Arc<Outbox>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    generate(&service, Dialect::Chat, outbox, &headers, &body?).await
}

async fn generate(
    service: &Service,
    dialect: Dialect,
    outbox: Arc<Outbox>,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, Refusal> {
    service.faults.meet_request().await?;
    let asked = Asked::read(dialect, &openai::json(headers, body)?)?;
    let (model, lora) = service.models.find(asked.model.as_deref())?;
    let salt = format!("{}{}", lora.as_deref().unwrap_or_default(), asked.cache_salt);
    let choices = asked.sampling.choices;
    let mut works = Vec::new();
    let mut answers = Vec::new();
    let mut prompt_tokens = Vec::with_capacity(asked.prompts.len());
    let mut all_tokens = 0;
    for prompt in &asked.prompts {
        let (text, tokens) = encode(service, dialect, prompt)?;
        let most = room(service, &asked, tokens.len())?;
        all_tokens += u64::from(choices) * (tokens.len() as u64 + u64::from(most));
        if all_tokens > MOST_TOKENS {
            return Err(Refusal::bad_request(format!(
                "Prompts and answers may have {MOST_TOKENS} tokens together in this simulator, a prompt counted for each \
                 of its {choices} answers. Please ask for fewer prompts, choices or tokens."
            )));
        }
        let blocks = service.hasher.hashes(&salt, &tokens);
        let seed = service.author.seed(&tokens, asked.sampling.seed);
        for choice in 0..choices {
            let answer = service.author.write(text, seed, choice, &asked.sampling, most);
            works.push(work(service, &salt, (&tokens, &blocks), &answer, most));
            answers.push(answer);
        }
        prompt_tokens.push(count(tokens.len()));
    }
    let drop_after = service.faults.current().fault_drop_after_tokens;
    // A connection that breaks shall do so when a token is due.
    let outbox = (asked.sampling.stream && drop_after.is_none()).then_some(outbox);
    let flight = service.engine.generate(Job { works, lora, choices, outbox });
    let delivery = Delivery::new(
        Head { dialect, id: id(dialect, headers), created: super::unix_time(), model },
        flight,
        answers,
        prompt_tokens,
        choices,
    );
    if asked.sampling.stream {
        Ok(delivery.stream(asked.sampling.usage, drop_after))
    } else {
        delivery.whole().await
    }
}

/// The text of a prompt, empty where it came as tokens, and its tokens.
fn encode<'a>(
    service: &Service,
    dialect: Dialect,
    prompt: &'a Prompt,
) -> Result<(&'a str, Vec<TokenId>), Refusal> {
    let (text, tokens) = match prompt {
        Prompt::Tokens(tokens) => ("", tokens.clone()),
        Prompt::Text(text) => {
            // A chat's template has the special tokens in its text.
            let tokens = service.tokenizer.encode(text, dialect == Dialect::Completions);
            (text.as_str(), tokens.map_err(|error| Refusal::bad_request(error.to_string()))?)
        }
    };
    if tokens.is_empty() {
        return Err(Refusal::bad_request("The decoder prompt cannot be empty"));
    }
    Ok((text, tokens))
}

/// How many tokens an answer may have.
fn room(service: &Service, asked: &Asked, prompt_tokens: usize) -> Result<u32, Refusal> {
    let longest = service.models.max_model_len;
    let prompt_tokens = count(prompt_tokens);
    let wanted = asked.sampling.max_tokens.unwrap_or(1);
    let left = longest.saturating_sub(prompt_tokens);
    if wanted > left {
        return Err(Refusal::too_long(longest, wanted, prompt_tokens));
    }
    Ok(asked.sampling.max_tokens.or(asked.usual_tokens).unwrap_or(left).min(left))
}

fn work(
    service: &Service,
    salt: &str,
    (prompt, known): (&[TokenId], &[BlockHash]),
    answer: &Answer,
    most: u32,
) -> Work {
    let tokens: Arc<[TokenId]> = prompt.iter().chain(&answer.tokens).copied().collect();
    let blocks = service.hasher.extended(salt, known, &tokens);
    let reason = answer.finish.reason();
    Work { tokens, prompt_tokens: count(prompt.len()), blocks, reason, max_tokens: most }
}

/// The client's own identifier where it gave one.
fn id(dialect: Dialect, headers: &HeaderMap) -> String {
    let prefix = match dialect {
        Dialect::Completions => "cmpl",
        Dialect::Chat => "chatcmpl",
    };
    match headers.get("x-request-id").and_then(|id| id.to_str().ok()) {
        Some(id) => format!("{prefix}-{id}"),
        None => format!("{prefix}-{:032x}", rand::random::<u128>()),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
