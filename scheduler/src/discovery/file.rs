//! Endpoints from a file: the plugin `file-discovery` (`epp.md` §2.7).

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

pub(crate) use super::document::Problem;
use super::document::read;
use crate::datastore::Datastore;
use crate::model::EndpointSpec;

/// The longest file that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Where the endpoints are listed.
#[derive(Debug, Clone)]
pub(crate) struct FileSource {
    pub path: PathBuf,
    /// How often to look for changes; none reads the file once.
    pub watch: Option<Duration>,
}

impl FileSource {
    /// How often a watched file is looked at.
    pub(crate) const INTERVAL: Duration = Duration::from_millis(500);
}

/// Why the endpoints of a file cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("read {path}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("read {path}: it is longer than {MAX_BYTES} bytes", path = path.display())]
    TooLong { path: PathBuf },
    #[error("use the endpoints of the file:{}", Places { path, problems })]
    Invalid { path: PathBuf, problems: Vec<Problem> },
}

/// Problems as `path:line:column: reason`, a line each.
struct Places<'a> {
    path: &'a Path,
    problems: &'a [Problem],
}

impl fmt::Display for Places<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems.iter().try_for_each(|Problem { line, column, reason }| {
            write!(formatter, "\n  {}:{line}:{column}: {reason}", self.path.display())
        })
    }
}

/// Makes the endpoints of the file those of the datastore, and keeps them so until `stop` if it is watched. A file
/// that is gone or broken by then is told of once, and the endpoints stay.
///
/// # Errors
/// When the file cannot be used at the start.
pub(crate) async fn run(
    source: FileSource,
    datastore: Arc<Datastore>,
    stop: CancellationToken,
) -> Result<(), FileError> {
    let mut file =
        Watched { path: &source.path, taken: bytes(&source.path).await?, seen: None, is_gone: false };
    datastore.set_endpoints(endpoints(&source.path, &file.taken)?);
    datastore.set_synced(true);
    let Some(every) = source.watch else {
        stop.cancelled().await;
        return Ok(());
    };
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watching = async {
        loop {
            ticks.tick().await;
            if let Some(endpoints) = file.look().await {
                info!(path = %source.path.display(), endpoints = endpoints.len(), "the endpoints have changed");
                datastore.set_endpoints(endpoints);
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        () = watching => Ok(()),
    }
}

/// A file that is read again and again. Reading all of it is cheap, and sees what times of modification do not:
/// two changes within one tick of the file system's clock, and a link that leads elsewhere now.
struct Watched<'a> {
    path: &'a Path,
    /// What the endpoints, or a complaint, were made of.
    taken: Vec<u8>,
    /// Another content, seen once: it may be half written.
    seen: Option<Vec<u8>>,
    is_gone: bool,
}

impl Watched<'_> {
    /// The endpoints, if they have changed: only what is the same at two looks is taken.
    async fn look(&mut self) -> Option<Vec<EndpointSpec>> {
        let content = match bytes(self.path).await {
            Ok(content) => content,
            Err(error) => {
                if !self.is_gone {
                    warn!(error = &error as &dyn std::error::Error, "the last endpoints stay");
                }
                self.is_gone = true;
                return None;
            }
        };
        self.is_gone = false;
        if content == self.taken {
            self.seen = None;
            return None;
        }
        if self.seen.as_ref() != Some(&content) {
            self.seen = Some(content);
            return None;
        }
        self.seen = None;
        self.taken = content;
        endpoints(self.path, &self.taken)
            .inspect_err(|error| error!(error = error as &dyn std::error::Error, "the last endpoints stay"))
            .ok()
    }
}

async fn bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    let read = async {
        let mut content = Vec::new();
        let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        File::open(path).await?.take(limit).read_to_end(&mut content).await?;
        Ok(content)
    };
    let content = read.await.map_err(|source| FileError::Read { path: path.to_owned(), source })?;
    if content.len() > MAX_BYTES {
        return Err(FileError::TooLong { path: path.to_owned() });
    }
    Ok(content)
}

fn endpoints(path: &Path, content: &[u8]) -> Result<Vec<EndpointSpec>, FileError> {
    let text = std::str::from_utf8(content).map_err(|error| {
        let before = &content[..error.valid_up_to()];
        let line = before.split(|&byte| byte == b'\n').count() as u64;
        let problems = vec![Problem { line, column: 1, reason: "this is no UTF-8".to_owned() }];
        FileError::Invalid { path: path.to_owned(), problems }
    })?;
    read(text).map_err(|problems| FileError::Invalid { path: path.to_owned(), problems })
}

#[cfg(test)]
mod tests;
