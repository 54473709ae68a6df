//! A line of JSON for each request.

use std::io::{self, Write};

use crate::run::Run;
use crate::sample::Sample;

/// Writes samples as they come. What it writes to should be buffered.
pub struct Writer<W: Write> {
    output: W,
}

impl<W: Write> Writer<W> {
    pub fn new(output: W) -> Self {
        Self { output }
    }

    pub fn write(&mut self, sample: &Sample) -> io::Result<()> {
        serde_json::to_writer(&mut self.output, sample)?;
        self.output.write_all(b"\n")
    }

    /// Leaves nothing in the buffer of what is written to.
    pub fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    /// What was written to, with nothing left in its buffer.
    pub fn finish(mut self) -> io::Result<W> {
        self.output.flush()?;
        Ok(self.output)
    }
}

/// All of a run, stage by stage, in the order in which answers ended.
pub fn write<W: Write>(run: &Run, output: W) -> io::Result<W> {
    let mut writer = Writer::new(output);
    for sample in run.stages.iter().flat_map(|stage| &stage.samples) {
        writer.write(sample)?;
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::run;

    #[test]
    fn each_line_is_a_sample() {
        let run = run();
        let text = String::from_utf8(write(&run, Vec::new()).unwrap()).unwrap();
        let read: Vec<Sample> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let samples: Vec<Sample> = run.stages.iter().flat_map(|stage| stage.samples.clone()).collect();
        assert_eq!(read, samples);
        insta::assert_snapshot!(text.lines().next().unwrap());
    }
}
