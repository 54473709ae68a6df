//! `llmd bench part`: what each pod of a load within the cluster runs. People use `llmd bench --in-cluster`.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use llmd_bench::client;
use llmd_bench::driver::{self, Live, Settings};
use llmd_bench::run::Part;
use llmd_bench::scenario::Scenario;
use llmd_bench::workload;
use simulator::tokenizer::Tokenizer;
use tokio_util::sync::CancellationToken;

use crate::ui::Printer;
use crate::{Exit, Failure};

/// What a line of a log begins with that carries a piece of a part.
const MARK: &str = "llmd-part-v1";
/// Characters of a piece: container runtimes cut lines of more than 16 KiB.
const PIECE: usize = 12 * 1024;
/// How late a part may begin: what is later sends at other times than the plan says.
const LATE: Duration = Duration::from_secs(1);

/// Send one share of a load (run by the pods of `llmd bench --in-cluster`)
#[derive(Clone, Debug, clap::Args)]
#[command(hide = true)]
pub(super) struct Args {
    /// The scenario, as JSON
    #[arg(long, value_name = "FILE")]
    scenario: PathBuf,
    #[arg(long, value_name = "URL")]
    url: client::Url,
    #[arg(long, value_name = "MODEL")]
    model: String,
    /// Which share
    #[arg(long, value_name = "N", env = "JOB_COMPLETION_INDEX")]
    index: u32,
    /// How many shares there are
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    of: u32,
    /// When all of them begin
    #[arg(long, value_name = "TIME")]
    start_at: Timestamp,
}

pub(super) fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { scenario, url, model, index, of, start_at } = args;
    let text = std::fs::read_to_string(scenario).map_err(|error| {
        Failure::message(Exit::Usage, format!("failed to read {}: {error}", scenario.display()))
    })?;
    let scenario: Scenario = serde_json::from_str(&text).map_err(|error| Failure::new(Exit::Usage, error))?;
    let whole =
        workload::plan(&scenario, &Tokenizer::default()).map_err(|error| Failure::new(Exit::Usage, error))?;
    let settings = Settings {
        headers: Vec::new(),
        urls: vec![url.clone()],
        model: model.clone(),
        arm: "scheduler".to_owned(),
        replicas: Vec::new(),
        reset_caches: false,
        client: client::Options::default(),
        journal: None,
    };
    let share = whole.share(*index, *of);
    let left = start_at.duration_since(Timestamp::now());
    if left.is_negative() && left.unsigned_abs() > LATE {
        return Err(Failure::message(
            Exit::Failed,
            format!("came {} s after the start that all shares have", left.unsigned_abs().as_secs()),
        )
        .hint("give pods more time to start: --start-in"));
    }
    let run = super::in_real_time(async {
        tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
        let (live, stop) = (Live::default(), CancellationToken::new());
        let run = driver::run(&share, &settings, &live, stop).await;
        run.map_err(|error| Failure::new(Exit::Usage, error))
    })?;
    for line in lines(&Part::new(&whole, run, *index, *of)) {
        ui.data(&line);
    }
    Ok(Exit::Done)
}

/// A part as lines of a log: packed, and cut where runtimes would cut.
fn lines(part: &Part) -> Vec<String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Neither making JSON of it nor writing to memory fails.
    let _ = encoder.write_all(&serde_json::to_vec(part).unwrap_or_default());
    let text = BASE64.encode(encoder.finish().unwrap_or_default());
    let pieces: Vec<&str> =
        (0..text.len()).step_by(PIECE).map(|at| &text[at..text.len().min(at + PIECE)]).collect();
    let count = pieces.len();
    let numbered = pieces.into_iter().enumerate();
    numbered.map(|(number, piece)| format!("{MARK} {} {}/{count} {piece}", part.index, number + 1)).collect()
}

/// The part that a log carries; none while it is not whole.
pub(super) fn read(log: &str) -> Option<Part> {
    let mut text = String::new();
    let (mut next, mut count) = (1_usize, None);
    for line in log.lines().filter_map(|line| line.strip_prefix(MARK)) {
        let mut words = line.split_whitespace().skip(1);
        let (number, of) = words.next()?.split_once('/')?;
        if number.parse::<usize>().ok()? != next {
            return None;
        }
        (next, count) = (next + 1, Some(of.parse::<usize>().ok()?));
        text.push_str(words.next()?);
    }
    if count? + 1 != next {
        return None;
    }
    let mut json = Vec::new();
    GzDecoder::new(BASE64.decode(text).ok()?.as_slice()).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests {
    use llmd_bench::run::PartStage;

    use super::*;

    fn part(gaps: u64) -> Part {
        // Counts that gzip finds nothing in.
        let gap = |number: u64| (number + 1, number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
        let time = Duration::from_millis(7);
        Part {
            index: 2,
            of: 3,
            hash: "abc".to_owned(),
            arm: "scheduler".to_owned(),
            url: "http://gateway".to_owned(),
            model: "m".to_owned(),
            replicas: Vec::new(),
            started_at: Timestamp::from_second(1_800_000_000).unwrap(),
            is_partial: false,
            is_simulated: true,
            cpu: None,
            stages: vec![PartStage {
                started: time,
                sent: time,
                drained: time,
                samples: Vec::new(),
                gaps: (0..gaps).map(gap).collect(),
            }],
        }
    }

    #[test]
    fn a_part_comes_through_a_log_whole_or_not_at_all() {
        for gaps in [0, 20_000] {
            let part = part(gaps);
            let lines = lines(&part);
            assert!(lines.iter().all(|line| line.len() < 16 * 1024));
            assert_eq!(lines.len() > 3, gaps > 0);
            let log = format!("something else\n{}\nand more\n", lines.join("\n"));
            assert_eq!(read(&log), Some(part));
            for missing in [0, lines.len() - 1] {
                let mut cut = lines.clone();
                cut.remove(missing);
                assert_eq!(read(&cut.join("\n")), None);
            }
        }
        assert_eq!(read(""), None);
        assert_eq!(read("llmd-part-v1 0 1/1 !"), None);
    }
}
