//! The EndpointPickerConfig that counts, and what follows from it and the flags.

use std::path::PathBuf;
use std::{fmt, io};

use llmd_api::{Config, Finding, PROJECT_DEFAULT};
use thiserror::Error;

use crate::args::{Flags, Scheme};
use crate::datalayer::{Mapping, MetricFlags, ScrapeSettings, TlsError, Trust, client_config};

/// A configuration with its text.
pub(super) struct Effective {
    pub(super) config: Config,
    pub(super) text: String,
    /// The file it is from, or what stands for one.
    pub(super) name: String,
}

/// A configuration that cannot be used.
#[derive(Debug, Error)]
pub enum InvalidConfiguration {
    #[error("failed to read --config-file {path}", path = path.display())]
    Unread { path: PathBuf, source: io::Error },
    #[error("the configuration is not valid{}", Lines(findings))]
    Wrong { findings: Vec<Finding> },
}

/// Findings, a line each.
struct Lines<'a>(&'a [Finding]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|finding| write!(formatter, "\n  {finding}"))
    }
}

/// Reads the configuration that the flags name, or this project's own. What is odd about it is logged.
pub(super) fn load(flags: &Flags) -> Result<Effective, InvalidConfiguration> {
    let (text, name) = match &flags.config_file {
        Some(path) => {
            let unread = |source| InvalidConfiguration::Unread { path: path.clone(), source };
            (std::fs::read_to_string(path).map_err(unread)?, path.display().to_string())
        }
        None if !flags.config_text.is_empty() => (flags.config_text.clone(), "--config-text".to_owned()),
        None => (PROJECT_DEFAULT.to_owned(), "the built-in configuration".to_owned()),
    };
    let loaded = llmd_api::load(&text, &name).map_err(|findings| InvalidConfiguration::Wrong { findings })?;
    for finding in &loaded.findings {
        tracing::warn!("{finding}");
    }
    Ok(Effective { config: loaded.config, text, name })
}

/// How endpoints are scraped: the configuration's words first, then the flags'.
pub(super) fn scrape_settings(flags: &Flags, config: &Config) -> Result<ScrapeSettings, TlsError> {
    let source = config.data_layer.metrics.clone().unwrap_or_default();
    let metrics = MetricFlags {
        queued_requests: flags.total_queued_requests_metric.clone(),
        running_requests: flags.total_running_requests_metric.clone(),
        kv_usage: flags.kv_cache_usage_percentage_metric.clone(),
        lora: flags.lora_info_metric.clone(),
        cache_info: flags.cache_info_metric.clone(),
    };
    let mapping = Mapping::new(&config.data_layer.extractor, &metrics);
    let is_https = source.is_https.unwrap_or(flags.model_server_metrics_scheme == Scheme::Https);
    let believes_anyone =
        source.insecure_skip_verify.unwrap_or(flags.model_server_metrics_https_insecure_skip_verify);
    let trust = if believes_anyone { Trust::Anyone } else { Trust::System };
    let path = source.path.unwrap_or_else(|| flags.model_server_metrics_path.clone());
    let by_flag = Some(flags.model_server_metrics_port).filter(|port| *port != 0);
    let port = source.port.or(by_flag);
    Ok(ScrapeSettings {
        interval: source.interval.unwrap_or(flags.refresh_metrics_interval),
        path: if path.starts_with('/') { path } else { format!("/{path}") },
        port,
        tls: if is_https { Some(client_config(&trust)?) } else { None },
        mapping,
        ..ScrapeSettings::default()
    })
}
