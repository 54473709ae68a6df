//! What this machine has pushed: which image stands under which name.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Program;
use crate::{Exit, Failure, draft};

/// The record of pushes, a file among this program's state.
#[derive(Debug)]
pub struct Pushed {
    file: PathBuf,
    digests: Digests,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct Digests(BTreeMap<String, String>);

impl Pushed {
    /// Reads the record.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn open(file: PathBuf) -> Result<Self, Failure> {
        let digests = match fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).map_err(std::io::Error::from),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Digests::default()),
            Err(error) => Err(error),
        };
        match digests {
            Ok(digests) => Ok(Self { file, digests }),
            Err(error) => {
                let text =
                    format!("the record of pushed images, {}, cannot be read: {error}", file.display());
                Err(Failure::message(Exit::Failed, text).hint("remove it; a push writes it anew"))
            }
        }
    }

    /// Notes a push.
    ///
    /// # Errors
    /// Where the record cannot be written.
    pub fn note(&mut self, reference: &str, digest: &str) -> Result<(), Failure> {
        self.digests.0.insert(reference.to_owned(), digest.to_owned());
        let write = || {
            fs::create_dir_all(self.file.parent().unwrap_or(&self.file))?;
            let text = serde_json::to_string_pretty(&self.digests)?;
            draft::replace(&self.file, draft::PUBLIC, |file| file.write_all(text.as_bytes()))
        };
        write().map_err(|error: std::io::Error| {
            Failure::message(Exit::Failed, format!("failed to write {}: {error}", self.file.display()))
        })
    }

    /// The program of an image that only a push of ours puts into a registry, and that was not pushed from here.
    pub fn is_missing(&self, image: &str) -> Option<Program> {
        let path = image.split('@').next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        let program = Program::of_image(last.split(':').next().unwrap_or_default())?;
        (!self.digests.0.contains_key(image)).then_some(program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_is_remembered() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("images/pushed.json");
        let image = "localhost:5000/team/llmd-scheduler:v1";
        let mut pushed = Pushed::open(file.clone()).unwrap();
        assert_eq!(pushed.is_missing(image), Some(Program::Scheduler));
        pushed.note(image, "sha256:1").unwrap();
        assert_eq!(pushed.is_missing(image), None);
        assert_eq!(Pushed::open(file).unwrap().is_missing(image), None);
        assert_eq!(pushed.is_missing("localhost:5000/team/llmd-simulator:v1"), Some(Program::Simulator));
    }

    #[test]
    fn images_of_others_are_not_missed() {
        let pushed = Pushed { file: PathBuf::new(), digests: Digests::default() };
        for image in
            ["ghcr.io/llm-d/llm-d-inference-scheduler:v0.4.0", "llmd-scheduler-fork:1", "", "a/b@sha256:1"]
        {
            assert_eq!(pushed.is_missing(image), None, "{image}");
        }
    }
}
