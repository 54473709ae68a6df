//! `llmd completions`: completion scripts and the man page.

use clap::{Command, ValueEnum};
use clap_complete::Shell;

use crate::error::{Exit, Failure};
use crate::ui::Printer;

/// Print the completion script of a shell, or the man page
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd completions bash > ~/.local/share/bash-completion/completions/llmd
  llmd completions zsh > ~/.zfunc/_llmd
  llmd completions man > ~/.local/share/man/man1/llmd.1")]
pub struct Args {
    #[arg(value_name = "SHELL")]
    target: Target,
}

/// What can be generated; the files of the folder `completions/`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Target {
    Bash,
    Zsh,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
    Elvish,
    Man,
}

impl Target {
    /// Name of the generated file in `completions/`.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Bash => "llmd.bash",
            Self::Zsh => "_llmd",
            Self::Fish => "llmd.fish",
            Self::PowerShell => "_llmd.ps1",
            Self::Elvish => "llmd.elv",
            Self::Man => "llmd.1",
        }
    }

    /// The script, or the man page in roff.
    pub fn generate(self, mut command: Command) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        let shell = match self {
            Self::Bash => Shell::Bash,
            Self::Zsh => Shell::Zsh,
            Self::Fish => Shell::Fish,
            Self::PowerShell => Shell::PowerShell,
            Self::Elvish => Shell::Elvish,
            Self::Man => {
                man_page(command, &mut text).map_err(|error| Failure::new(Exit::Failed, error))?;
                return Ok(text);
            }
        };
        clap_complete::generate(shell, &mut command, "llmd", &mut text);
        Ok(text)
    }
}

/// The page of `llmd`, followed by those of its verbs.
fn man_page(mut command: Command, text: &mut Vec<u8>) -> std::io::Result<()> {
    command.build();
    clap_mangen::Man::new(command.clone()).render(text)?;
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "help") {
        let page = clap_mangen::Man::new(verb.clone().display_name(format!("llmd {}", verb.get_name())));
        page.render_name_section(text)?;
        page.render_synopsis_section(text)?;
        page.render_description_section(text)?;
        page.render_options_section(text)?;
    }
    Ok(())
}

/// `command` is the whole command line.
pub fn run(args: &Args, command: Command, ui: &Printer) -> Result<Exit, Failure> {
    ui.data(String::from_utf8_lossy(&args.target.generate(command)?).trim_end());
    Ok(Exit::Done)
}
