//! Log lines on standard error.

use std::fmt;
use std::io::{self, IsTerminal as _};

use serde_json::{Map, Value};
use thiserror::Error;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The target of the line that every request gets from verbosity 3 on.
pub const REQUEST: &str = "request";

/// What the flags say of logging.
#[derive(Debug, Clone, Copy)]
pub struct LogSettings<'a> {
    /// `json` or `console`.
    pub encoder: &'a str,
    /// 2 the process, 3 every request, 4 every score, 5 everything.
    pub verbosity: u8,
    /// Wins over `verbosity` unless empty: `debug`, `info`, `error`, or a number as zap counts.
    pub level: &'a str,
}

/// Why logging cannot begin.
#[derive(Debug, Error)]
pub enum LogError {
    #[error("--zap-encoder: `{0}` is neither `json` nor `console`")]
    Encoder(String),
    #[error("--zap-log-level: `{0}` is neither `debug`, `info`, `warn`, `error`, `panic` nor a number")]
    Level(String),
    #[error("logging is set up already")]
    Again,
}

impl LogSettings<'_> {
    /// Everything that is wrong with them.
    pub fn problems(&self) -> Vec<LogError> {
        [self.is_json().err(), self.directives().err()].into_iter().flatten().collect()
    }

    fn is_json(&self) -> Result<bool, LogError> {
        match self.encoder {
            "json" => Ok(true),
            "console" => Ok(false),
            other => Err(LogError::Encoder(other.to_owned())),
        }
    }

    /// The filter for these settings.
    fn directives(&self) -> Result<&'static str, LogError> {
        let verbosity = match self.level.to_ascii_lowercase().as_str() {
            "" => self.verbosity,
            "error" | "panic" => return Ok("error"),
            "warn" => return Ok("warn"),
            "info" => 2,
            "debug" => 4,
            number => number.parse().map_err(|_| LogError::Level(self.level.to_owned()))?,
        };
        Ok(match verbosity {
            0..=2 => "info",
            3 => "info,request=debug",
            4 => "info,request=debug,scheduler=debug",
            _ => "debug,scheduler=trace,request=trace",
        })
    }
}

/// Begins to write log lines to standard error.
pub fn init_logs(settings: &LogSettings<'_>) -> Result<(), LogError> {
    let filter = EnvFilter::new(settings.directives()?);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if settings.is_json()? {
        builder.event_format(Json).try_init()
    } else {
        let colours = io::stderr().is_terminal() && crate::env_vars::wants_colours();
        builder.with_ansi(colours).with_target(false).try_init()
    }
    .map_err(|_| LogError::Again)
}

/// One JSON object a line, with the keys of the upstream pickers: `level`, `ts`, `logger`, `caller`, `msg`, then the
/// fields. A field `a.b` is `b` in the object `a`.
struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let level = match *metadata.level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        let mut fields = Fields(Map::new());
        fields.0.insert("level".to_owned(), level.into());
        fields.0.insert("ts".to_owned(), jiff::Timestamp::now().to_string().into());
        fields.0.insert("logger".to_owned(), metadata.target().into());
        if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
            fields.0.insert("caller".to_owned(), format!("{file}:{line}").into());
        }
        event.record(&mut fields);
        let text = serde_json::to_string(&fields.0).map_err(|_| fmt::Error)?;
        writeln!(writer, "{text}")
    }
}

struct Fields(Map<String, Value>);

impl Fields {
    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        let name = if field.name() == "message" { "msg" } else { field.name() };
        let Some((object, key)) = name.split_once('.') else {
            self.0.insert(name.to_owned(), value.into());
            return;
        };
        let object = self.0.entry(object).or_insert_with(|| Map::new().into());
        if let Some(object) = object.as_object_mut() {
            object.insert(key.to_owned(), value.into());
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_of_json_has_upstreams_keys() {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let subscriber =
            tracing_subscriber::fmt().event_format(Json).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(
                target: "request",
                status = 200,
                "x-request-id" = "r-1",
                endpoint.name = "pod-a",
                endpoint.namespace = "default",
                "EPP received request"
            );
        });
        let line: Value = serde_json::from_slice(&buffer.0.lock().unwrap()).unwrap();
        let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["level", "ts", "logger", "caller", "msg", "status", "x-request-id", "endpoint"]);
        assert_eq!(line["msg"], "EPP received request");
        assert_eq!(line["status"], 200);
        assert_eq!(line["endpoint"], serde_json::json!({"name": "pod-a", "namespace": "default"}));
        assert!(line["ts"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{line}");
    }

    #[test]
    fn verbosity_and_level() {
        let of = |verbosity, level| LogSettings { encoder: "json", verbosity, level }.directives();
        assert_eq!(of(2, "").unwrap(), "info");
        assert_eq!(of(3, "").unwrap(), "info,request=debug");
        assert_eq!(of(5, "error").unwrap(), "error");
        assert_eq!(of(2, "5").unwrap(), of(5, "").unwrap());
        assert_eq!(of(2, "Panic").unwrap(), "error");
        assert!(of(2, "loud").unwrap_err().to_string().contains("`loud`"));
        let wrong = LogSettings { encoder: "xml", verbosity: 2, level: "loud" };
        assert_eq!(wrong.problems().len(), 2);
    }
}
