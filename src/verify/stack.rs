//! The stack as checks ask it.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use llmd_bench::client::{self, BadUrl, Body, Client, Event, Options, Request, Streamed, Url};
use llmd_bench::sample::{Failure, FailureKind};
use serde_json::{Value, json};

use super::trouble::{self, Trouble, wrong};
use super::{Settings, Subject, Token};
use crate::serving::Serving;

/// Characters of a server's message that are shown.
const SHOWN: usize = 120;

/// What is checked, and a client of it.
pub(super) struct Stack<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) serving: &'a Serving,
    pub(super) settings: &'a Settings,
    client: Client,
    front_door: Url,
}

/// A whole answer.
pub(super) struct Answer(client::Answer);

impl<'a> Stack<'a> {
    pub(super) fn new(subject: Subject<'a>, settings: &'a Settings) -> Result<Self, BadUrl> {
        let options = Options { timeout: settings.timeout, ..Options::default() };
        let (client, front_door) = (Client::new(options), subject.serving.front_door.parse()?);
        Ok(Self { subject, serving: subject.serving, settings, client, front_door })
    }

    /// A completion request of exactly so many tokens, as far as the server knows `ignore_eos`.
    pub(super) fn completion(&self, prompt: &str, max_tokens: u32) -> Value {
        json!({"model": self.serving.model, "prompt": prompt, "max_tokens": max_tokens, "ignore_eos": true})
    }

    /// Asks the front door.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, Trouble> {
        let answer = self.client.get(&self.at(path)?, HeaderMap::new()).await;
        answer.map(Answer).map_err(of_failure)
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Answer, Trouble> {
        self.post_text(path, &body.to_string()).await
    }

    /// Sends a text as if it were JSON.
    pub(super) async fn post_text(&self, path: &str, body: &str) -> Result<Answer, Trouble> {
        let body = Body::from(Bytes::copy_from_slice(body.as_bytes()));
        let answer = self.client.post_json(&self.at(path)?, HeaderMap::new(), body).await;
        answer.map(Answer).map_err(of_failure)
    }

    /// Reads a stream as it comes; one that did not go well is an error.
    pub(super) async fn stream(&self, path: &str, body: &Value) -> Result<Streamed, Trouble> {
        let request = Request {
            url: self.at(path)?,
            headers: HeaderMap::new(),
            body: Body::from(body),
            timeout: Some(self.settings.timeout),
        };
        let streamed = self.client.stream(&request, |_: Event<'_>| ()).await;
        match &streamed.failure {
            None => Ok(streamed),
            Some(failure) => Err(of_failure(failure.clone())),
        }
    }

    /// A page of a part behind the front door, or what is wrong with it.
    pub(super) async fn page(&self, url: &str) -> Result<Bytes, String> {
        self.page_with(url, HeaderMap::new()).await
    }

    /// The picker's page of metrics.
    pub(super) async fn picker_page(&self, url: &str) -> Result<Bytes, String> {
        let token = self.subject.picker_token.map(|Token(token)| format!("Bearer {token}"));
        let token = token.and_then(|token| HeaderValue::from_str(&token).ok());
        self.page_with(url, token.map(|token| (header::AUTHORIZATION, token)).into_iter().collect()).await
    }

    async fn page_with(&self, url: &str, headers: HeaderMap) -> Result<Bytes, String> {
        let url: Url = url.parse().map_err(|error: BadUrl| error.to_string())?;
        match self.client.get(&url, headers).await {
            Ok(answer) if answer.status.as_u16() == 200 => Ok(answer.body),
            Ok(answer) => Err(format!("{url} is answered by {}", Answer(answer).summary())),
            Err(failure) => Err(format!("{url} cannot be read: {}", failure.detail)),
        }
    }

    fn at(&self, path: &str) -> Result<Url, Trouble> {
        if let Some(reason) = self.subject.closed {
            return Err(Trouble::Closed(reason.to_owned()));
        }
        self.front_door.join(path).map_err(|error| wrong(error.to_string()))
    }
}

/// What a failure at the front door means for a check.
fn of_failure(Failure { kind, detail }: Failure) -> Trouble {
    match kind {
        FailureKind::Connect | FailureKind::Tls => Trouble::Closed(detail),
        FailureKind::Timeout => Trouble::Late(detail),
        FailureKind::Http(status) => Trouble::Answered { status, wanted: 200, words: detail },
        _ => wrong("the answer is not whole").cause(detail),
    }
}

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.0.body
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name).map(HeaderValue::to_str)?.ok()
    }

    pub(super) fn of_status(&self, status: u16) -> Result<(), Trouble> {
        if self.status() == status {
            return Ok(());
        }
        Err(Trouble::Answered { status: self.status(), wanted: status, words: self.words() })
    }

    /// The JSON of an answer that went well.
    pub(super) fn json(&self) -> Result<Value, Trouble> {
        self.of_status(200)?;
        serde_json::from_slice(self.body()).map_err(|error| {
            wrong(format!("the answer is no JSON: {}", self.summary())).cause(error.to_string())
        })
    }

    /// Status and message: `404: The model does not exist.`
    pub(super) fn summary(&self) -> String {
        trouble::summary(self.status(), &self.words())
    }

    /// The beginning of what the server says; empty where it says nothing.
    fn words(&self) -> String {
        let mut message = self.0.message();
        if let Some((end, _)) = message.char_indices().nth(SHOWN) {
            message.replace_range(end.., "…");
        }
        message
    }
}
