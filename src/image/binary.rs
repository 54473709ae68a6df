//! The binary that an image is made of: found, read, and refused where it could not run in an empty root.

use std::fs;
use std::path::{Path, PathBuf};

use super::Program;
use super::elf::{self, Architecture};
use crate::{Exit, Failure};

/// A program that needs nothing beside it.
#[derive(Debug)]
pub struct Binary {
    pub path: PathBuf,
    pub architecture: Architecture,
    pub content: Vec<u8>,
}

/// Reads the binary at `given`, else the one that a build has left beside this program.
///
/// # Errors
/// Where there is none, or where it is not static or is for another processor.
pub fn find(program: Program, given: Option<&Path>, architecture: Architecture) -> Result<Binary, Failure> {
    if let Some(path) = given {
        return read(program, path, architecture);
    }
    let here = std::env::current_exe().map_err(|error| Failure::new(Exit::Failed, error))?;
    let candidates = candidates(program, &here, architecture);
    let mut refused = None;
    for path in candidates.iter().filter(|path| path.is_file()) {
        match read(program, path, architecture) {
            Ok(binary) => return Ok(binary),
            Err(failure) => {
                refused.get_or_insert(failure);
            }
        }
    }
    Err(refused.unwrap_or_else(|| {
        let looked: Vec<String> = candidates.iter().map(|path| path.display().to_string()).collect();
        Failure::message(Exit::Preflight, format!("there is no binary of the {program} beside this program"))
            .problems(looked.into_iter().map(|path| format!("not there: {path}")))
            .hint(build_hint(program, architecture))
            .hint("or name one: --binary FILE")
    }))
}

/// Where builds leave it: those for a target of their own first, as only those are static.
fn candidates(program: Program, here: &Path, architecture: Architecture) -> Vec<PathBuf> {
    let Some(folder) = here.parent() else { return Vec::new() };
    let target = folder.parent();
    let of_targets = ["unknown-linux-musl", "unknown-linux-gnu"].into_iter().filter_map(|system| {
        let triple = format!("{}-{system}", architecture.rust_name());
        Some(target?.join(triple).join("release").join(program.name()))
    });
    let mut candidates: Vec<PathBuf> = of_targets.collect();
    candidates.push(match program {
        Program::Llmd => here.to_owned(),
        _ => folder.join(program.name()),
    });
    candidates
}

fn read(program: Program, path: &Path, wanted: Architecture) -> Result<Binary, Failure> {
    let refuse =
        |why: String| Failure::message(Exit::Preflight, format!("{} makes no image: {why}", path.display()));
    let content = fs::read(path).map_err(|error| refuse(error.to_string()))?;
    let header = elf::read(&content).map_err(|unreadable| {
        refuse(unreadable.to_string())
            .hint("an image holds a program for Linux: name another file with --binary")
    })?;
    if let Some(linker) = header.interpreter {
        return Err(refuse(format!(
            "it is linked dynamically and needs {linker}, which an empty root does not have"
        ))
        .hint(build_hint(program, wanted)));
    }
    if header.architecture != Some(wanted) {
        let found = header.architecture.map_or_else(|| "another processor".to_owned(), |it| it.to_string());
        let failure = refuse(format!("it is for {found}, and the image is for {wanted}"));
        return Err(match header.architecture {
            Some(found) => failure.hint(format!("make the image for it: --architecture {found}")),
            None => failure,
        });
    }
    Ok(Binary { path: path.to_owned(), architecture: wanted, content })
}

/// How a static binary is built where the Rust toolchain is; the target keeps build scripts as they are.
fn build_hint(program: Program, architecture: Architecture) -> String {
    format!(
        "build a static one: RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --target \
         {}-unknown-linux-gnu -p {program}",
        architecture.rust_name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn static_builds_come_first() {
        let paths = candidates(Program::Scheduler, Path::new("/w/target/release/llmd"), Architecture::Amd64);
        let paths: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(
            paths,
            [
                "/w/target/x86_64-unknown-linux-musl/release/scheduler",
                "/w/target/x86_64-unknown-linux-gnu/release/scheduler",
                "/w/target/release/scheduler",
            ]
        );
        let own = candidates(Program::Llmd, Path::new("/usr/bin/llmd"), Architecture::Arm64);
        assert_eq!(own.last().unwrap(), Path::new("/usr/bin/llmd"));
    }

    #[test]
    fn a_dynamic_binary_is_refused_with_the_next_step() {
        let own = std::env::current_exe().unwrap();
        let architecture = Architecture::of_this_machine().unwrap();
        let text = read(Program::Scheduler, &own, architecture).unwrap_err().to_string();
        assert!(text.contains("linked dynamically"), "{text}");
        assert!(text.contains("crt-static"), "{text}");
    }
}
