//! The static programs that the images are made of.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "x86_64-unknown-linux-gnu";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("static")
}

/// Builds them, in a folder of their own: other flags make other dependencies.
pub(crate) fn build() {
    let mut command = Command::new(env!("CARGO"));
    // What cargo tells this test would look like a change to what it is to build.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_") && name != "CARGO_HOME") {
            command.env_remove(name);
        }
    }
    let status = command
        .args(["build", "--quiet", "--locked", "-p", "scheduler", "-p", "simulator", "--target", TARGET])
        .arg("--target-dir")
        .arg(folder())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_PROFILE_DEV_STRIP", "symbols")
        .status()
        .unwrap();
    assert!(status.success(), "the static programs cannot be built");
}

pub(crate) fn path(name: &str) -> PathBuf {
    folder().join(TARGET).join("debug").join(name)
}
