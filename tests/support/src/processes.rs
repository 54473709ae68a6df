//! Servers that never outlive the test that started them.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads `started NUMBER` and `ended NUMBER` until its input ends, which happens when the test process drops the
/// group or dies in whatever way; then ends the processes that are left and removes the folder. A destructor alone
/// would not do: those of statics are never run, nor any when the test is killed. The loop is there because a dying
/// server may still write a file.
const JANITOR: &str = r#"
pids=
while read -r what pid; do
    case $what in
        started) pids="$pids $pid" ;;
        ended) left=; for one in $pids; do [ "$one" = "$pid" ] || left="$left $one"; done; pids=$left ;;
    esac
done
[ -z "$pids" ] || kill -KILL $pids
tries=0
until rm -rf -- "$1" || [ "$tries" -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
"#;

/// Server processes that share a folder for their data and logs and go together.
pub(crate) struct ProcessGroup {
    folder: PathBuf,
    janitor: Child,
    members: Mutex<Vec<Member>>,
}

struct Member {
    name: String,
    child: Child,
}

impl ProcessGroup {
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix(&format!("llmd-test-{name}-"))
            .tempdir()
            .expect("a temporary folder can be made")
            .keep(); // the janitor removes it
        let janitor = Command::new("sh")
            .args(["-c", JANITOR, "janitor"])
            .arg(&folder)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0) // an interrupt from the terminal must not reach it
            .spawn()
            .expect("sh can be started");
        Self { folder, janitor, members: Mutex::default() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a server; what it prints goes to the end of `NAME.log` in the folder.
    pub(crate) fn start(&self, name: &str, command: &mut Command) {
        let child = self.spawn(name, command);
        self.lock().push(Member { name: name.to_owned(), child });
    }

    /// Kills a server and starts it again.
    pub(crate) fn restart(&self, name: &str, command: &mut Command) {
        let mut members = self.lock();
        let member = members.iter_mut().find(|member| member.name == name).expect("it was started");
        let _ = member.child.kill();
        // Its number may be another process's as soon as it is waited for.
        self.tell_janitor("ended", &member.child);
        let _ = member.child.wait();
        member.child = self.spawn(name, command);
    }

    fn spawn(&self, name: &str, command: &mut Command) -> Child {
        let log = File::options().create(true).append(true).open(self.log(name));
        let log = log.expect("a log file can be made");
        let child = command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log file can be shared"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {name}: {error}"));
        self.tell_janitor("started", &child);
        child
    }

    fn tell_janitor(&self, what: &str, child: &Child) {
        let mut orders = self.janitor.stdin.as_ref().expect("the janitor has a pipe");
        writeln!(orders, "{what} {}", child.id()).expect("the janitor listens");
    }

    /// Ends the servers and leaves their files until the group is dropped.
    pub(crate) fn stop(&self) {
        for member in self.lock().iter_mut() {
            let _ = member.child.kill();
            let _ = member.child.wait();
        }
    }

    /// Fails the test, with the end of the log, when a server has ended.
    pub(crate) fn assert_alive(&self) {
        let ended = self.lock().iter_mut().find_map(|member| {
            let status = member.child.try_wait().ok().flatten()?;
            Some((member.name.clone(), status))
        });
        if let Some((name, status)) = ended {
            panic!("{name} has ended ({status}); the end of its log:\n{}", self.log_end(&name));
        }
    }

    /// The last lines that a server printed.
    pub(crate) fn log_end(&self, name: &str) -> String {
        let text = fs::read(self.log(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = text.unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(30).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.log"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Member>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        // The janitor first: until they are waited for, the numbers of its processes belong to nobody else.
        drop(self.janitor.stdin.take());
        self.stop();
        let _ = self.janitor.wait();
    }
}
