//! `llmd secret`: the Secrets that a stack reads and that are no part of it.

use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;

use super::doctor::Patient;
use super::{Output, StackArgs, unless_interrupted};
use crate::cluster::{Cluster, ConnectArgs, Kept};
use crate::doctor::token;
use crate::env_vars;
use crate::ui::{Answer, Printer};
use crate::{Exit, Failure};

/// Make or change the Secrets that a stack reads
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    secret: SecretKind,
}

#[derive(Debug, Subcommand)]
enum SecretKind {
    /// Store the token for Hugging Face where the model servers look for it
    ///
    /// The token comes from the environment variable `HF_TOKEN`, a file, or standard input; never from the command line,
    /// which others can read. It is never printed. The namespace is made where it is absent.
    #[command(after_help = "Examples:
  HF_TOKEN=… llmd secret hf-token -e istio -n llm-d
  llmd secret hf-token -n llm-d --from-file ~/.cache/huggingface/token
  pass show huggingface | llmd secret hf-token -n llm-d --yes")]
    HfToken(TokenArgs),
}

#[derive(Debug, clap::Args)]
struct TokenArgs {
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    connection: ConnectArgs,
    /// Taken only to be refused, without being repeated in the message
    #[arg(hide = true)]
    given: Option<String>,
    /// File that holds the token; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
    /// Replace another token without asking
    #[arg(short, long)]
    yes: bool,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// What became of the Secret.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SecretReport<'a> {
    /// Where it is.
    namespace: &'a str,
    /// Whether the namespace was not there before.
    namespace_created: bool,
    /// Name of the Secret.
    secret: &'a str,
    /// The key that holds the token.
    key: &'a str,
    /// What was done.
    action: Change,
}

#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Change {
    /// There was none.
    Stored,
    /// There was another one.
    Replaced,
    /// It was there already.
    Unchanged,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let SecretKind::HfToken(args) = &args.secret;
    if args.given.is_some() {
        let text =
            "a token on the command line can be read by others: it was not taken, and should be replaced";
        return Err(
            Failure::usage(text).hint("set HF_TOKEN, name a file with --from-file, or use standard input")
        );
    }
    let stack = Patient::new(&args.stack)?.stack;
    let place = token::place(&stack).unwrap_or_default();
    let (secret, key, namespace) = (place.secret.as_str(), place.key.as_str(), stack.namespace.as_str());
    let token = read(args.from_file.as_deref())?;
    let (cluster, kept) = unless_interrupted(async {
        let cluster = Cluster::connect(&args.connection).await?;
        let kept = cluster.kept(namespace, secret, key, &token).await?;
        Ok((cluster, kept))
    })
    .await?;
    let action = match kept {
        Kept::Same => Change::Unchanged,
        Kept::Nothing => Change::Stored,
        Kept::Other => {
            let question = format!("Replace the token in Secret/{secret} of namespace {namespace}?");
            if ui.confirm(&question, args.yes)? == Answer::No {
                ui.note("nothing was changed");
                return Ok(Exit::Failed);
            }
            Change::Replaced
        }
    };
    let namespace_created = match action {
        Change::Unchanged => false,
        Change::Stored | Change::Replaced => cluster.keep(namespace, secret, key, &token).await?,
    };
    if namespace_created {
        ui.note(&format!("namespace {namespace} created"));
    }
    let word = match action {
        Change::Stored => "stored",
        Change::Replaced => "replaced",
        Change::Unchanged => "unchanged",
    };
    ui.note(&format!("Secret/{secret} in namespace {namespace}: {key} {word}"));
    if args.output == Output::Json {
        ui.json(&SecretReport { namespace, namespace_created, secret, key, action })?;
    }
    if !token::is_usual(token.as_bytes()) {
        ui.warn("the token does not begin with hf_, as those of Hugging Face do");
    }
    Ok(Exit::Done)
}

/// The token, without the line break at its end.
fn read(file: Option<&Path>) -> Result<String, Failure> {
    let given = std::env::var_os(env_vars::HF_TOKEN).filter(|given| !given.is_empty());
    let (source, text) = match (file, given) {
        (Some(path), _) if path != Path::new("-") => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("failed to read {}: {error}", path.display())))?;
            (path.display().to_string(), text)
        }
        (None, Some(given)) => (env_vars::HF_TOKEN.to_owned(), given.to_string_lossy().into_owned()),
        (None, None) if io::stdin().is_terminal() => {
            return Err(Failure::usage("there is no token").hint(
                "set HF_TOKEN, name a file with --from-file, or write it to standard input: llmd secret hf-token < FILE",
            ));
        }
        _ => {
            let mut text = String::new();
            io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Failure::usage(format!("failed to read standard input: {error}")))?;
            ("standard input".to_owned(), text)
        }
    };
    let token = text.trim_end_matches(['\r', '\n']);
    token::check(token.as_bytes()).map_err(|fault| {
        Failure::usage(format!("the token from {source} is of no use: {fault}"))
            .hint("tokens are made at https://huggingface.co/settings/tokens")
    })?;
    Ok(token.to_owned())
}
