//! What the header of an ELF file says: the processor, and whether it wants a dynamic linker.

use std::fmt;

use serde::Serialize;

/// The processors that there are images for, as OCI names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    Amd64,
    Arm64,
}

impl Architecture {
    /// The processor that this program was built for, if there are images for it.
    pub fn of_this_machine() -> Option<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Some(Self::Amd64),
            "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }

    /// The word in Rust's names of targets.
    pub(super) fn rust_name(self) -> &'static str {
        match self {
            Self::Amd64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        })
    }
}

/// A program as its header describes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// None for a processor that there are no images for.
    pub(super) architecture: Option<Architecture>,
    /// Path of the dynamic linker, in a program that is not static.
    pub(super) interpreter: Option<String>,
}

/// A file that is no program for Linux on a 64-bit little-endian processor.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it is no ELF file")]
    NotElf,
    #[error("it is not for a 64-bit little-endian processor")]
    OtherClass,
    #[error("it is a library or an object file, not a program")]
    NotProgram,
    #[error("it is cut off")]
    CutOff,
}

const PROGRAM_HEADER_SIZE: usize = 56;
const INTERPRETER: u32 = 3;

/// Reads the file header and the program headers (the ELF-64 object file format, version 1.5).
pub(super) fn read(file: &[u8]) -> Result<Header, Unreadable> {
    if !file.starts_with(b"\x7fELF") {
        return Err(Unreadable::NotElf);
    }
    if file.get(4..6).ok_or(Unreadable::CutOff)? != [2, 1] {
        return Err(Unreadable::OtherClass);
    }
    // A program that may be loaded anywhere has the type of a shared object, but is one with an entry point.
    let entry = number(file, 24, 8)?;
    if !matches!(number(file, 16, 2)?, 2 | 3) || entry == 0 {
        return Err(Unreadable::NotProgram);
    }
    let architecture = match number(file, 18, 2)? {
        62 => Some(Architecture::Amd64),
        183 => Some(Architecture::Arm64),
        _ => None,
    };
    let (table, size, count) = (number(file, 32, 8)?, number(file, 54, 2)?, number(file, 56, 2)?);
    if count > 0 && size < PROGRAM_HEADER_SIZE {
        return Err(Unreadable::CutOff);
    }
    let mut interpreter = None;
    for index in 0..count {
        let header =
            index.checked_mul(size).and_then(|at| at.checked_add(table)).ok_or(Unreadable::CutOff)?;
        if number(file, header, 4)? != INTERPRETER as usize {
            continue;
        }
        let (start, length) = (number(file, header + 8, 8)?, number(file, header + 32, 8)?);
        let end = start.checked_add(length).ok_or(Unreadable::CutOff)?;
        let path = file.get(start..end).ok_or(Unreadable::CutOff)?;
        interpreter = Some(String::from_utf8_lossy(path).trim_end_matches('\0').to_owned());
    }
    Ok(Header { architecture, interpreter })
}

/// The little-endian number of `length` bytes, at most eight, at a place.
fn number(file: &[u8], at: usize, length: usize) -> Result<usize, Unreadable> {
    let end = at.checked_add(length).ok_or(Unreadable::CutOff)?;
    let bytes = file.get(at..end).ok_or(Unreadable::CutOff)?;
    let number = bytes.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    usize::try_from(number).map_err(|_| Unreadable::CutOff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The smallest program: headers and, if it has one, the path of its dynamic linker.
    fn program(machine: u8, interpreter: Option<&str>) -> Vec<u8> {
        let mut file = vec![0; 64 + PROGRAM_HEADER_SIZE];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        file[16] = 3;
        file[18] = machine;
        file[24] = 1;
        file[32] = 64;
        file[54] = 56;
        file[56] = 1;
        file[64] = 1;
        if let Some(path) = interpreter {
            file[64] = 3;
            file[64 + 8] = 120;
            file[64 + 32] = u8::try_from(path.len()).unwrap();
            file.extend_from_slice(path.as_bytes());
        }
        file
    }

    #[test]
    fn a_static_program_has_no_interpreter() {
        let header = read(&program(62, None)).unwrap();
        assert_eq!(header, Header { architecture: Some(Architecture::Amd64), interpreter: None });
        assert_eq!(read(&program(183, None)).unwrap().architecture, Some(Architecture::Arm64));
        assert_eq!(read(&program(8, None)).unwrap().architecture, None);
    }

    #[test]
    fn a_dynamic_program_names_its_linker() {
        let header = read(&program(62, Some("/lib64/ld-linux-x86-64.so.2"))).unwrap();
        assert_eq!(header.interpreter.as_deref(), Some("/lib64/ld-linux-x86-64.so.2"));
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert_eq!(read(b"#!/bin/sh"), Err(Unreadable::NotElf));
        let with = |at: usize, byte: u8| {
            let mut file = program(62, None);
            file[at] = byte;
            read(&file)
        };
        assert_eq!(with(4, 1), Err(Unreadable::OtherClass));
        assert_eq!(with(16, 1), Err(Unreadable::NotProgram));
        assert_eq!(with(24, 0), Err(Unreadable::NotProgram));
        assert_eq!(with(56, 9), Err(Unreadable::CutOff));
    }

    #[test]
    fn this_test_is_a_program() {
        let file = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(read(&file).unwrap().architecture, Architecture::of_this_machine());
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(at in 0usize..120, byte: u8, length in 0usize..200) {
            let mut file = program(62, Some("/lib/ld.so"));
            file[at] = byte;
            file.truncate(length);
            let _ = read(&file);
        }
    }
}
