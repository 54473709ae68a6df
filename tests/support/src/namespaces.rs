//! Running a test a second time, in Linux namespaces of its own: what it starts, mounts and routes ends with it.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitStatus, Stdio};

use crate::tools::Tools;

/// Tells the second run that it is one, and which cgroup it may use.
const INSIDE: &str = "LLMD_TEST_CGROUP";

/// Set by `tests/guide/run`.
const ASKED_FOR: &str = "LLMD_TEST_GUIDE";

const CGROUPS: &str = "/sys/fs/cgroup";

/// Of the network, of mounts and of processes; when the first process ends, all others do.
const UNSHARE: &[&str] = &["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/// The cgroup of this test, where it runs in namespaces of its own.
pub fn cgroup() -> Option<String> {
    env::var_os(INSIDE)?.into_string().ok()
}

/// Runs this process's test of that name in namespaces of its own, with what it prints in plain sight.
pub fn run_inside(test: &str) -> ExitStatus {
    let cgroup = format!("llmd-test-{}", process::id());
    let folder =
        tempfile::Builder::new().prefix("llmd-test-inside-").tempdir().expect("a folder can be made");
    let program = env::current_exe().expect("a test knows its program");
    let mut command = Command::new("unshare");
    // The shell is the first process: it waits for those whose parents have ended.
    command.args(UNSHARE).args(["sh", "-c", "\"$@\"; exit $?", "sh"]).arg(program);
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(INSIDE, &cgroup).env("TMPDIR", folder.path());
    let status = command.status().expect("unshare can be started");
    remove_cgroup(&cgroup);
    status
}

/// Why tests do not run in namespaces of their own: nobody asked for it, or this machine cannot.
pub fn lack() -> Option<String> {
    if env::var_os(ASKED_FOR).is_none() {
        return Some("tests/guide/run, by root on Linux: it takes a quarter of an hour".to_owned());
    }
    let uid = fs::metadata("/proc/self").map_or(u32::MAX, |file| file.uid());
    if uid != 0 {
        return Some(format!("root, and this is user {uid}"));
    }
    let name = format!("llmd-test-probe-{}", process::id());
    let made = hierarchies().iter().all(|hierarchy| {
        let path = hierarchy.join(&name);
        fs::create_dir(&path).and_then(|()| fs::remove_dir(&path)).is_ok()
    });
    if !made || hierarchies().is_empty() {
        return Some(format!("cgroups that it may write, below {CGROUPS}"));
    }
    let tools = Tools::find();
    let script = "ip link add probe type bridge && iptables --list --table nat >/dev/null \
                  && mount --bind /proc/version /proc/meminfo && mount -t tmpfs tmpfs /run";
    let mut command = Command::new("unshare");
    command.args(UNSHARE).args(["sh", "-c", script]).stdin(Stdio::null());
    let output = node_environment(&mut command, &tools).output();
    match output {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
            Some(format!("namespaces with a network bridge, iptables and mounts of their own: {text}"))
        }
        Err(error) => Some(format!("the program unshare: {error}")),
    }
}

/// Lets a command find the programs of the node, and those the libraries they were built for.
pub(crate) fn node_environment<'a>(command: &'a mut Command, tools: &Tools) -> &'a mut Command {
    let node = tools.folder().join("node");
    let folders = ["iptables", "usr/bin", "usr/sbin", "bin", "sbin"].map(|folder| node.join(folder));
    let path: Vec<_> = folders.iter().map(|folder| folder.to_string_lossy()).collect();
    let libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map(|folder| node.join(folder));
    let libraries: Vec<_> = libraries.iter().map(|folder| folder.to_string_lossy()).collect();
    command
        .env("PATH", format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", path.join(":")))
        .env("LD_LIBRARY_PATH", libraries.join(":"))
        .env("XTABLES_LIBDIR", node.join("usr/lib/x86_64-linux-gnu/xtables"))
}

/// Every hierarchy of cgroups: one in version 2, one for each controller in version 1.
fn hierarchies() -> Vec<PathBuf> {
    let root = PathBuf::from(CGROUPS);
    let is_hierarchy = |path: &PathBuf| path.join("cgroup.procs").exists();
    if is_hierarchy(&root) {
        return vec![root];
    }
    let entries = fs::read_dir(&root).into_iter().flatten().flatten();
    let is_link = |path: &PathBuf| path.is_symlink();
    entries.map(|entry| entry.path()).filter(|path| is_hierarchy(path) && !is_link(path)).collect()
}

fn remove_cgroup(name: &str) {
    for hierarchy in hierarchies() {
        remove_folders(&hierarchy.join(name));
    }
}

/// Removes a cgroup with those below it; their files go with them.
fn remove_folders(path: &Path) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            remove_folders(&entry.path());
        }
    }
    let _ = fs::remove_dir(path);
}
