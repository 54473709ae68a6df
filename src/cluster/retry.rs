//! Requests that are sent again: for what passes by itself, for so long, and not by everybody at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use http::{Method, Request, header};
use kube::client::Body;
use kube::core::Status;
use serde_json::Value;

use super::{Cluster, error};

/// Pauses double from the first to the longest; each is drawn between half of that and all of it.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long one request is sent again at most, from its first sending on.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many repetitions all requests of a connection have together; each answer of success gives one back.
const BUDGET: u32 = 200;

/// What a connection remembers about its requests.
#[derive(Clone)]
pub(super) struct Retries {
    left: Arc<AtomicU32>,
    /// Whether the server has ever answered: one that never did has the wrong address, and is not waited for.
    has_answered: Arc<AtomicBool>,
}

impl Default for Retries {
    fn default() -> Self {
        Self { left: Arc::new(AtomicU32::new(BUDGET)), has_answered: Arc::default() }
    }
}

impl Retries {
    fn heard(&self, is_success: bool) {
        self.has_answered.store(true, Ordering::Relaxed);
        if is_success {
            let back = |left: u32| Some(left.saturating_add(1).min(BUDGET));
            // None of the values is refused.
            let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, back);
        }
    }

    fn take(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }
}

/// How one sending failed.
struct Failed {
    error: kube::Error,
    retry_after: Option<Duration>,
}

impl Cluster {
    /// Sends a request, again where that may help, and reads the answer as JSON.
    pub(super) async fn send(
        &self,
        request: Result<Request<Vec<u8>>, kube::core::request::Error>,
    ) -> kube::Result<Value> {
        let body = self.answer(request.map_err(kube::Error::BuildRequest)?).await?;
        serde_json::from_slice(&body).map_err(kube::Error::SerdeError)
    }

    /// The body of an answer of success.
    async fn answer(&self, request: Request<Vec<u8>>) -> kube::Result<bytes::Bytes> {
        let begun = Instant::now();
        let mut attempt = 0;
        loop {
            let failed = match self.send_once(request.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let is_awaited = matches!(failed.error, kube::Error::Api(_))
                || self.retries.has_answered.load(Ordering::Relaxed);
            let pause = pause(&failed, request.method(), attempt, begun.elapsed());
            let Some(pause) = pause.filter(|_| is_awaited && self.retries.take()) else {
                return Err(failed.error);
            };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// What the server answers, if it does not take longer than we are told to wait.
    pub(super) fn in_time<T>(
        &self,
        answer: impl Future<Output = kube::Result<T>>,
    ) -> impl Future<Output = kube::Result<T>> {
        let silence = || kube::Error::Service(Box::new(io::Error::from(io::ErrorKind::TimedOut)));
        // Else all that waits for it would be as large as the client's own state.
        let answer = tokio::time::timeout(self.patience, Box::pin(answer));
        async move { answer.await.unwrap_or_else(|_| Err(silence())) }
    }

    async fn send_once(&self, request: Request<Vec<u8>>) -> Result<bytes::Bytes, Failed> {
        let lost = |error| Failed { error, retry_after: None };
        let answer = async {
            let (head, body) = self.client.send(request.map(Body::from)).await?.into_parts();
            Ok((head, body.collect_bytes().await?))
        };
        let (head, body) = self.in_time(answer).await.map_err(lost)?;
        self.retries.heard(head.status.is_success());
        self.clock.heard(&head.headers);
        if head.status.is_success() {
            return Ok(body);
        }
        let status = serde_json::from_slice::<Status>(&body).unwrap_or_else(|_| {
            let text = String::from_utf8_lossy(&body);
            Status::failure(text.trim(), error::UNPARSED).with_code(head.status.as_u16())
        });
        let told = head.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let told = told.or_else(|| {
            let seconds = status.details.as_ref()?.retry_after_seconds;
            (seconds > 0).then(|| u64::from(seconds))
        });
        Err(Failed { error: kube::Error::Api(status.boxed()), retry_after: told.map(Duration::from_secs) })
    }
}

/// How long to wait before the request is sent again; None where that makes no sense, or no sense any more.
fn pause(failed: &Failed, method: &Method, attempt: u32, spent: Duration) -> Option<Duration> {
    if !is_passing(&failed.error, method) {
        return None;
    }
    let longest = FIRST_PAUSE.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE);
    let drawn = longest.mul_f64(rand::random_range(0.5..1.0));
    let pause = failed.retry_after.map_or(drawn, |told| told.max(drawn));
    (spent + pause <= PATIENCE).then_some(pause)
}

/// Whether the same request may succeed later, and may be sent twice. What creates is sent again only where the server
/// says that it has not taken it.
fn is_passing(error: &kube::Error, method: &Method) -> bool {
    let may_repeat = method != Method::POST;
    match error {
        kube::Error::Api(status) => match status.code {
            429 => true,
            503 => may_repeat || status.reason == error::UNPARSED,
            500 => may_repeat && !error::is_certain(status),
            502 | 504 => may_repeat,
            _ => false,
        },
        kube::Error::HyperError(_) | kube::Error::Service(_) => may_repeat || is_refused(error),
        _ => false,
    }
}

/// Whether nobody has taken the request: there was no connection, or the server ended it or had no room in it before it
/// began on this request (RFC 9113 §8.7).
fn is_refused(error: &kube::Error) -> bool {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |cause| cause.source());
    causes.any(|cause| {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return cause.kind() == io::ErrorKind::ConnectionRefused;
        }
        cause.downcast_ref::<h2::Error>().is_some_and(|cause| {
            let is = |reason| cause.is_remote() && cause.reason() == Some(reason);
            cause.is_go_away() && is(h2::Reason::NO_ERROR)
                || cause.is_reset() && is(h2::Reason::REFUSED_STREAM)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: u16, message: &str, retry_after: Option<u64>) -> Failed {
        let status = Status::failure(message, "").with_code(code);
        Failed { error: kube::Error::Api(status.boxed()), retry_after: retry_after.map(Duration::from_secs) }
    }

    fn first_pause(code: u16, message: &str, method: &Method) -> Option<Duration> {
        pause(&failed(code, message, None), method, 0, Duration::ZERO)
    }

    #[test]
    fn what_passes_by_itself_is_sent_again() {
        for code in [429, 500, 502, 503, 504] {
            assert!(first_pause(code, "etcdserver: request timed out", &Method::PATCH).is_some(), "{code}");
        }
        for code in [400, 401, 403, 404, 409, 422] {
            assert_eq!(first_pause(code, "no", &Method::PATCH), None, "{code}");
        }
    }

    #[test]
    fn what_may_have_been_created_is_not_created_twice() {
        assert!(first_pause(429, "", &Method::POST).is_some());
        for code in [500, 502, 504] {
            assert_eq!(first_pause(code, "timed out", &Method::POST), None, "{code}");
        }
        let lost = |kind: io::ErrorKind| {
            let failed =
                Failed { error: kube::Error::Service(Box::new(io::Error::from(kind))), retry_after: None };
            pause(&failed, &Method::POST, 0, Duration::ZERO).is_some()
        };
        assert!(lost(io::ErrorKind::ConnectionRefused) && !lost(io::ErrorKind::ConnectionReset));
    }

    #[test]
    fn a_fault_of_the_object_is_no_fault_of_the_server() {
        for message in [
            "failed to create typed patch object (demo/x; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema",
            "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.foo\"",
        ] {
            assert_eq!(first_pause(500, message, &Method::PATCH), None, "{message}");
        }
    }

    #[test]
    fn the_server_says_how_long_and_patience_ends() {
        let told = failed(429, "", Some(7));
        assert_eq!(pause(&told, &Method::GET, 0, Duration::ZERO), Some(Duration::from_secs(7)));
        assert_eq!(pause(&told, &Method::GET, 0, Duration::from_secs(25)), None);
        for attempt in [0, 3, 40] {
            let drawn = pause(&failed(503, "", None), &Method::GET, attempt, Duration::ZERO).unwrap();
            let longest = FIRST_PAUSE.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE);
            assert!(drawn >= longest / 2 && drawn <= longest, "{attempt}: {drawn:?}");
        }
    }

    #[test]
    fn a_budget_is_spent_and_earned_back() {
        let retries = Retries::default();
        assert!((0..BUDGET).all(|_| retries.take()));
        assert!(!retries.take());
        retries.heard(false);
        assert!(!retries.take());
        retries.heard(true);
        assert!(retries.take());
    }
}
