//! A folder of a user's own, a static program to make images of, and HTTP by hand.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::schema;

pub(crate) struct User(TempDir);

impl User {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// `llmd image WORDS`, split at blanks.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmd"));
        command
            .arg("image")
            .args(words.split_whitespace())
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path());
        command
    }

    pub(crate) fn run(&self, words: &str) -> Output {
        let mut command = self.command(words);
        let output = command.output().unwrap();
        schema::check(command.get_args(), &String::from_utf8_lossy(&output.stdout));
        output
    }

    /// The report of a run that must succeed.
    pub(crate) fn report(&self, words: &str) -> Value {
        let output = self.run(&format!("{words} -o json"));
        assert!(output.status.success(), "{words}: {}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Builds the scheduler's image of the static program.
    pub(crate) fn build(&self) -> Value {
        self.report(&format!("build scheduler --binary {}", static_program().display()))
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What the static program prints.
pub(crate) const GREETING: &str = "nothing else is here";

/// A static program that looks whether it is alone, compiled once for all tests.
pub(crate) fn static_program() -> &'static Path {
    static PROGRAM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = PROGRAM.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let (source, path) = (folder.path().join("program.rs"), folder.path().join("program"));
        let text = format!(
            "fn main() {{ assert!(!std::path::Path::new(\"/lib\").exists()); println!({GREETING:?}); }}"
        );
        std::fs::write(&source, text).unwrap();
        let flags = ["-C", "target-feature=+crt-static", "-C", "strip=symbols", "-o"];
        let compiled = Command::new("rustc").args(flags).arg(&path).arg(&source).output().unwrap();
        assert!(compiled.status.success(), "{}", stderr(&compiled));
        (folder, path)
    });
    path
}

pub(crate) fn sha256(content: &[u8]) -> String {
    let digits: Vec<String> = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{}", digits.concat())
}

/// The body that a registry gives, which must be there.
pub(crate) fn get(host: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(host).unwrap();
    let accept = "application/vnd.oci.image.manifest.v1+json";
    write!(stream, "GET /v2/{path} HTTP/1.0\r\nHost: {host}\r\nAccept: {accept}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    assert!(head.lines().next().unwrap().contains(" 200 "), "{path}: {head}");
    answer.split_off(end + 4)
}

/// Unpacks a compressed layer below a folder.
pub(crate) fn unpack(layer: &[u8], folder: &Path) {
    tar::Archive::new(flate2::read::GzDecoder::new(layer)).unpack(folder).unwrap();
}
