//! Reports in files.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use llmd_bench::report::comparison::Comparison;
use llmd_bench::report::html::Page;
use llmd_bench::report::{BenchReport, benchmark_report, csv, jsonl, lifecycle};
use llmd_bench::run::Run;
use llmd_bench::sample::Sample;
use serde::Serialize;

use super::journal;
use crate::commands::shell::quoted;
use crate::{Exit, Failure, draft};

/// Name of the report among a run's files.
pub(super) const REPORT: &str = "report.json";
/// And of its requests, a line each.
const REQUESTS: &str = "requests.jsonl";

/// A folder for the files of a run or a comparison; made where it is not there.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| failed("make the folder", path, error))?;
        Ok(Self(path.to_owned()))
    }

    /// A folder within it.
    pub(super) fn inner(&self, name: &str) -> Result<Self, Failure> {
        Self::new(&self.0.join(name))
    }

    /// All formats of a run but the page.
    pub(super) fn run(&self, report: &BenchReport, run: &Run) -> Result<(), Failure> {
        self.json(REPORT, report)?;
        self.write("stages.csv", &csv::of(report))?;
        self.write_with(REQUESTS, |file| jsonl::write(run, BufWriter::new(file)).map(drop))?;
        for file in benchmark_report::files(report).map_err(|error| Failure::new(Exit::Failed, error))? {
            self.write(&file.name, &file.text)?;
        }
        for (name, value) in lifecycle::files(report) {
            self.json(&name, &value)?;
        }
        Ok(())
    }

    /// The page for people; gives its path.
    pub(super) fn page(
        &self,
        reports: &[BenchReport],
        comparison: Option<&Comparison>,
    ) -> Result<PathBuf, Failure> {
        let page = Page { reports, comparison, command: &command_line() };
        let text = page.render().map_err(|error| Failure::new(Exit::Failed, error))?;
        self.write("report.html", &text)
    }

    pub(super) fn json(&self, name: &str, value: &impl Serialize) -> Result<PathBuf, Failure> {
        let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(Exit::Failed, error))?;
        self.write(name, &text)
    }

    /// Keeps a run's requests as they end, until [`Self::run`] writes them all.
    pub(super) fn journal(&self) -> Result<Sender<Sample>, Failure> {
        let path = self.0.join(REQUESTS);
        journal::begin(&path).map_err(|error| failed("write", &path, error))
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        self.write_with(name, |file| file.write_all(text.as_bytes()))
    }

    /// Writes a file as a whole: whoever looks meanwhile sees the old one.
    fn write_with(
        &self,
        name: &str,
        write: impl FnOnce(&mut fs::File) -> std::io::Result<()>,
    ) -> Result<PathBuf, Failure> {
        let path = self.0.join(name);
        draft::replace(&path, draft::PUBLIC, write).map_err(|error| failed("write", &path, error))?;
        Ok(fs::canonicalize(&path).unwrap_or(path))
    }
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        anyhow::Error::new(error).context(format!("failed to {what} {}", path.display())),
    )
}

/// This command as it was typed, without the values of headers, which may be keys.
fn command_line() -> String {
    let words = std::env::args_os().skip(1).map(|word| quoted(&masked(&word.to_string_lossy())));
    std::iter::once("llmd".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// `request.headers.NAME=VALUE` of `--set` with the value hidden; any other word as it is.
fn masked(word: &str) -> String {
    let (flag, assignment) =
        word.strip_prefix("--set=").map_or(("", word), |assignment| ("--set=", assignment));
    match assignment.split_once('=') {
        Some((key, _))
            if key == "request" || key == "request.headers" || key.starts_with("request.headers.") =>
        {
            format!("{flag}{key}=***")
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn the_values_of_headers_are_hidden() {
        assert_eq!(masked("request.headers.authorization=Bearer a=b"), "request.headers.authorization=***");
        assert_eq!(masked("--set=request.headers={\"x\":\"y\"}"), "--set=request.headers=***");
        assert_eq!(masked("--set=request.timeout=3"), "--set=request.timeout=3");
        assert_eq!(masked("workload.groups=3"), "workload.groups=3");
    }
}
