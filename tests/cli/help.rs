//! Help, exit codes, completions.

use clap::CommandFactory;
use clap::ValueEnum;
use llmd::cli::Cli;
use llmd::commands::completions::Target;

use crate::harness::Sandbox;

#[test]
fn exit_codes_are_documented() {
    insta::assert_snapshot!(Sandbox::new().run("help exit-codes"));
}

#[test]
fn every_verb_has_an_example() {
    let command = Cli::command();
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let leaves: Vec<_> = verb.get_subcommands().collect();
        let has_example = |command: &clap::Command| {
            command.get_after_help().is_some_and(|help| help.to_string().contains("Example"))
        };
        assert!(
            has_example(verb) || leaves.iter().any(|leaf| has_example(leaf)),
            "`llmd {}` shows no example",
            verb.get_name()
        );
    }
}

/// The files in `completions/` are what the binary generates; `tests/run` explains how to write them anew.
#[test]
fn completions_are_fresh() {
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("completions");
    for target in Target::value_variants() {
        let file = folder.join(target.file_name());
        let generated = target.generate(Cli::command()).unwrap();
        if std::env::var_os("LLMD_UPDATE_COMPLETIONS").is_some() {
            std::fs::write(&file, &generated).unwrap();
        }
        let written = std::fs::read(&file).unwrap_or_default();
        assert!(
            written == generated,
            "{} is stale: LLMD_UPDATE_COMPLETIONS=1 cargo test --test cli completions_are_fresh",
            file.display()
        );
    }
}

#[test]
fn nothing_given_shows_help() {
    let shown = Sandbox::new().run("");
    assert!(shown.starts_with("exit 2") && shown.contains("Usage: llmd"), "{shown}");
}
