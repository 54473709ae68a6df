//! The scraping of one endpoint.

use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::TlsConnector;

use super::failures::Failures;
use super::http::{Connection, HttpError};
use super::{Extractor, ScrapeSettings, ScrapeStatus};
use crate::model::{Endpoint, MetricsSample};

/// So many buffers are kept; more are in use only while many servers are slow.
const KEPT_BUFFERS: usize = 32;
/// A buffer that grew beyond this is not kept.
const KEPT_BYTES: usize = 1 << 20;

/// What all targets share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: ScrapeSettings,
    pub(super) status: Arc<ScrapeStatus>,
    /// Start of the process.
    pub(super) started: Instant,
    /// Pages are read into these. A page is wanted for a moment only: much fewer are needed than there are endpoints.
    pub(super) buffers: Mutex<Vec<Vec<u8>>>,
}

#[derive(Debug)]
pub(super) struct Target {
    endpoint: Arc<Endpoint>,
    extractor: Arc<Extractor>,
    address: SocketAddr,
    request: Box<[u8]>,
    shared: Arc<Shared>,
}

/// Why a scrape brought nothing.
#[derive(Debug, Error)]
enum ScrapeError {
    #[error("connect: {0}")]
    Connect(std::io::Error),
    #[error("{0}")]
    Http(#[from] HttpError),
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
}

impl Target {
    pub(super) fn new(endpoint: Arc<Endpoint>, shared: Arc<Shared>) -> Self {
        let settings = &shared.settings;
        let mut address = endpoint.spec.metrics_address;
        if let Some(port) = settings.port {
            address.set_port(port);
        }
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: llmd-scheduler\r\n\
             Accept: text/plain;version=0.0.4\r\nAccept-Encoding: identity\r\n\r\n",
            settings.path
        );
        let extractor = Arc::clone(settings.mapping.extractor(&endpoint.spec.labels));
        Self { endpoint, extractor, address, request: request.into_bytes().into(), shared }
    }

    /// Scrapes at once and then at every `turn`, until it is dropped.
    pub(super) async fn follow(self, turn: Arc<Notify>) {
        let ScrapeSettings { timeout, interval, .. } = self.shared.settings;
        let mut connection = None;
        let mut failures = Failures::default();
        loop {
            let scrape = tokio::time::timeout(timeout, self.scrape(&mut connection, &mut failures));
            let outcome = scrape.await.unwrap_or(Err(ScrapeError::TimedOut(timeout)));
            match outcome {
                Ok(()) if failures.end() => tracing::info!(endpoint = %self.endpoint.id(), "scraped again"),
                Ok(()) => {}
                Err(error) => {
                    self.shared.status.poll_errors.fetch_add(1, Relaxed);
                    self.complain(&mut failures, &format_args!("failed to scrape {}: {error}", self.address));
                    tokio::time::sleep(failures.pause(interval, rand::random())).await;
                }
            }
            turn.notified().await;
        }
    }

    /// Asks over the kept connection or a new one. A connection that is left in `connection` is good for another.
    async fn scrape(
        &self,
        connection: &mut Option<Connection>,
        failures: &mut Failures,
    ) -> Result<(), ScrapeError> {
        let mut buffer = self.shared.buffers().pop().unwrap_or_default();
        let mut current = match connection.take() {
            Some(kept) => kept,
            None => self.connect().await?,
        };
        let mut answer = current.get(&self.request, &mut buffer).await;
        if current.is_kept()
            && matches!(answer, Err(HttpError::Closed | HttpError::Io(_)))
            && buffer.is_empty()
        {
            current = self.connect().await?;
            answer = current.get(&self.request, &mut buffer).await;
        }
        let answer = answer?;
        if answer.is_reusable {
            *connection = Some(current);
        }
        self.take(&buffer[answer.body], failures);
        let mut buffers = self.shared.buffers();
        if buffers.len() < KEPT_BUFFERS && buffer.capacity() <= KEPT_BYTES {
            buffers.push(buffer);
        }
        Ok(())
    }

    /// Takes over what a page says. One that says nothing leaves the numbers to grow old.
    fn take(&self, page: &[u8], failures: &mut Failures) {
        let extraction = self.extractor.extract(page);
        if !extraction.missing.is_empty() {
            self.shared.status.extract_errors.fetch_add(1, Relaxed);
            let missing: smallvec::SmallVec<[&str; 3]> =
                extraction.missing.iter().map(|spec| &*spec.name).collect();
            self.complain(failures, &format_args!("the page of {} lacks {missing:?}", self.address));
        }
        if extraction.sample != MetricsSample::default() {
            self.endpoint.update(extraction.sample, self.shared.started.elapsed());
        }
    }

    async fn connect(&self) -> Result<Connection, ScrapeError> {
        let open = async {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            match &self.shared.settings.tls {
                None => Ok(Connection::new(stream)),
                Some(config) => {
                    let name = ServerName::IpAddress(self.address.ip().into());
                    let connector = TlsConnector::from(Arc::clone(config));
                    connector.connect(name, stream).await.map(Connection::new)
                }
            }
        };
        open.await.map_err(ScrapeError::Connect)
    }

    fn complain(&self, failures: &mut Failures, what: &std::fmt::Arguments<'_>) {
        if let Some(unlogged) = failures.complaint(self.shared.started.elapsed()) {
            tracing::warn!(endpoint = %self.endpoint.id(), unlogged, "{what}");
        }
    }
}

impl Shared {
    fn buffers(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
