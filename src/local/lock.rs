//! Locks that end with their holder.
//!
//! A process that is started inherits its lock: the lock belongs to the open file, and is free when the last process that
//! has it open is gone.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use super::{Folder, io_failure};
use crate::machine::here;
use crate::{Exit, Failure};

/// Who holds a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Nobody,
    /// A living process; its number is known once it has begun.
    Process(Option<u32>),
    /// A living process whose number means something else here: the folder is shared with another machine or container.
    Elsewhere,
}

impl Holder {
    pub(super) fn is_alive(self) -> bool {
        self != Self::Nobody
    }
}

/// Who holds the lock of this path. Whoever asks at the same time does not disturb.
pub(super) fn holder(path: &Path) -> Result<Holder, Failure> {
    let held = || -> io::Result<Holder> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Holder::Nobody),
            opened => opened?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Holder::Nobody),
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.read_to_string(&mut text)?;
                Ok(signed_by(text.trim()))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    };
    held().map_err(|error| io_failure("failed to look at the lock", path, &error))
}

fn signed_by(text: &str) -> Holder {
    match text.split_once(' ').unwrap_or((text, "")) {
        ("", _) => Holder::Process(None),
        (pid, place) if place == here() => Holder::Process(pid.parse().ok()),
        _ => Holder::Elsewhere,
    }
}

/// What the process of this number writes.
pub(super) fn signature(pid: u32) -> String {
    format!("{pid} {}", here())
}

/// The refusal to touch a process that [`Holder::Elsewhere`] is about.
pub(super) fn elsewhere(name: &str) -> Failure {
    Failure::message(Exit::Conflict, format!("{name} {ELSEWHERE}"))
        .hint("do this where it was started, or set XDG_STATE_HOME to a folder that is not shared")
}

pub(super) const ELSEWHERE: &str = "runs on another machine or in another container";

/// Takes the lock of a process that is to be started. Who only asks holds it for a moment, so it is tried again.
pub(super) async fn take(path: &Path) -> Result<File, Failure> {
    const TRIES: usize = 100;
    let failed = |error: io::Error| io_failure("failed to lock", path, &error);
    let file = open(path).map_err(failed)?;
    for _ in 0..TRIES {
        match file.try_lock() {
            // The number that stands there is that of an earlier process.
            Ok(()) => return file.set_len(0).map(|()| file).map_err(failed),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(10)).await,
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
    Err(Failure::message(Exit::Failed, format!("{} is held by a process that runs already", path.display())))
}

/// Writes who holds a lock.
pub(super) fn sign(mut file: &File, text: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

fn open(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}

/// The right to change a stack: one command at a time.
#[derive(Debug)]
pub(super) struct Operation {
    folder: Folder,
    file: File,
}

impl Operation {
    /// Begins to change the stack in this folder, which is made if need be.
    ///
    /// # Errors
    /// When another command does, which is named: [`Exit::Conflict`], as for the lock of a deployment on a cluster.
    pub(super) fn begin(folder: &Folder, verb: &str) -> Result<Self, Failure> {
        let path = folder.operation();
        let failed = |error: io::Error| io_failure("failed to lock", &path, &error);
        loop {
            folder.create()?;
            let mut file = open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    file.read_to_string(&mut holder).map_err(failed)?;
                    let text = format!("another command changes this stack: {}", holder.trim());
                    return Err(Failure::message(Exit::Conflict, text).hint("wait until it has ended"));
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // Whoever held it may have removed the folder.
            if is_at(&file, &path) {
                sign(&file, &format!("llmd {verb}, process {}\n", std::process::id())).map_err(failed)?;
                folder.sweep();
                return Ok(Self { folder: folder.clone(), file });
            }
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        // After a destroy it may be another's folder.
        if is_at(&self.file, &self.folder.operation()) {
            self.folder.remove_if_unused();
        }
    }
}

/// Whether the file is still the one of this path.
fn is_at(file: &File, path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|there| {
        file.metadata().is_ok_and(|held| (held.dev(), held.ino()) == (there.dev(), there.ino()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lock_is_held_as_long_as_its_file_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server-0");
        assert_eq!(holder(&path).unwrap(), Holder::Nobody);
        let lock = take(&path).await.unwrap();
        assert_eq!(holder(&path).unwrap(), Holder::Process(None));
        sign(&lock, &signature(123)).unwrap();
        assert_eq!(holder(&path).unwrap(), Holder::Process(Some(123)));
        // A copy that a child inherits is as good as the file itself.
        let inherited = lock.try_clone().unwrap();
        drop(lock);
        assert_eq!(holder(&path).unwrap(), Holder::Process(Some(123)));
        drop(inherited);
        assert_eq!(holder(&path).unwrap(), Holder::Nobody);
        let lock = take(&path).await.unwrap();
        for text in ["123 another-boot pid:[1]", "123"] {
            sign(&lock, text).unwrap();
            assert_eq!(holder(&path).unwrap(), Holder::Elsewhere, "{text}");
        }
        drop(lock);
        // What stands there is an earlier process's.
        let _lock = take(&path).await.unwrap();
        assert_eq!(holder(&path).unwrap(), Holder::Process(None));
    }

    #[test]
    fn one_command_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::at(root.path().join("llmd/local/blue"));
        let operation = Operation::begin(&folder, "apply").unwrap();
        let refused = Operation::begin(&folder, "destroy").unwrap_err();
        assert!(
            refused.to_string().contains(&format!("llmd apply, process {}", std::process::id())),
            "{refused}"
        );
        assert_eq!(refused.exit, Exit::Conflict);
        drop(operation);
        let left = root.path().join("llmd/local/.blue-77");
        std::fs::create_dir_all(&left).unwrap();
        drop(Operation::begin(&folder, "destroy").unwrap());
        assert!(!left.exists(), "what a destroy that was cut off left is swept");
        assert!(!root.path().join("llmd").exists(), "nothing came of it");
        drop(Operation::begin(&folder, "destroy").unwrap());
    }
}
