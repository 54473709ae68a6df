//! A simulator in the test's own process, and a client of it.

use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt as _;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use simulator::args;
use simulator::server::{self, ServerError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), ServerError>>,
    client: reqwest::Client,
}

/// The events of a stream, without the mark of its end.
pub(crate) struct Events {
    pub(crate) events: Vec<Value>,
    /// Whether it ended by `[DONE]`.
    pub(crate) is_done: bool,
}

impl Server {
    /// A server of the model `base`, a thousand times as fast as its profile, with more flags.
    pub(crate) async fn start(flags: &str) -> Self {
        let program = ["simulator", "--model", "base", "--time-scale", "0.001"];
        let arguments = program.into_iter().chain(flags.split_whitespace()).map(str::to_owned);
        let settings = args::parse(arguments).unwrap().flags.settings().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let task = tokio::spawn(server::run(listener, settings, stop.clone()));
        Self { address, stop, task, client: test_support::http_client() }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.post_bytes(path).json(body)
    }

    /// A POST whose body and its type are to come.
    pub(crate) fn post_bytes(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path))
    }

    /// Status and body of the answer to a POST.
    pub(crate) async fn ask(&self, path: &str, body: &Value) -> (u16, Value) {
        answer(self.post(path, body)).await
    }

    /// The answer to a POST that must succeed.
    pub(crate) async fn ok(&self, path: &str, body: &Value) -> Value {
        let (status, body) = self.ask(path, body).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub(crate) async fn completion(&self, body: &Value) -> Value {
        self.ok("/v1/completions", body).await
    }

    /// The events of a streamed answer.
    pub(crate) async fn stream(&self, path: &str, body: &Value) -> Events {
        let response = self.post(path, body).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        Events::read(response).await
    }

    /// The value of the first series that begins so; none when there is none.
    pub(crate) async fn metric(&self, series: &str) -> Option<f64> {
        let page = self.get("/metrics").send().await.unwrap().text().await.unwrap();
        let line = page.lines().find(|line| line.starts_with(series))?;
        line.rsplit(' ').next().unwrap().parse().ok()
    }

    /// Waits until the metric has that value.
    pub(crate) async fn until_metric(&self, series: &str, value: f64) {
        let reached = async {
            while self.metric(series).await != Some(value) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, reached).await;
        assert!(waited.is_ok(), "{series} is {:?}, not {value}", self.metric(series).await);
    }

    pub(crate) async fn set_faults(&self, faults: &Value) {
        self.ok("/admin/faults", faults).await;
    }
}

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Status and body of an answer.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

impl Events {
    /// Reads a stream to its end, or to where its connection breaks.
    pub(crate) async fn read(response: Response) -> Self {
        let mut body = response.bytes_stream();
        let mut text = Vec::new();
        while let Some(Ok(bytes)) = body.next().await {
            text.extend_from_slice(&bytes);
        }
        let text = String::from_utf8(text).unwrap();
        let mut data: Vec<&str> =
            text.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).collect();
        let is_done = data.pop_if(|last| *last == "[DONE]").is_some();
        let events = data.into_iter().map(|event| serde_json::from_str(event).unwrap()).collect();
        Self { events, is_done }
    }

    /// The texts of one choice, one after the other.
    pub(crate) fn text(&self, choice: u64) -> String {
        let choices = self.events.iter().flat_map(|event| event["choices"].as_array().unwrap());
        let of_choice = choices.filter(|other| other["index"] == choice);
        let text = |choice: &Value| match choice["text"].as_str() {
            Some(text) => text.to_owned(),
            None => choice["delta"]["content"].as_str().unwrap().to_owned(),
        };
        of_choice.map(text).collect()
    }
}
