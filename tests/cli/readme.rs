//! The README's tour, run as it stands, as far as it needs no cluster.

use std::process::{Command, Stdio};

use crate::harness::Sandbox;

/// A command as the README shows it, and what the README says that it prints.
struct Shown {
    command: String,
    output: String,
}

/// The commands of the `console` blocks of a text. A here-document belongs to its command.
fn shown(text: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut in_block = false;
    let mut in_document = false;
    for line in text.lines() {
        if line.starts_with("```") {
            in_block = line == "```console";
            continue;
        }
        if !in_block {
            continue;
        }
        if let Some(command) = line.strip_prefix("$ ") {
            in_document = command.contains("<<EOF");
            found.push(Shown { command: format!("{command}\n"), output: String::new() });
        } else if let Some(last) = found.last_mut() {
            let part = if in_document { &mut last.command } else { &mut last.output };
            part.push_str(line);
            part.push('\n');
            in_document &= line != "EOF";
        }
    }
    found
}

/// Words without the blanks that align them.
fn words(text: &str) -> Vec<Vec<&str>> {
    text.trim().lines().map(|line| line.split_whitespace().collect()).collect()
}

#[test]
fn the_tour_prints_what_the_readme_shows() {
    let readme = include_str!("../../README.md");
    let tour = readme.split("## A tour").nth(1).unwrap().split("### On this machine").next().unwrap();
    let commands = shown(tour);
    assert!(commands.len() >= 7, "only {} commands were found", commands.len());
    let sandbox = Sandbox::new();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_llmd"));
    let inherited = std::env::var_os("PATH").unwrap();
    let folders =
        binary.parent().map(std::path::Path::to_owned).into_iter().chain(std::env::split_paths(&inherited));
    let path = std::env::join_paths(folders).unwrap();
    for Shown { command, output } in commands {
        let run = Command::new("bash")
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .current_dir(sandbox.path())
            .env_clear()
            .env("PATH", &path)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        assert!(
            words(&printed) == words(&output),
            "$ {command}\nprints\n{printed}\nthe README says\n{output}"
        );
    }
}
