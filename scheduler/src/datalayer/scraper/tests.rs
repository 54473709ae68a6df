mod server;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;

use llmd_api::config::CoreMetricsExtractor;
use server::{Behaviour, Server, page};

use super::*;
use crate::datalayer::tls::trusting;
use crate::datalayer::{MetricFlags, Trust, client_config};
use crate::model::EndpointSpec;

/// A scraper that runs, and is stopped when dropped.
struct Running {
    datastore: Arc<Datastore>,
    status: Arc<ScrapeStatus>,
    stop: CancellationToken,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Often, and so patient that no slow machine is taken for a slow server.
fn settings() -> ScrapeSettings {
    ScrapeSettings {
        interval: Duration::from_millis(5),
        timeout: Duration::from_secs(60),
        ..ScrapeSettings::default()
    }
}

fn scrape(servers: &[&Server], settings: ScrapeSettings) -> Running {
    let (datastore, status, stop) = (Arc::<Datastore>::default(), Arc::default(), CancellationToken::new());
    let running = Running { datastore, status, stop };
    running.set(servers);
    let Running { datastore, status, stop } = &running;
    let task = run(Arc::clone(datastore), settings, Arc::clone(status), Instant::now(), stop.clone());
    tokio::spawn(task);
    running
}

impl Running {
    fn set(&self, servers: &[&Server]) {
        self.datastore.set_endpoints(servers.iter().map(|server| spec(server.address)).collect());
    }

    fn endpoint(&self, server: &Server) -> Arc<Endpoint> {
        let snapshot = self.datastore.snapshot();
        let known = snapshot.endpoints.iter().find(|endpoint| endpoint.spec.address == server.address);
        Arc::clone(known.unwrap())
    }

    /// Waits until this server was tried: its page was read, or some server failed.
    async fn tried(&self, server: &Server) {
        let endpoint = self.endpoint(server);
        while endpoint.metrics.updated_at().is_none() && self.status.poll_errors.load(Relaxed) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

fn spec(address: SocketAddr) -> EndpointSpec {
    EndpointSpec {
        namespace: "default".to_owned(),
        name: address.port().to_string(),
        pod: "pod".to_owned(),
        address,
        metrics_address: address,
        labels: BTreeMap::new(),
    }
}

#[tokio::test]
async fn one_connection_brings_many_pages() {
    let server = Server::start(page(1)).await;
    let running = scrape(&[&server], settings());
    running.tried(&server).await;
    let endpoint = running.endpoint(&server);
    assert_eq!((endpoint.metrics.waiting(), endpoint.metrics.running()), (1, 2));
    assert!(endpoint.metrics.updated_at().is_some());
    server.set(page(9));
    let seen = server.requests();
    server.wait(|counts| counts.requests >= seen + 3).await;
    assert_eq!(endpoint.metrics.waiting(), 9);
    assert_eq!(server.connections(), 1);
    assert_eq!(running.status.poll_errors.load(Relaxed), 0);
    assert_eq!(running.status.extract_errors.load(Relaxed), 0);
}

#[tokio::test]
async fn chunked_pages_are_read() {
    let server = Server::start(Behaviour::Chunked(page(4).text())).await;
    let running = scrape(&[&server], settings());
    server.wait(|counts| counts.requests >= 3).await;
    assert_eq!(running.endpoint(&server).metrics.waiting(), 4);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_delays_no_other_and_is_asked_once() {
    let (hangs, other) = (Server::start(Behaviour::Hang).await, Server::start(page(3)).await);
    let running = scrape(&[&hangs, &other], settings());
    hangs.wait(|counts| counts.requests >= 1).await;
    other.wait(|counts| counts.requests >= 20).await;
    assert_eq!(hangs.requests(), 1);
    assert_eq!(running.endpoint(&hangs).metrics.updated_at(), None);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_and_asked_again() {
    let server = Server::start(Behaviour::Hang).await;
    let running = scrape(&[&server], ScrapeSettings { timeout: Duration::from_millis(20), ..settings() });
    running.tried(&server).await;
    assert!(running.status.poll_errors.load(Relaxed) >= 1);
    server.wait(|counts| counts.connections >= 2).await;
}

#[tokio::test]
async fn failures_leave_the_numbers_to_grow_old() {
    let server = Server::start(page(5)).await;
    let running = scrape(&[&server], settings());
    running.tried(&server).await;
    server.set(Behaviour::Status(500));
    server.wait(|counts| counts.failures >= 1).await;
    let metrics = &running.endpoint(&server).metrics;
    let updated_at = metrics.updated_at().unwrap();
    server.wait(|counts| counts.failures >= 4).await;
    assert_eq!((metrics.waiting(), metrics.updated_at()), (5, Some(updated_at)));
    assert!(running.status.poll_errors.load(Relaxed) >= 3);
    assert!(!metrics.is_fresh(updated_at + Duration::from_secs(3), Duration::from_secs(2)));
    server.set(page(6));
    let seen = server.requests();
    server.wait(|counts| counts.requests >= seen + 3).await;
    assert_eq!(metrics.waiting(), 6);
    assert!(metrics.updated_at().unwrap() > updated_at);
}

#[tokio::test]
async fn a_server_that_drops_kept_connections_does_not_fail() {
    let server = Server::start(Behaviour::CloseAfter(page(7).text())).await;
    let running = scrape(&[&server], settings());
    server.wait(|counts| counts.requests >= 5).await;
    assert!(server.connections() >= 5);
    assert_eq!(running.endpoint(&server).metrics.waiting(), 7);
    assert_eq!(running.status.poll_errors.load(Relaxed), 0);
}

#[tokio::test]
async fn a_partial_page_keeps_what_it_lacks() {
    let server = Server::start(page(5)).await;
    let running = scrape(&[&server], settings());
    running.tried(&server).await;
    server.set(Behaviour::Page("vllm:num_requests_waiting 8\n".to_owned()));
    let seen = server.requests();
    server.wait(|counts| counts.requests >= seen + 3).await;
    let metrics = &running.endpoint(&server).metrics;
    assert_eq!((metrics.waiting(), metrics.running()), (8, 6));
    assert!(running.status.extract_errors.load(Relaxed) >= 1);
    assert_eq!(running.status.poll_errors.load(Relaxed), 0);
}

#[tokio::test]
async fn a_page_that_says_nothing_is_no_update() {
    let server = Server::start(Behaviour::Page("# nothing\n".to_owned())).await;
    let running = scrape(&[&server], settings());
    server.wait(|counts| counts.requests >= 3).await;
    assert_eq!(running.endpoint(&server).metrics.updated_at(), None);
    assert!(running.status.extract_errors.load(Relaxed) >= 2);
}

#[tokio::test]
async fn endpoints_come_and_go() {
    let (first, second) = (Server::start(page(1)).await, Server::start(page(2)).await);
    let running = scrape(&[], settings());
    running.set(&[&first]);
    running.tried(&first).await;
    let endpoint = running.endpoint(&first);
    assert_eq!(endpoint.metrics.waiting(), 1);
    running.set(&[&first, &second]);
    running.tried(&second).await;
    assert_eq!(running.endpoint(&second).metrics.waiting(), 2);
    assert!(Arc::ptr_eq(&endpoint, &running.endpoint(&first)));
    running.set(&[&second]);
    first.wait(|counts| counts.closed == counts.connections).await;
    let (gone, seen) = (first.requests(), second.requests());
    second.wait(|counts| counts.requests >= seen + 10).await;
    assert_eq!(first.requests(), gone);
    drop(running);
    second.wait(|counts| counts.closed == counts.connections).await;
}

#[tokio::test]
async fn a_port_nobody_listens_on_is_tried_and_counted() {
    let server = Server::start(page(1)).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = ScrapeSettings { port: Some(free.port()), ..settings() };
    let running = scrape(&[&server], settings);
    running.tried(&server).await;
    assert!(running.status.poll_errors.load(Relaxed) >= 1);
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn the_path_and_the_metrics_are_settings() {
    let server = Server::start(Behaviour::Page("mine{kind=\"x\"} 3\nmine{kind=\"y\"} 4\n".to_owned())).await;
    let flags =
        MetricFlags { queued_requests: Some("mine{kind=y}".parse().unwrap()), ..MetricFlags::default() };
    let mapping = Mapping::new(&CoreMetricsExtractor::default(), &flags);
    let running = scrape(&[&server], ScrapeSettings { path: "/inner?x=1".to_owned(), mapping, ..settings() });
    running.tried(&server).await;
    assert_eq!(running.endpoint(&server).metrics.waiting(), 4);
    assert!(server.last_request().starts_with("GET /inner?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
}

#[tokio::test]
async fn https_with_and_without_verification() {
    let (server, authority) = Server::start_tls(page(1)).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority).unwrap();
    let other = rcgen::generate_simple_self_signed(["other".to_owned()]).unwrap();
    let wrong = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(wrong.path(), other.cert.pem()).unwrap();
    for (tls, works) in [
        (client_config(&Trust::Anyone), true),
        (trusting(file.path().to_owned()), true),
        (trusting(wrong.path().to_owned()), false),
    ] {
        let tls = Some(tls.unwrap());
        let running = scrape(&[&server], ScrapeSettings { tls, ..settings() });
        running.tried(&server).await;
        assert_eq!(running.endpoint(&server).metrics.updated_at().is_some(), works);
        assert_eq!(running.status.poll_errors.load(Relaxed) == 0, works);
    }
    assert!(trusting("/nowhere".into()).is_err());
}
