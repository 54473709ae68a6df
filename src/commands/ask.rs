//! `llmd ask`: one chat request, its answer as it comes.

use std::io::{IsTerminal as _, Read as _};

use http::HeaderMap;
use llmd_bench::client::{Body, Client, Event, Options, Request, Streamed, Url};
use llmd_bench::sample::{self, FailureKind};
use serde::Serialize;
use serde_json::{Value, json};

use super::front_door::Reached;
use super::{FrontDoorArgs, Output, interrupted, unless_interrupted};
use crate::serving::Serving;
use crate::ui::Printer;
use crate::{Exit, Failure};

/// Ask the model of a stack one question, by way of the front door
///
/// The answer goes to standard output as it comes; who answered and how fast, to standard error.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  llmd ask -e local 'What does a scheduler do?'\n  llmd ask -e istio -n llm-d 'Who are you?'\n  \
                  git diff | llmd ask -e local --system 'Write a commit message' -"
)]
pub struct Args {
    /// The question; `-`, or nothing where something is piped in, reads standard input
    prompt: Option<String>,
    #[command(flatten)]
    front_door: FrontDoorArgs,
    /// Tokens of the answer, at most
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    max_tokens: u32,
    /// What the model is told before the question
    #[arg(long, value_name = "TEXT")]
    system: Option<String>,
    /// How the answer is printed: its text, or one JSON object
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// The answer, and what is known of it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Answered {
    /// The answer.
    text: String,
    /// Who was asked.
    model: String,
    /// Who answered; null where no header says it.
    replica: Option<String>,
    /// Milliseconds to the first token.
    ttft_ms: Option<f64>,
    /// From the first token to the last; null of a single token.
    tokens_per_second: Option<f64>,
    /// Of the prompt, as the server counts; null where it does not say.
    prompt_tokens: Option<u32>,
    /// Of the answer, as the server counts; null where it does not say.
    output_tokens: Option<u32>,
    /// Tokens of the prompt that were in the cache; null where the server does not say.
    cached_tokens: Option<u32>,
    /// Why the answer ended: `stop`, `length`.
    finish_reason: Option<String>,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { prompt, front_door, max_tokens, system, output } = args;
    let prompt = read(prompt.as_deref())?;
    let reached = unless_interrupted(front_door.reach()).await?;
    let serving = &reached.serving;
    let request = Request {
        url: chat_url(serving)?,
        headers: HeaderMap::new(),
        body: Body::from(&body(&serving.model, system.as_deref(), &prompt, *max_tokens)),
        timeout: None,
    };
    let mut text = String::new();
    let client = Client::new(Options::default());
    let asked = client.stream(&request, |event| {
        if let Event::Delta { delta, .. } = event
            && let Some(piece) = delta.reasoning.or(delta.content)
        {
            let piece = piece.unescaped();
            text.push_str(&piece);
            if *output == Output::Table {
                ui.piece(&piece);
            }
        }
    });
    let streamed = tokio::select! {
        streamed = asked => Some(streamed),
        () = interrupted() => None,
    };
    if *output == Output::Table && !text.is_empty() && !text.ends_with('\n') {
        ui.piece("\n");
    }
    let Some(streamed) = streamed else {
        return Err(Failure::message(Exit::Interrupted, "interrupted: the answer is not whole"));
    };
    if let Some(failure) = &streamed.failure {
        return Err(failed(&reached, failure));
    }
    let answered = Answered::new(text, serving.model.clone(), &streamed);
    match output {
        Output::Json => ui.json(&answered)?,
        Output::Table => ui.note(&answered.line()),
    }
    Ok(Exit::Done)
}

/// The prompt, or standard input.
fn read(prompt: Option<&str>) -> Result<String, Failure> {
    let mut input = std::io::stdin();
    let mut text = String::new();
    match prompt {
        Some(prompt) if prompt != "-" => text.push_str(prompt),
        None if input.is_terminal() => {
            return Err(Failure::usage("there is no question")
                .hint("give one: llmd ask 'What does a scheduler do?', or pipe one in"));
        }
        _ => {
            input.read_to_string(&mut text).map_err(|error| {
                Failure::message(Exit::Failed, format!("failed to read standard input: {error}"))
            })?;
        }
    }
    if text.trim().is_empty() {
        return Err(Failure::usage("the question is empty"));
    }
    Ok(text)
}

fn chat_url(serving: &Serving) -> Result<Url, Failure> {
    let front_door: Url = serving.front_door.parse().map_err(|error| Failure::new(Exit::Usage, error))?;
    front_door.join("/v1/chat/completions").map_err(|error| Failure::new(Exit::Usage, error))
}

fn body(model: &str, system: Option<&str>, prompt: &str, max_tokens: u32) -> Value {
    let system = system.map(|text| json!({"role": "system", "content": text}));
    let messages: Vec<Value> =
        system.into_iter().chain([json!({"role": "user", "content": prompt})]).collect();
    json!({
        "model": model,
        "messages": messages,
        "max_tokens": max_tokens,
        "stream": true,
        "stream_options": {"include_usage": true},
    })
}

/// Why there is no answer, in the server's own words where it has any.
fn failed(reached: &Reached, failure: &sample::Failure) -> Failure {
    let (front_door, words) = (&reached.name, &failure.detail);
    let failed = match failure.kind {
        FailureKind::Connect | FailureKind::Tls => {
            Failure::message(Exit::Preflight, format!("failed to reach {front_door}: {words}"))
                .hint("see whether the stack is up with `llmd status`, and whether the address is right")
        }
        FailureKind::Http(status) => {
            Failure::message(Exit::Failed, format!("the front door answered {status}: {words}"))
        }
        _ => Failure::message(Exit::Failed, format!("the answer is not whole: {words}")),
    };
    failed.problems(reached.troubles())
}

impl Answered {
    fn new(text: String, model: String, streamed: &Streamed) -> Self {
        let Streamed { replica, moments, usage, finish, .. } = streamed;
        let first = moments.first_token;
        let output_tokens = usage.map(|usage| usage.output_tokens);
        let decode = first.zip(moments.last_token).map(|(first, last)| last.saturating_duration_since(first));
        let rate = output_tokens.zip(decode).and_then(|(tokens, time)| {
            let seconds = time.as_secs_f64();
            (tokens > 1 && seconds > 0.0).then(|| f64::from(tokens - 1) / seconds)
        });
        Self {
            text,
            model,
            replica: replica.as_deref().map(str::to_owned),
            ttft_ms: first.map(|first| first.saturating_duration_since(moments.sent).as_secs_f64() * 1000.0),
            tokens_per_second: rate,
            prompt_tokens: usage.map(|usage| usage.prompt_tokens),
            output_tokens,
            cached_tokens: usage.and_then(|usage| usage.cached_tokens),
            finish_reason: finish.as_deref().map(str::to_owned),
        }
    }

    /// `server-2 · TTFT 82 ms · 34.1 tokens/s · 24 tokens · 16 of 40 prompt tokens cached`; what is not known is left out.
    fn line(&self) -> String {
        let prompt = match (self.prompt_tokens, self.cached_tokens) {
            (Some(prompt), Some(cached)) => Some(format!("{cached} of {prompt} prompt tokens cached")),
            (Some(prompt), None) => Some(format!("{prompt} prompt tokens")),
            _ => None,
        };
        let parts = [
            self.replica.clone(),
            self.ttft_ms.map(|ttft| format!("TTFT {ttft:.0} ms")),
            self.tokens_per_second.map(|rate| format!("{rate:.1} tokens/s")),
            self.output_tokens.map(|tokens| format!("{tokens} tokens")),
            prompt,
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
