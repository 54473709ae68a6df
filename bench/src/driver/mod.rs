//! Sends a plan on time, whatever comes of it.
//!
//! ```text
//!  plan ─► stage ─► conversation, conversation, … ─► client
//!          when      one task each: turns in order     │
//!            ▲           └─► log (samples, gaps), live ◄┘
//!            └ replicas: counters before and after, gauges meanwhile
//! ```
//!
//! Open loop: each request has its time, and nothing that happens to others moves it. As many are in flight as the times
//! demand; how late each was sent is in its sample.

mod bodies;
mod conversation;
mod descriptors;
mod live;
mod log;
mod replicas;
mod stage;
mod timer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use rustix::time::{ClockId, clock_gettime};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

pub use descriptors::descriptor_warning;
pub use live::{Live, LiveReplica, LiveSnapshot, Recent};

use crate::client::{self, BadUrl, Client, Url};
use crate::plan::Plan;
use crate::run::{ClientCost, Run, StageRun, Target};
use crate::sample::Sample;
use crate::scenario::Api;
use bodies::Bodies;
use replicas::Replicas;

/// Whom a plan is sent to, and as what.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Front doors, as `http://HOST:PORT`. Several are taken in turn, which is a plain round robin.
    pub urls: Vec<Url>,
    /// The name that requests give.
    pub model: String,
    /// How reports call this arm.
    pub arm: String,
    /// Sent with every request beside the scenario's, and in no report: keys.
    pub headers: Vec<(String, String)>,
    /// Model servers to scrape: name and base of each.
    pub replicas: Vec<(String, Url)>,
    /// Whether the prefix caches of all replicas are emptied before the run.
    pub reset_caches: bool,
    pub client: client::Options,
    /// Told of each request as it ends, for whoever keeps them although the process may die before the run is over.
    pub journal: Option<Sender<Sample>>,
}

/// Why a plan cannot be sent.
#[derive(Debug, Error)]
pub enum DriverError {
    #[error("send anything: there is no URL")]
    NoUrl,
    #[error(transparent)]
    Url(#[from] BadUrl),
    #[error("send the header `{0}`: its name or value is not allowed in HTTP")]
    Header(String),
    #[error("send prompt {0}: the plan has none of this number")]
    NoPrompt(u32),
}

/// What all requests of a run share.
#[derive(Debug)]
struct Course {
    client: Client,
    urls: Vec<Url>,
    /// How many requests have taken one of the URLs.
    turns: AtomicUsize,
    headers: HeaderMap,
    timeout: Option<Duration>,
    ignore_eos: bool,
    bodies: Bodies,
    /// Whether a server has said that it only simulates a model.
    is_simulated: AtomicBool,
    /// Names by `HOST:PORT`, for answers that do not say who gave them.
    names: Vec<(Box<str>, Arc<str>)>,
    /// The start of the run.
    zero: Instant,
    live: Live,
    journal: Option<Sender<Sample>>,
}

/// Sends the plan and gathers what comes of it. When `stop` is cancelled, nothing more is sent, what is in flight is
/// cancelled, and the run is partial.
///
/// # Errors
/// When the plan or the settings cannot be sent at all. What goes wrong later is in the samples.
pub async fn run(
    plan: &Plan,
    settings: &Settings,
    live: &Live,
    stop: CancellationToken,
) -> Result<Run, DriverError> {
    let replicas = Replicas::new(settings)?;
    let is_cold = settings.reset_caches && replicas.reset_caches(&stop).await;
    live.know(settings.replicas.iter().map(|(name, _)| name.as_str()));
    let cpu = cpu_time();
    let course = Arc::new(Course::new(plan, settings, live.clone())?);
    let started_at = jiff::Timestamp::now();
    let pause = seconds(plan.scenario.pause);
    let drain_timeout = seconds(plan.scenario.drain_timeout);
    let (mut stages, mut is_partial) = (Vec::<StageRun>::new(), false);
    for (number, planned) in plan.stages.iter().enumerate() {
        if number > 0 {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        if stop.is_cancelled() {
            is_partial = true;
            break;
        }
        live.begin_stage(number, plan.stages.len(), planned);
        let watch = replicas.watch(course.zero).await;
        let mut stage = stage::play(&course, number, planned, drain_timeout, &stop).await;
        live.end_stage();
        stage.run.replicas = watch.end().await;
        is_partial |= stage.is_stopped;
        stages.push(stage.run);
    }
    Ok(Run {
        target: Target {
            arm: settings.arm.clone(),
            url: settings.urls.iter().map(Url::to_string).collect::<Vec<_>>().join(", "),
            model: settings.model.clone(),
            replicas: replicas.names_or_seen(&stages),
            is_cold,
            is_simulated: course.is_simulated.load(Ordering::Relaxed),
        },
        started_at,
        stages,
        is_partial,
        client: ClientCost { cpu: Some(cpu_time().saturating_sub(cpu)) },
    })
}

impl Course {
    fn new(plan: &Plan, settings: &Settings, live: Live) -> Result<Self, DriverError> {
        if settings.urls.is_empty() {
            return Err(DriverError::NoUrl);
        }
        let options = &plan.scenario.request;
        let path = match options.api {
            Api::Completions => "/v1/completions",
            Api::Chat => "/v1/chat/completions",
        };
        let urls = settings.urls.iter().map(|url| url.join(path)).collect::<Result<_, _>>()?;
        let requests = plan.stages.iter().flat_map(|stage| &stage.requests);
        let beyond = |prompt: u32| usize::try_from(prompt).is_ok_and(|prompt| prompt >= plan.prompts.len());
        if let Some(request) = requests.into_iter().find(|request| beyond(request.prompt)) {
            return Err(DriverError::NoPrompt(request.prompt));
        }
        let header = |(name, value): (&String, &String)| -> Result<_, DriverError> {
            let refused = || DriverError::Header(name.clone());
            let value = HeaderValue::from_str(value).map_err(|_| refused())?;
            Ok((name.parse::<HeaderName>().map_err(|_| refused())?, value))
        };
        let own = settings.headers.iter().map(|(name, value)| (name, value));
        let named = |(name, url): &(String, Url)| (url.authority().into(), name.as_str().into());
        Ok(Self {
            client: Client::new(settings.client.clone()),
            urls,
            turns: AtomicUsize::new(0),
            is_simulated: AtomicBool::new(false),
            headers: options.headers.iter().chain(own).map(header).collect::<Result<_, _>>()?,
            timeout: options.timeout.map(seconds),
            ignore_eos: options.ignore_eos,
            bodies: Bodies::new(plan, &settings.model),
            names: settings.replicas.iter().map(named).collect(),
            zero: Instant::now(),
            live,
            journal: settings.journal.clone(),
        })
    }

    /// The front door whose turn it is.
    fn next_url(&self) -> Option<&Url> {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        self.urls.get(turn.checked_rem(self.urls.len())?)
    }

    /// The replica's name, by what the answer says or else by where it was asked.
    fn replica(&self, said: Option<&Arc<str>>, url: &Url) -> Option<Arc<str>> {
        let place = said.map_or_else(|| url.authority(), |said| &**said);
        let known = self.names.iter().find(|(authority, _)| **authority == *place);
        known.map(|(_, name)| Arc::clone(name)).or_else(|| said.cloned())
    }

    fn since(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.zero)
    }
}

/// Longer than any run; what is not a number of seconds is taken for it.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).map_or(FOREVER, |duration| duration.min(FOREVER))
}

/// User and system time of this process.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0));
    seconds + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0))
}
