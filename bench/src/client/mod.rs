//! One request over HTTP, and when each part of its answer came.
//!
//! ```text
//!  Request ─► pool ─► connection ─► sse ─► delta ─► Event, Event, … ─► Streamed
//!             reuse   HTTP/1.1      lines  text,                       status, moments,
//!                     over dial            usage                       usage, failure
//! ```
//!
//! A connection is driven by the task that waits for its answer: no other task has to run before an event is seen.

mod answer;
mod attribution;
mod body;
mod connection;
mod delta;
mod dial;
mod exchange;
mod failure;
mod pool;
mod reading;
pub mod sse;
mod url;

use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};

pub use answer::{Answer, Event, Moments, Streamed};
pub use attribution::Attribution;
pub use body::Body;
pub use delta::{Delta, MalformedDelta, Text, Usage};
pub use url::{BadUrl, Url};

use crate::sample::Failure;
use dial::Dialer;
use exchange::Head;
use pool::Pool;

/// How a client connects, and whom it takes for who answered.
#[derive(Clone, Debug)]
pub struct Options {
    pub connect_timeout: Duration,
    /// How long [`Client::get`] and [`Client::post_json`] may take in all.
    pub timeout: Duration,
    pub attribution: Attribution,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            attribution: Attribution::default(),
        }
    }
}

/// A client of HTTP/1.1 servers. It keeps connections that are free, opens as many as it needs, follows no redirects and
/// knows no proxies. Clones share the connections.
#[derive(Clone, Debug)]
pub struct Client(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: Options,
    dialer: Dialer,
    pool: Pool,
    names: attribution::Names,
}

/// A POST of JSON whose answer may be a stream.
#[derive(Clone, Debug)]
pub struct Request {
    pub url: Url,
    /// Beside those that HTTP and JSON need.
    pub headers: HeaderMap,
    pub body: Body,
    /// From the sending to the end of the answer.
    pub timeout: Option<Duration>,
}

impl Client {
    pub fn new(options: Options) -> Self {
        let dialer = Dialer::new(options.connect_timeout);
        let (pool, names) = (Pool::default(), attribution::Names::default());
        Self(Arc::new(Shared { options, dialer, pool, names }))
    }

    /// The whole answer, whatever its status.
    ///
    /// # Errors
    /// When there is none, it breaks off, is larger than 64 MiB or takes longer than [`Options::timeout`].
    pub async fn get(&self, url: &Url, headers: HeaderMap) -> Result<Answer, Failure> {
        self.ask(Head { method: Method::GET, url, headers }, Body::default()).await
    }

    /// The whole answer to a POST of JSON, whatever its status.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn post_json(
        &self,
        url: &Url,
        mut headers: HeaderMap,
        body: impl Into<Body>,
    ) -> Result<Answer, Failure> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.ask(Head { method: Method::POST, url, headers }, body.into()).await
    }

    /// Sends a request and tells of each part of its answer when it is there. Never fails: what went wrong is in
    /// [`Streamed::failure`].
    pub async fn stream(&self, request: &Request, on_event: impl FnMut(Event<'_>)) -> Streamed {
        self.stream_until(request, std::future::pending(), on_event).await
    }

    /// As [`stream`](Self::stream), but given up when `cut` is over: what came before is told, and the failure is
    /// [`FailureKind::Cancelled`](crate::sample::FailureKind::Cancelled).
    pub async fn stream_until(
        &self,
        request: &Request,
        cut: impl Future<Output = ()>,
        on_event: impl FnMut(Event<'_>),
    ) -> Streamed {
        exchange::stream(&self.0, request, cut, on_event).await
    }

    async fn ask(&self, head: Head<'_>, body: Body) -> Result<Answer, Failure> {
        exchange::ask(&self.0, head, body).await
    }
}
