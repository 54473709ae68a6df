//! Where a stack is kept: `$XDG_STATE_HOME/llmd/local/POSTFIX/`.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::io_failure;
use crate::{Exit, Failure};
use crate::{draft, env_vars};

/// The folder of one stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder of a postfix, whether it is there or not.
    ///
    /// # Errors
    /// When the user has no place for state.
    pub fn of(postfix: &str) -> Result<Self, Failure> {
        Ok(Self { path: root()?.join(postfix) })
    }

    #[cfg(test)]
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The postfixes that have a folder, in order.
    pub(super) fn postfixes() -> Result<Vec<String>, Failure> {
        let Ok(root) = root() else { return Ok(Vec::new()) };
        let entries = match fs::read_dir(&root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_failure("failed to read", &root, &error)),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut postfixes: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        postfixes.sort();
        Ok(postfixes)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The end of the stack's name.
    pub(super) fn postfix(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What ought to run.
    pub(super) fn stack(&self) -> PathBuf {
        self.path.join("stack.json")
    }

    /// The model servers, as the scheduler's `file-discovery` reads them.
    pub(super) fn endpoints(&self) -> PathBuf {
        self.path.join("endpoints.yaml")
    }

    /// Held while a command changes the stack.
    pub(super) fn operation(&self) -> PathBuf {
        self.path.join("operation")
    }

    /// What a process prints.
    pub fn log(&self, name: &str) -> PathBuf {
        self.path.join("logs").join(format!("{name}.log"))
    }

    /// Held while a process lives.
    pub(super) fn lock(&self, name: &str) -> PathBuf {
        self.locks().join(name)
    }

    fn locks(&self) -> PathBuf {
        self.path.join("locks")
    }

    /// The names of all processes that were ever started here.
    pub(super) fn locked_names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.locks()).into_iter().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// Makes the folder with those in it.
    pub(super) fn create(&self) -> Result<(), Failure> {
        for path in [self.path.clone(), self.locks(), self.path.join("logs")] {
            fs::create_dir_all(&path)
                .map_err(|error| io_failure("failed to make the folder", &path, &error))?;
        }
        Ok(())
    }

    /// Writes a file of the folder so that readers see the old text or the new one.
    pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
        let written = draft::replace(path, draft::PUBLIC, |file| file.write_all(text.as_bytes()));
        written.map_err(|error| io_failure("failed to write", path, &error))
    }

    /// The last lines that a process printed.
    pub(super) fn log_end(&self, name: &str, lines: usize) -> Vec<String> {
        let text = fs::read(self.log(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let mut last: Vec<String> = text
            .lines()
            .rev()
            .filter(|line| !line.trim().is_empty())
            .take(lines)
            .map(str::to_owned)
            .collect();
        last.reverse();
        last
    }

    /// Removes the folder with all that is in it, and those above it that are empty then. It goes in one step: nobody
    /// finds half of it.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        let name = self.postfix();
        let going = self.path.with_file_name(format!(".{name}-{}", std::process::id()));
        let removed = fs::rename(&self.path, &going).and_then(|()| fs::remove_dir_all(&going));
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(io_failure("failed to remove", &self.path, &error));
            }
            _ => self.remove_empty_parents(),
        }
        Ok(())
    }

    /// Removes what a [`Self::remove`] that was cut off has left.
    pub(super) fn sweep(&self) {
        let (begin, parent) = (format!(".{}-", self.postfix()), self.path.parent());
        let entries = parent.and_then(|parent| fs::read_dir(parent).ok()).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let pid = name.to_str().and_then(|name| name.strip_prefix(&begin));
            if pid.is_some_and(|pid| pid.parse::<u32>().is_ok()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Removes what was made for nothing: the folder itself when nothing has come of it.
    pub(super) fn remove_if_unused(&self) {
        if self.stack().exists() || !self.locked_names().is_empty() {
            return;
        }
        // What is not empty stays, which is right.
        let _ = fs::remove_file(self.operation());
        for path in [self.locks(), self.path.join("logs"), self.path.clone()] {
            let _ = fs::remove_dir(path);
        }
        self.remove_empty_parents();
    }

    fn remove_empty_parents(&self) {
        // `local` and `llmd`; the one above is not ours.
        for parent in self.path.ancestors().skip(1).take(2) {
            let _: io::Result<()> = fs::remove_dir(parent);
        }
    }
}

/// The folder that holds those of all stacks.
fn root() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("local"))
}

/// Where this program keeps what outlives a command.
///
/// # Errors
/// When the user has no place for state.
pub fn state_folder() -> Result<PathBuf, Failure> {
    let path = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = path(env_vars::XDG_STATE_HOME).or_else(|| Some(path(env_vars::HOME)?.join(".local/state")));
    let state = state.ok_or_else(|| {
        Failure::message(
            Exit::Preflight,
            "there is no place for the state of a local stack: $HOME is not set",
        )
        .hint("set XDG_STATE_HOME to the absolute path of a folder")
    })?;
    Ok(state.join("llmd"))
}
