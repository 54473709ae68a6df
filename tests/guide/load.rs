//! Requests at a steady rate, and when they failed.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;
use test_support::http_client;
use tokio::sync::oneshot;

const PAUSE: Duration = Duration::from_millis(25);

/// Forty requests a second until it is ended.
pub(crate) struct Load {
    end: oneshot::Sender<()>,
    thread: JoinHandle<Vec<Answer>>,
}

struct Answer {
    sent: Instant,
    failure: Option<String>,
}

/// What became of the requests.
pub(crate) struct Outcome {
    pub(crate) requests: usize,
    pub(crate) errors: usize,
    /// From the first request that failed to the last.
    pub(crate) span: Duration,
    /// What the first one said.
    pub(crate) first: String,
}

impl Load {
    pub(crate) fn start(front_door: &str) -> Self {
        let url = format!("{front_door}/v1/completions");
        let (end, ended) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            runtime.unwrap().block_on(send(url, ended))
        });
        Self { end, thread }
    }

    pub(crate) fn end(self) -> Outcome {
        self.end.send(()).unwrap();
        let answers = self.thread.join().unwrap();
        let failed: Vec<_> = answers.iter().filter(|answer| answer.failure.is_some()).collect();
        let span = failed.first().zip(failed.last()).map(|(first, last)| last.sent - first.sent);
        let first = failed.first().and_then(|answer| answer.failure.clone());
        Outcome {
            requests: answers.len(),
            errors: failed.len(),
            span: span.unwrap_or_default(),
            first: first.unwrap_or_default(),
        }
    }
}

async fn send(url: String, mut ended: oneshot::Receiver<()>) -> Vec<Answer> {
    let client = http_client();
    let mut ticks = tokio::time::interval(PAUSE);
    let mut requests = Vec::new();
    for number in 0_u32.. {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut ended => break,
        }
        // Some prefixes, so that there is something to choose by.
        let prompt =
            format!("{} {number}", ["alpha", "beta", "gamma", "delta"][number as usize % 4].repeat(20));
        let body = json!({"model": "Qwen/Qwen3-32B", "prompt": prompt, "max_tokens": 4});
        let request = client.post(&url).json(&body).timeout(Duration::from_secs(20));
        requests.push(tokio::spawn(async move {
            let sent = Instant::now();
            let failure = match request.send().await {
                Ok(answer) if answer.status().is_success() => {
                    answer.bytes().await.err().map(|error| error.to_string())
                }
                Ok(answer) => {
                    Some(format!("{} {}", answer.status(), answer.text().await.unwrap_or_default()))
                }
                Err(error) => Some(error.to_string()),
            };
            Answer { sent, failure }
        }));
    }
    let mut answers = Vec::new();
    for request in requests {
        answers.push(request.await.unwrap());
    }
    answers
}
