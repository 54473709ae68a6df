//! `llmd render`: the objects as text or files.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{StackArgs, local};
use crate::environment::is_local;
use crate::error::{Exit, Failure};
use crate::render::output::{self, OutputFile};
use crate::render::{Part, Stack};
use crate::ui::Printer;

/// Print every object of an environment
///
/// The output is in install order, so `kubectl apply -f -` takes it as it is. Values are merged as Helm merges
/// them: the charts' defaults, the environment, `-f` files, shortcuts, `--set`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd render -e istio -n llm-d | kubectl apply -f -
  llmd render -e gke --postfix blue --set ms.decode.replicas=4 -o dir=manifests
  llmd render -e kgateway -f ms=values.yaml --only ms
  llmd render -e gaudi --simulate                        # model servers become simulators")]
pub struct Args {
    #[command(flatten)]
    stack: StackArgs,
    /// Form of the output
    #[arg(short, long, default_value = "yaml", value_name = "yaml|json|dir=PATH|kustomize=PATH")]
    output: OutputForm,
    /// Only this part
    #[arg(long, value_name = "infra|gaie|ms", value_parser = part)]
    only: Option<Part>,
    /// Release name of the part that `--only` names
    #[arg(long, value_name = "NAME", requires = "only")]
    release_name: Option<String>,
}

#[derive(Clone, Debug)]
enum OutputForm {
    Yaml,
    Json,
    Directory(PathBuf),
    Kustomize(PathBuf),
}

impl FromStr for OutputForm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "yaml" => Ok(Self::Yaml),
            None if text == "json" => Ok(Self::Json),
            Some(("dir", path)) if !path.is_empty() => Ok(Self::Directory(path.into())),
            Some(("kustomize", path)) if !path.is_empty() => Ok(Self::Kustomize(path.into())),
            _ => Err("known forms: yaml, json, dir=PATH, kustomize=PATH".to_owned()),
        }
    }
}

fn part(text: &str) -> Result<Part, String> {
    Part::ALL
        .into_iter()
        .find(|part| part.key() == text)
        .ok_or_else(|| "the parts are infra, gaie and ms".to_owned())
}

pub fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { stack, output, only, release_name } = args;
    if is_local(&stack.target.environment)? {
        return match (output, only) {
            (OutputForm::Yaml | OutputForm::Json, None) => {
                local::render(stack, matches!(output, OutputForm::Json), ui)
            }
            (_, Some(_)) => {
                Err(Failure::usage("--only names a part of a cluster's stack; here there are processes"))
            }
            (_, None) => {
                Err(Failure::usage("processes are no manifests: they are written as yaml or json only"))
            }
        };
    }
    let stack = stack.render(*only, release_name.as_deref(), ui)?;
    match output {
        OutputForm::Yaml => ui.data(output::to_yaml(&stack).trim_end()),
        OutputForm::Json => ui.json(&output::to_list(&stack))?,
        OutputForm::Directory(path) => write_files(path, &output::to_files(&stack), ui)?,
        OutputForm::Kustomize(path) => write_kustomization(path, &stack, ui)?,
    }
    Ok(Exit::Done)
}

fn write_kustomization(path: &Path, stack: &Stack, ui: &Printer) -> Result<(), Failure> {
    write_files(path, &output::to_kustomization(stack), ui)?;
    ui.note(&format!("try it: kubectl apply -k {}", path.display()));
    Ok(())
}

/// Writes the files; refuses, before it writes any, a folder that holds YAML files of another render.
fn write_files(folder: &Path, files: &[OutputFile], ui: &Printer) -> Result<(), Failure> {
    let foreign = foreign_files(folder, files).map_err(|error| {
        Failure::usage(format!("the folder {} cannot be read: {error}", folder.display()))
    })?;
    if let Some(first) = foreign.first() {
        return Err(Failure::usage(format!(
            "the folder {} holds files that this render would not write, {} among them",
            folder.display(),
            first.display()
        ))
        .hint("name an empty folder, or remove what is left of an earlier render"));
    }
    for file in files {
        let path = folder.join(&file.path);
        let write = || {
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(&path, &file.text)
        };
        write().map_err(|error: std::io::Error| {
            Failure::message(Exit::Failed, format!("{} cannot be written: {error}", path.display()))
        })?;
    }
    ui.note(&format!("{} files written to {}", files.len(), folder.display()));
    Ok(())
}

fn foreign_files(folder: &Path, files: &[OutputFile]) -> std::io::Result<Vec<PathBuf>> {
    let mut foreign = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        let entries = match std::fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if !files.iter().any(|file| folder.join(&file.path) == path) {
                foreign.push(path);
            }
        }
    }
    foreign.sort();
    Ok(foreign)
}
