//! One request and its answer.

use std::future::pending;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use hyper::body::Incoming;
use tokio::time::{sleep, timeout};

use super::connection::Connection;
use super::failure::{broken, failed, refused};
use super::reading::{follow, take_whole};
use super::{Answer, Body, Event, Moments, Request, Shared, Streamed, Url};
use crate::sample::{Failure, FailureKind};

/// Largest answer in one piece, in bytes.
const LARGEST: usize = 64 << 20;
/// How much of a refusal is read, in bytes.
const LARGEST_REFUSAL: usize = 64 << 10;

/// A request without its body.
pub(super) struct Head<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
}

pub(super) async fn ask(shared: &Shared, head: Head<'_>, body: Body) -> Result<Answer, Failure> {
    let whole = async {
        let (mut connection, response) = send(shared, &head, body).await?;
        let (parts, mut incoming) = response.into_parts();
        let (body, _) = collect(&mut connection, &mut incoming, LARGEST).await?;
        release(shared, head.url, connection).await;
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    };
    let limit = shared.options.timeout;
    timeout(limit, whole).await.unwrap_or_else(|_| Err(late(limit)))
}

pub(super) async fn stream(
    shared: &Shared,
    request: &Request,
    cut: impl Future<Output = ()>,
    mut on_event: impl FnMut(Event<'_>),
) -> Streamed {
    let sent = Instant::now();
    let mut streamed = Streamed {
        status: None,
        headers: HeaderMap::new(),
        replica: None,
        moments: Moments { sent, first_event: None, first_token: None, last_token: None, closed: sent },
        events: 0,
        usage: None,
        finish: None,
        failure: None,
    };
    let out_of_time = async {
        match request.timeout {
            Some(limit) => sleep(limit).await,
            None => pending().await,
        }
    };
    let ended = tokio::select! {
        biased;
        read = read(shared, request, &mut streamed, &mut on_event) => read,
        () = cut => Err(failed(FailureKind::Cancelled, "given up before its end")),
        () = out_of_time => Err(late(request.timeout.unwrap_or_default())),
    };
    streamed.moments.closed = Instant::now();
    streamed.failure = ended.err();
    streamed
}

async fn read(
    shared: &Shared,
    request: &Request,
    streamed: &mut Streamed,
    on_event: &mut impl FnMut(Event<'_>),
) -> Result<(), Failure> {
    let mut headers = request.headers.clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let head = Head { method: Method::POST, url: &request.url, headers };
    let (mut connection, response) = send(shared, &head, request.body.clone()).await?;
    let (parts, mut body) = response.into_parts();
    streamed.status = Some(parts.status);
    streamed.headers = parts.headers;
    streamed.replica = shared.options.attribution.replica(&streamed.headers, &shared.names);
    on_event(Event::Head {
        at: connection.last_read(),
        status: parts.status,
        headers: &streamed.headers,
        replica: streamed.replica.as_ref(),
    });
    if parts.status != StatusCode::OK {
        let words = collect(&mut connection, &mut body, LARGEST_REFUSAL).await;
        let words = words.map(|(words, _)| words).unwrap_or_default();
        release(shared, &request.url, connection).await;
        return Err(refused(parts.status, &words));
    }
    let kind = streamed.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    if kind.starts_with(b"text/event-stream") {
        follow(&mut connection, &mut body, streamed, on_event).await?;
    } else {
        let (whole, at) = collect(&mut connection, &mut body, LARGEST).await?;
        take_whole(&whole, at, streamed, on_event)?;
    }
    release(shared, &request.url, connection).await;
    Ok(())
}

/// Sends over a connection that is free, or a new one.
async fn send(
    shared: &Shared,
    head: &Head<'_>,
    body: Body,
) -> Result<(Connection, Response<Incoming>), Failure> {
    let origin = head.url.origin();
    while let Some(mut connection) = shared.pool.take(origin) {
        if !connection.is_free().await {
            continue;
        }
        match connection.send(head.with(body.clone())?).await {
            Ok(response) => return Ok((connection, response)),
            Err(none) if none.was_sent => return Err(broken(&none.error)),
            // Closed by the server just then.
            Err(_) => {}
        }
    }
    let transport = shared.dialer.dial(origin).await?;
    let mut connection = Connection::open(transport).await.map_err(|error| broken(&error))?;
    match connection.send(head.with(body)?).await {
        Ok(response) => Ok((connection, response)),
        Err(none) => Err(broken(&none.error)),
    }
}

impl Head<'_> {
    fn with(&self, body: Body) -> Result<http::Request<Body>, Failure> {
        let malformed = |error: &dyn std::error::Error| failed(FailureKind::Connect, error.to_string());
        let mut request = http::Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.url.path().clone().into();
        let host = self.url.origin().host_header().map_err(|error| malformed(&error))?;
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().entry(HOST).or_insert(host);
        Ok(request)
    }
}

/// All of a body, and when its last part was read.
async fn collect(
    connection: &mut Connection,
    body: &mut Incoming,
    largest: usize,
) -> Result<(Bytes, Instant), Failure> {
    let mut whole = BytesMut::new();
    while let Some(next) = connection.next(body).await {
        let (_, bytes) = next.map_err(|error| broken(&error))?;
        if whole.len().saturating_add(bytes.len()) > largest {
            return Err(failed(FailureKind::Malformed, format!("an answer of more than {largest} bytes")));
        }
        whole.extend_from_slice(&bytes);
    }
    Ok((whole.freeze(), connection.last_read()))
}

async fn release(shared: &Shared, url: &Url, mut connection: Connection) {
    if connection.is_free().await {
        shared.pool.put(url.origin(), connection);
    }
}

fn late(limit: Duration) -> Failure {
    failed(FailureKind::Timeout, format!("it took longer than {} s", limit.as_secs_f64()))
}
