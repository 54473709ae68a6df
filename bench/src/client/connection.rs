//! One HTTP/1.1 connection, driven by whoever waits on it.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Body;
use super::dial::Transport;

/// A connection, and when it was last read from. Nothing happens on it between two calls, so what the server does
/// meanwhile is seen by [`is_free`](Self::is_free).
#[derive(Debug)]
pub(super) struct Connection {
    sender: SendRequest<Body>,
    /// None when it has ended.
    driver: Option<Driver>,
    clock: Arc<ReadClock>,
}

/// HTTP at work.
type Driver = Pin<Box<http1::Connection<TokioIo<Stamped>, Body>>>;

/// Why there is no answer.
pub(super) struct NoAnswer {
    pub(super) error: hyper::Error,
    /// Whether the server may have seen the request.
    pub(super) was_sent: bool,
}

impl Connection {
    pub(super) async fn open(transport: Box<dyn Transport>) -> Result<Self, hyper::Error> {
        let clock = Arc::new(ReadClock { base: Instant::now(), nanoseconds: AtomicU64::new(0) });
        let io = TokioIo::new(Stamped { transport, clock: Arc::clone(&clock) });
        let (sender, driver) = http1::handshake(io).await?;
        Ok(Self { sender, driver: Some(Box::pin(driver)), clock })
    }

    /// Whether it can take a request now.
    pub(super) async fn is_free(&mut self) -> bool {
        poll_fn(|context| {
            self.drive(context);
            Poll::Ready(self.driver.is_some() && self.sender.is_ready())
        })
        .await
    }

    pub(super) async fn send(&mut self, request: Request<Body>) -> Result<Response<Incoming>, NoAnswer> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let driver = &mut self.driver;
        let answered = poll_fn(|context| {
            drive(driver, context);
            answer.as_mut().poll(context)
        });
        answered.await.map_err(|mut refused| NoAnswer {
            was_sent: refused.take_message().is_none(),
            error: refused.into_error(),
        })
    }

    /// What comes next of the body, and when it was read; none at its end.
    pub(super) async fn next(
        &mut self,
        body: &mut Incoming,
    ) -> Option<Result<(Instant, Bytes), hyper::Error>> {
        poll_fn(|context| {
            loop {
                self.drive(context);
                match ready!(Pin::new(&mut *body).poll_frame(context)) {
                    None => return Poll::Ready(None),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            return Poll::Ready(Some(Ok((self.clock.last(), data))));
                        }
                    }
                }
            }
        })
        .await
    }

    /// When the socket was last read from.
    pub(super) fn last_read(&self) -> Instant {
        self.clock.last()
    }

    fn drive(&mut self, context: &mut Context<'_>) {
        drive(&mut self.driver, context);
    }
}

/// Lets HTTP go on. How it ends is told by the answer or its body.
fn drive(driver: &mut Option<Driver>, context: &mut Context<'_>) {
    if let Some(running) = driver
        && running.as_mut().poll(context).is_ready()
    {
        *driver = None;
    }
}

/// When a socket was last read from.
#[derive(Debug)]
struct ReadClock {
    base: Instant,
    nanoseconds: AtomicU64,
}

impl ReadClock {
    fn stamp(&self) {
        let since = u64::try_from(self.base.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.store(since, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.base + Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed))
    }
}

/// A transport whose reads are stamped, before anything looks at what was read.
struct Stamped {
    transport: Box<dyn Transport>,
    clock: Arc<ReadClock>,
}

impl std::fmt::Debug for Stamped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stamped").field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl AsyncRead for Stamped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.transport).poll_read(context, buffer);
        if read.is_ready() {
            self.clock.stamp();
        }
        read
    }
}

impl AsyncWrite for Stamped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.transport).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.transport).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.transport).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }
}
