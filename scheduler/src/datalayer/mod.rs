//! Scrapes the model servers: their `/metrics` pages become [`EndpointMetrics`](crate::model::EndpointMetrics).
//!
//! ```text
//! Wheel ── turn ──▶ Target (one per endpoint) ── http ──▶ page ── Extractor ──▶ Endpoint::metrics
//! ```
//!
//! One timer turns a wheel whose slots are spread over the interval; each endpoint waits for its slot, asks over its
//! kept connection, and reads only the lines of the metrics it wants.

mod averages;
mod engine;
mod extract;
mod failures;
mod http;
mod mapping;
pub mod prom_text;
mod scraper;
mod target;
mod tls;
mod wheel;

pub use averages::{PoolAverages, Spread, pool_averages};
pub use engine::{MetricFlag, MetricFlags, built_in_engines};
pub use extract::{Extraction, Extractor};
pub use mapping::Mapping;
pub use scraper::{ScrapeSettings, ScrapeStatus, run};
pub use tls::{TlsError, Trust, client_config};
