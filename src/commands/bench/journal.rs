//! A run's requests on disk as they end: what came is there although the process dies before the run is over.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use llmd_bench::report::jsonl;
use llmd_bench::sample::Sample;

/// How much may be lost.
const FLUSH: Duration = Duration::from_secs(1);

/// Begins a file of JSON lines. It is kept until nobody can send any more; the whole run is to take its place.
pub(super) fn begin(path: &Path) -> io::Result<Sender<Sample>> {
    let file = BufWriter::new(File::create(path)?);
    let (journal, samples) = channel();
    thread::Builder::new().name("journal".to_owned()).spawn(move || keep(&samples, file, FLUSH))?;
    Ok(journal)
}

/// Ends when nobody can send any more, or where nothing can be written any more: then the whole run cannot either.
fn keep(samples: &Receiver<Sample>, output: impl Write, every: Duration) -> io::Result<()> {
    let mut lines = jsonl::Writer::new(output);
    let mut flushed = Instant::now();
    loop {
        match samples.recv_timeout(every) {
            Ok(sample) => lines.write(&sample)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return lines.flush(),
        }
        if flushed.elapsed() >= every {
            lines.flush()?;
            flushed = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"stage":0,"request":0,"turn":0,"prompt":0,"intended":0.0,"sent":0.0,"first_event":null,
        "first_token":null,"last_token":null,"closed":1.0,"prompt_tokens":1,"output_tokens":1,"cached_tokens":null,
        "events":0,"replica":null,"failure":null}"#;

    /// A disk: what has come, and how much had when it was flushed.
    #[derive(Default)]
    struct Disk {
        text: Vec<u8>,
        flushed: Vec<usize>,
    }

    impl Write for &mut Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.text.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.flushed.push(self.text.len());
            Ok(())
        }
    }

    fn kept(every: Duration) -> Disk {
        let (journal, samples) = channel();
        for _ in 0..3 {
            journal.send(serde_json::from_str(LINE).unwrap()).unwrap();
        }
        drop(journal);
        let mut disk = Disk::default();
        keep(&samples, BufWriter::new(&mut disk), every).unwrap();
        disk
    }

    #[test]
    fn lines_are_on_disk_before_the_run_is_over() {
        let disk = kept(Duration::ZERO);
        let line = disk.text.len() / 3;
        assert_eq!(disk.flushed, [line, 2 * line, 3 * line, 3 * line]);
    }

    #[test]
    fn not_each_line_is_flushed() {
        let disk = kept(Duration::from_secs(3600));
        assert_eq!(disk.flushed, [disk.text.len()]);
        let lines: Vec<Sample> = disk
            .text
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 3);
    }
}
