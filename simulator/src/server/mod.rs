//! A model server in real time: the OpenAI API, `/metrics` and faults around one engine.
//!
//! ```text
//!  client ── connections ─► generate ─► openai    bodies, errors, events: what is said
//!                              │    ├─► author    what is answered
//!                              │    └─► faults    what goes wrong on purpose
//!                              ▼
//!                           driver ─► engine      when: one task, steps at absolute times
//!                              ├────► outbox      bytes that are made before they are due
//!                              └────► metrics, kv_events
//! ```

mod admin;
mod author;
mod connections;
mod driver;
mod faults;
mod generate;
mod metrics;
mod models;
mod openai;
mod outbox;
mod tasks;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use http::{HeaderMap, HeaderName, HeaderValue};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::kv_events::{self, ListenError, Publisher};
use crate::profile::Profile;
use crate::tokenizer::{BlockHasher, Tokenizer};
use author::Author;
use driver::{Driver, EngineHandle, Surroundings};
use faults::FaultState;
pub use faults::{FailureType, Faults};
use metrics::{Labels, Metrics};
pub use models::LoraModule;
use models::Models;
use tasks::Tasks;

/// The header of every answer by which clients can tell a simulated server from a real one; its value names the profile.
pub const SIMULATED: HeaderName = HeaderName::from_static("x-llmd-simulated");

/// Largest body of a request, in bytes.
const LARGEST_BODY: usize = 64 << 20;

/// What a server is.
#[derive(Clone)]
pub struct Settings {
    /// Where the model would be loaded from: the `root` of `/v1/models`.
    pub model: String,
    /// The names it goes by, the first in answers and metrics; none is `model`.
    pub served_names: Vec<String>,
    pub loras: Vec<LoraModule>,
    /// Told by `vllm:lora_requests_info`; the engine takes as many as come.
    pub max_loras: u32,
    /// Most tokens of prompt and answer.
    pub max_model_len: u32,
    /// Costs of a step, and limits of the engine.
    pub profile: Profile,
    /// Wall-clock seconds of a second of the engine's time: 0.1 runs ten times as fast.
    pub time_scale: f64,
    /// Of answers and of injected failures.
    pub seed: u64,
    /// Seed of the hashes of KV blocks, as `PYTHONHASHSEED` is to vLLM.
    pub hash_seed: String,
    /// Number of the engine among its replicas: the label `engine` of metrics.
    pub data_parallel_rank: u32,
    pub tokenizer: Tokenizer,
    /// Whom to tell of changes in the prefix cache.
    pub kv_events: Option<kv_events::Settings>,
    pub faults: Faults,
    /// Sent with every answer.
    pub headers: HeaderMap,
    /// How long requests that are under way may take once the server is told to stop.
    pub grace: Duration,
}

/// Why a server does not run, or no longer.
#[derive(Debug, Error)]
pub enum ServerError {
    #[error("crashed, as --fault-crash-after asked")]
    Crashed,
    #[error("failed to publish KV events")]
    KvEvents(#[source] ListenError),
    #[error("{0} has ended, without which nothing can be served; the log says why, please report it")]
    TaskEnded(&'static str),
    #[error("failed to show the metrics of model `{model}`")]
    Metrics { model: String, source: prometheus::Error },
}

/// What the handlers of requests share.
struct Service {
    models: Models,
    tokenizer: Tokenizer,
    author: Author,
    hasher: BlockHasher,
    engine: EngineHandle,
    metrics: Arc<Metrics>,
    faults: FaultState,
}

/// Serves until `stop`, then lets the requests under way end.
///
/// # Errors
/// When it cannot begin, a fault makes it crash, or a part of it ends.
pub async fn run(
    listener: TcpListener,
    settings: Settings,
    stop: CancellationToken,
) -> Result<(), ServerError> {
    let crash = CancellationToken::new();
    let (mut headers, grace) = (settings.headers.clone(), settings.grace);
    headers.insert(SIMULATED, HeaderValue::from_static(settings.profile.name));
    let mut tasks = Tasks::default();
    let events = match settings.kv_events.clone() {
        None => None,
        Some(settings) => {
            let (publisher, service) = Publisher::open(settings).await.map_err(ServerError::KvEvents)?;
            tracing::info!(
                address = service.address(),
                replay = service.replay_address(),
                "KV events are published"
            );
            tasks.spawn("the publisher of KV events", service.run(crash.clone()));
            Some(publisher)
        }
    };
    // Its service ends with the last publisher: not with the engine's task, which is then the one to be named.
    let _publisher = events.clone();
    let (driver, service) = assemble(settings, events, crash.clone())?;
    tasks.spawn("the engine", driver.run());
    tokio::select! {
        biased;
        () = crash.cancelled() => Err(ServerError::Crashed),
        name = tasks.first_end() => Err(ServerError::TaskEnded(name)),
        () = connections::serve(listener, router(service, headers), &stop, grace) => Ok(()),
    }
}

fn assemble(
    settings: Settings,
    events: Option<Publisher>,
    crash: CancellationToken,
) -> Result<(Driver, Arc<Service>), ServerError> {
    let names = match settings.served_names {
        names if names.is_empty() => vec![settings.model.clone()],
        names => names,
    };
    let models = Models {
        names,
        root: settings.model,
        loras: settings.loras,
        max_model_len: settings.max_model_len,
        created: unix_time(),
    };
    let limits = settings.profile.limits;
    let has_loras = !models.loras.is_empty();
    let metrics = Metrics::new(&Labels {
        model: models.first(),
        engine: settings.data_parallel_rank,
        limits,
        max_model_len: settings.max_model_len,
        max_loras: has_loras.then_some(settings.max_loras),
    });
    let metrics =
        metrics.map_err(|source| ServerError::Metrics { model: models.first().to_owned(), source })?;
    let metrics = Arc::new(metrics);
    let faults = FaultState::new(settings.faults, settings.seed, crash);
    let (driver, engine) = Driver::new(
        Engine::new(settings.profile.costs, limits),
        Surroundings {
            metrics: Arc::clone(&metrics),
            events,
            faults: faults.follow(),
            time_scale: settings.time_scale,
            has_loras,
            block_size: limits.block_size,
        },
    );
    let service = Service {
        author: Author::new(settings.tokenizer.clone(), settings.seed),
        tokenizer: settings.tokenizer,
        hasher: BlockHasher::new(&settings.hash_seed, limits.block_size),
        models,
        engine,
        metrics,
        faults,
    };
    Ok((driver, Arc::new(service)))
}

fn router(service: Arc<Service>, headers: HeaderMap) -> Router {
    Router::new()
        .route("/v1/completions", post(generate::completions))
        .route("/v1/chat/completions", post(generate::chat))
        .route("/v1/models", get(admin::models))
        .route("/tokenize", post(admin::tokenize))
        .route("/health", get(admin::health))
        .route("/metrics", get(admin::metrics))
        .route("/reset_prefix_cache", post(admin::reset_prefix_cache))
        .route("/admin/faults", get(admin::faults).post(admin::change_faults))
        .route("/admin/config", get(admin::faults).post(admin::change_faults))
        .fallback(admin::not_found)
        .method_not_allowed_fallback(admin::method_not_allowed)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::map_response_with_state(headers, add_headers))
        .with_state(service)
}

async fn add_headers(
    axum::extract::State(headers): axum::extract::State<HeaderMap>,
    mut response: axum::response::Response,
) -> axum::response::Response {
    response.headers_mut().extend(headers);
    response
}

fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
