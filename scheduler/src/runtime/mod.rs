//! The process: builds the picker, listens, watches, scrapes, and ends in order.
//!
//! Two runtimes, so that a burst of watches or scrapes never stands in the way of requests: `front` has what proxies and
//! clients talk to, `back` all else.

mod configuration;
mod front;
mod gauges;
mod sources;
mod tasks;

pub use configuration::InvalidConfiguration;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::admin::{self, Admin, Guard, HealthState};
use crate::args::Flags;
use crate::kubernetes::review::Reviewer;
use crate::picker::{Options, Picker};
use crate::tls;
use configuration::Effective;
use sources::Source;
use tasks::Tasks;

/// How long requests that are under way at the end of the drain may still take.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// How the process is asked to end.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    /// Health says no, requests are served for the drain's time.
    pub begin: CancellationToken,
    /// There is no time for the drain.
    pub hurry: CancellationToken,
    /// The task that ended by itself, if it is for that.
    failed: Arc<OnceLock<&'static str>>,
}

impl Shutdown {
    /// Begins it, as without this task nothing can go on.
    fn fail(&self, task: &'static str) {
        tracing::error!("{task} ended before its time");
        self.failed.get_or_init(|| task);
        self.begin.cancel();
    }

    fn outcome(&self) -> anyhow::Result<()> {
        self.failed.get().map_or(Ok(()), |task| bail!("{task} ended before its time"))
    }
}

/// Serves until it is told to end, then drains. Blocks the thread.
///
/// # Errors
/// When the configuration, a port, a certificate or the endpoints' file cannot be used, or when a part of it fails.
pub fn run(flags: Flags, shutdown: Shutdown) -> anyhow::Result<()> {
    let front = runtime("front", std::thread::available_parallelism().map_or(2, usize::from))?;
    let back = runtime("back", 1)?;
    for flag in flags.ignored() {
        tracing::warn!("--{flag} has no effect here");
    }
    let effective = configuration::load(&flags)?;
    let process = Process { flags, effective, shutdown };
    let tasks = Tasks::new(back.handle(), &process.shutdown);
    let served = process.serve(&front, &back, &tasks);
    // What ends last: everything in the background, once the requests are through.
    back.block_on(tasks.finish(LAST_REQUESTS));
    front.shutdown_timeout(Duration::from_secs(1));
    back.shutdown_timeout(Duration::from_secs(1));
    let is_drained = served?;
    tracing::info!(drained = is_drained, "ended");
    process.shutdown.outcome()
}

fn runtime(name: &str, threads: usize) -> anyhow::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(threads).thread_name(name).enable_all().build();
    runtime.with_context(|| format!("failed to start the threads called {name}"))
}

struct Process {
    flags: Flags,
    effective: Effective,
    shutdown: Shutdown,
}

impl Process {
    /// Gives whether all requests were through in time.
    fn serve(&self, front: &Runtime, back: &Runtime, tasks: &Tasks) -> anyhow::Result<bool> {
        let flags = &self.flags;
        let picker = Picker::new(
            &self.effective.config,
            &Options {
                heed_subset: !flags.disable_endpoint_subset_filter,
                emit_endpoint_scores: flags.emit_endpoint_scores,
                max_body_bytes: flags.max_body_bytes.0,
                skip_responses: flags.skip_response_processing,
                metrics_staleness: flags.metrics_staleness_threshold,
                stream_metrics: flags.enable_grpc_stream_metrics,
            },
        )?;
        let picker = Arc::new(picker);
        let (is_draining, draining) = watch::channel(false);
        let (is_leader, leader) = watch::channel(false);
        let source = back.block_on(Source::of(flags, &self.effective.config))?;
        let elector = source.elector(flags, self.effective.config.dialect);
        let leader = elector.is_some().then_some(leader);
        let health = HealthState::new(Arc::clone(&picker.datastore), leader, draining);
        back.block_on(self.listen_behind(&picker, &source, health, tasks))?;
        let pool = source.follow(Arc::clone(&picker.datastore), tasks);
        front.block_on(async {
            let serving = Tasks::new(front.handle(), &self.shutdown);
            front::listen(flags, &picker.director, &serving).await?;
            // Only now can nothing end the start, and who leads serves.
            if let Some(elector) = elector {
                tasks.spawn("the election", |end| elector.run(is_leader, end));
            }
            tracing::info!(
                version = env!("CARGO_PKG_VERSION"),
                ext_proc = flags.grpc_port,
                tls = flags.secure_serving,
                proxy = flags.proxy_port,
                health = flags.grpc_health_port,
                metrics = flags.metrics_port,
                pool,
                endpoints = picker.datastore.snapshot().endpoints.len(),
                configuration = self.effective.name,
                "serving"
            );
            self.shutdown.begin.cancelled().await;
            is_draining.send_replace(true);
            let is_hurried = self.shutdown.hurry.is_cancelled();
            let seconds = if is_hurried { 0 } else { flags.drain_timeout.as_secs() };
            tracing::info!(seconds, "draining");
            tokio::select! {
                () = tokio::time::sleep(flags.drain_timeout) => {}
                () = self.shutdown.hurry.cancelled() => {}
            }
            Ok(serving.finish(LAST_REQUESTS).await)
        })
    }

    /// Scraping, gauges, metrics, and health last: where it answers, the pages do too.
    async fn listen_behind(
        &self,
        picker: &Arc<Picker>,
        source: &Source,
        health: Arc<HealthState>,
        tasks: &Tasks,
    ) -> anyhow::Result<()> {
        let flags = &self.flags;
        let status = Arc::default();
        let scrape = configuration::scrape_settings(flags, &self.effective.config)?;
        let (datastore, started) = (Arc::clone(&picker.datastore), picker.clock.start_instant());
        tasks.spawn("scraping", |end| {
            crate::datalayer::run(datastore, scrape, Arc::clone(&status), started, end)
        });
        let gauges = gauges::Gauges {
            picker: Arc::clone(picker),
            pool: source.pool_name().to_owned(),
            status,
            staleness: flags.metrics_staleness_threshold,
        };
        tasks.spawn("counting", |end| gauges.keep(flags.refresh_prometheus_metrics_interval, end));

        let listener = bind(flags, flags.metrics_port, "--metrics-port").await?;
        let tls = match &flags.metrics_cert_dir {
            None => None,
            Some(folder) => {
                let certificates = tls::Certificates::from_folder(folder).context("--metrics-cert-dir")?;
                let authority = flags.metrics_client_ca_file.as_deref();
                let config = tls::server_config(
                    &certificates,
                    &[b"h2", b"http/1.1"],
                    flags.tls_min_version,
                    authority,
                )?;
                if flags.enable_cert_reload {
                    tasks.spawn("following the metrics certificate", |end| certificates.follow(end));
                }
                Some(config)
            }
        };
        let admin = Admin {
            metrics: Arc::clone(&picker.metrics),
            datastore: Arc::clone(&picker.datastore),
            log: Arc::clone(&picker.log),
            clock: picker.clock.clone(),
            config: Arc::new(self.effective.config.clone()),
            config_text: self.effective.text.as_str().into(),
            guard: guard(flags, source),
            health: Arc::clone(&health),
        };
        tasks.spawn("the metrics server", |end| admin::serve(listener, tls, admin, end));

        let listener = bind(flags, flags.grpc_health_port, "--grpc-health-port").await?;
        tasks.spawn("the health server", |end| front::serve_health(listener, health, end));
        Ok(())
    }
}

/// Who may see the pages. Without an API server there is nobody to ask, so everybody may: that is told of where others
/// than this machine can come, and nobody has said that they may.
fn guard(flags: &Flags, source: &Source) -> Guard {
    if !flags.metrics_endpoint_auth {
        return Guard::Open;
    }
    let Some(client) = source.client() else {
        if !flags.bind_address.is_some_and(|address| address.is_loopback()) {
            tracing::warn!(
                port = flags.metrics_port,
                "everybody may read metrics, as there is no API server to ask who may; \
                 --metrics-endpoint-auth=false says that this is meant"
            );
        }
        return Guard::Open;
    };
    Guard::Review(Arc::new(Reviewer::new(client.clone(), "/metrics")))
}

/// Listens on one of the flags' ports, for IPv6 and IPv4 unless told where. A system without IPv6 has only the other.
async fn bind(flags: &Flags, port: u16, flag: &str) -> anyhow::Result<TcpListener> {
    let every = (IpAddr::from(Ipv6Addr::UNSPECIFIED), port);
    let (address, bound) = match flags.bind_address {
        Some(address) => ((address, port), TcpListener::bind((address, port)).await),
        None => match TcpListener::bind(every).await {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                let every = (IpAddr::from(Ipv4Addr::UNSPECIFIED), port);
                (every, TcpListener::bind(every).await)
            }
            bound => (every, bound),
        },
    };
    bound.with_context(|| format!("failed to listen on {} ({flag})", SocketAddr::from(address)))
}
