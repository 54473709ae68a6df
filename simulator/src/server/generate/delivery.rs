//! An answer on its way to the client, as the engine generates it.

use std::io;

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::stream;
use http::header::CONTENT_TYPE;

use crate::server::author::Answer;
use crate::server::driver::{Flight, Progress};
use crate::server::openai::{DONE, Head, Refusal, StreamUsage, Usage};

/// What is sent, and how much of it there is so far.
pub(super) struct Delivery {
    head: Head,
    flight: Flight,
    /// Of each prompt, one for each choice.
    answers: Vec<Answer>,
    prompt_tokens: Vec<u32>,
    choices: u32,
    /// Answers that are not complete.
    open: usize,
    /// Tokens generated for each answer.
    generated: Vec<u32>,
    /// Of all prompts; of the first choice of each.
    cached_tokens: u32,
}

impl Delivery {
    pub(super) fn new(
        head: Head,
        flight: Flight,
        answers: Vec<Answer>,
        prompt_tokens: Vec<u32>,
        choices: u32,
    ) -> Self {
        let (open, generated) = (answers.len(), vec![0; answers.len()]);
        Self { head, flight, answers, prompt_tokens, choices, open, generated, cached_tokens: 0 }
    }

    fn count(&mut self, progress: &Progress) {
        let Progress { position, index, cached_tokens, is_last } = *progress;
        self.generated[position as usize] = index + 1;
        self.open -= usize::from(is_last);
        if index == 0 && position % self.choices == 0 {
            self.cached_tokens += cached_tokens;
        }
    }

    fn usage(&self) -> Usage {
        Usage {
            prompt: self.prompt_tokens.iter().sum(),
            completion: self.generated.iter().sum(),
            cached: self.cached_tokens,
        }
    }

    /// The answer in one piece, when all of it is there.
    pub(super) async fn whole(mut self) -> Result<Response, Refusal> {
        while self.open > 0 {
            let progress = self.flight.next().await;
            self.count(&progress.ok_or_else(|| Refusal::unavailable("the engine has stopped"))?);
        }
        let choices = self.answers.iter().map(|answer| (answer.text.as_str(), &answer.finish));
        Ok(Json(self.head.whole(choices, self.usage())).into_response())
    }

    /// Server-sent events, one for each token. The connection breaks behind `drop_after` tokens.
    pub(super) fn stream(self, usage: StreamUsage, drop_after: Option<u32>) -> Response {
        let drop_after = drop_after.unwrap_or(u32::MAX);
        let streaming = Streaming { delivery: self, usage, drop_after, has_ended: false };
        let events = stream::unfold(streaming, async |mut streaming| {
            let events = streaming.next().await?;
            Some((events, streaming))
        });
        let kind = (CONTENT_TYPE, "text/event-stream; charset=utf-8");
        ([kind], Body::from_stream(events)).into_response()
    }
}

struct Streaming {
    delivery: Delivery,
    usage: StreamUsage,
    drop_after: u32,
    has_ended: bool,
}

impl Streaming {
    /// The events of the next token.
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.has_ended {
            return None;
        }
        let progress = self.delivery.flight.next().await;
        let sent = self.delivery.usage().completion;
        let Some(progress) = progress.filter(|_| sent < self.drop_after) else {
            self.has_ended = true;
            // Lets the connection send what it has.
            tokio::task::yield_now().await;
            return Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted)));
        };
        let mut events = Vec::with_capacity(512);
        if sent == 0 {
            self.begin(&mut events);
        }
        self.delivery.count(&progress);
        self.push_piece(&mut events, &progress);
        if self.delivery.open == 0 {
            self.has_ended = true;
            if self.usage != StreamUsage::None {
                self.delivery.head.push_usage(&mut events, self.delivery.usage());
            }
            events.extend_from_slice(DONE);
        }
        Some(Ok(events.into()))
    }

    fn begin(&self, events: &mut Vec<u8>) {
        let delivery = &self.delivery;
        let usage = (self.usage == StreamUsage::Every).then(|| delivery.usage());
        for choice in 0..delivery.answers.len() {
            delivery.head.push_role(events, super::count(choice), usage);
        }
    }

    fn push_piece(&self, events: &mut Vec<u8>, progress: &Progress) {
        let delivery = &self.delivery;
        let Progress { position, index, is_last, .. } = *progress;
        let answer = &delivery.answers[position as usize];
        let usage = (self.usage == StreamUsage::Every).then(|| Usage {
            prompt: delivery.prompt_tokens[(position / delivery.choices) as usize],
            completion: index + 1,
            cached: delivery.cached_tokens,
        });
        let finish = is_last.then_some(&answer.finish);
        delivery.head.push_piece(events, position, answer.piece(index), finish, usage);
    }
}
