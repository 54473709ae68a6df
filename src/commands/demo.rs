//! `llmd demo`: the whole story on this machine, each step by the command that does it alone.

use std::ffi::OsString;
use std::path::PathBuf;

use super::bench;
use super::shell::quoted;
use crate::environment::names;
use crate::ui::Printer;
use crate::{Exit, Failure, local};

/// Bring up a stack on this machine, check it, compare it with round robin, and take it away
///
/// Simulated model servers and the scheduler run as processes of this program; no cluster, no GPU. It takes about two
/// minutes and leaves nothing but the report.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd demo
  llmd demo --keep                      # then: llmd ask -e local --postfix demo 'Hello'
  llmd demo --save ./demo")]
pub struct Args {
    /// Which load both are compared under; see `llmd bench scenarios`
    #[arg(short = 'c', long, value_name = "NAME|FILE", default_value = "demo")]
    scenario: String,
    /// Leave the stack running
    #[arg(long)]
    keep: bool,
    /// Folder for the reports [default: one of its own below llmd/reports in the user's state folder]
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
    /// End of the stack's names
    #[arg(long, value_name = "POSTFIX", default_value = "demo")]
    postfix: String,
}

/// Runs one command line of this program, without its name.
pub type Again<'a> = &'a dyn Fn(Vec<OsString>) -> Result<Exit, Failure>;

pub fn run(args: &Args, ui: &Printer, again: Again<'_>) -> Result<Exit, Failure> {
    names::check_postfix(&args.postfix).map_err(Failure::usage)?;
    if local::Folder::of(&args.postfix)?.path().exists() {
        let postfix = &args.postfix;
        let text = format!("there is a local stack {postfix} already, and a demo takes away what it shows");
        return Err(Failure::message(Exit::Preflight, text)
            .hint("name another one with --postfix")
            .hint(format!("or take it away first: llmd destroy -e local --postfix {postfix}")));
    }
    // What would end the comparison shall do so before there is a stack.
    bench::check_scenario(&args.scenario)?;
    let folder = if let Some(folder) = &args.save {
        folder.clone()
    } else {
        let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
        local::state_folder()?.join("reports").join(format!("{}-{now}", args.postfix))
    };
    bench::make_folder(&folder)?;
    play(&Demo { args, ui, again }, folder)
}

fn play(demo: &Demo<'_>, folder: PathBuf) -> Result<Exit, Failure> {
    let Demo { args, ui, .. } = demo;
    let shown = match demo.apply() {
        Ok(Exit::Done) => demo.show(folder.into_os_string()),
        // Refused before anything was touched: what is there now is somebody else's.
        Err(failure) if matches!(failure.exit, Exit::Usage | Exit::Preflight | Exit::Conflict) => {
            return Err(failure);
        }
        other => other,
    };
    if args.keep {
        ui.note(&format!("\nThe stack goes on: llmd status -e local --postfix {}", args.postfix));
        return shown;
    }
    // Whatever happened: nothing is left behind.
    let destroyed = demo.step("Take it away", vec!["destroy".into(), "--yes".into()]);
    match (shown, destroyed) {
        (Ok(Exit::Done), destroyed) => destroyed,
        (shown, Ok(_)) => shown,
        (Ok(exit), Err(left)) => Err(Failure { exit, ..left }),
        (Err(first), Err(left)) => {
            let also = format!("and it was not taken away: {:#}", left.error);
            let told = first.problems(std::iter::once(also).chain(left.problems));
            Err(left.hints.into_iter().fold(told, Failure::hint))
        }
    }
}

struct Demo<'a> {
    args: &'a Args,
    ui: &'a Printer,
    again: Again<'a>,
}

impl Demo<'_> {
    fn apply(&self) -> Result<Exit, Failure> {
        self.step("Bring up model servers and the scheduler", vec!["apply".into(), "--yes".into()])
    }

    fn show(&self, folder: OsString) -> Result<Exit, Failure> {
        let checked =
            self.step("Check that it serves, and that the picker decides", vec!["verify".into()])?;
        if checked != Exit::Done {
            return Ok(checked);
        }
        let mut compare: Vec<OsString> =
            ["bench", "compare", "--scenario", &self.args.scenario, "--save"].map(OsString::from).to_vec();
        compare.push(folder);
        self.step("Compare it with plain round robin over the same servers", compare)
    }

    /// Says what is done and by which command, and does it.
    fn step(&self, title: &str, mut arguments: Vec<OsString>) -> Result<Exit, Failure> {
        arguments.extend(["-e", "local", "--postfix", &self.args.postfix].map(OsString::from));
        let words: Vec<String> = arguments.iter().map(|word| quoted(&word.to_string_lossy())).collect();
        self.ui.note(&format!("\n# {title}\n$ llmd {}", words.join(" ")));
        (self.again)(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn played(exits: &[Exit]) -> (Result<Exit, Failure>, Vec<String>) {
        let said = RefCell::new(Vec::new());
        let mut exits = exits.iter().copied();
        let exits = RefCell::new(&mut exits);
        let again = |arguments: Vec<OsString>| {
            said.borrow_mut().push(arguments[0].to_string_lossy().into_owned());
            Ok(exits.borrow_mut().next().unwrap_or(Exit::Done))
        };
        let args = Args {
            scenario: "demo".to_owned(),
            keep: false,
            save: Some("/tmp/here".into()),
            postfix: "demo".to_owned(),
        };
        let ui = Printer::new(crate::ui::Verbosity::Quiet, crate::ui::ColorChoice::Never);
        let ended = play(&Demo { args: &args, ui: &ui, again: &again }, "/tmp/here".into());
        (ended, said.into_inner())
    }

    #[test]
    fn what_comes_up_is_taken_away_whatever_happens() {
        let (ended, said) = played(&[]);
        assert_eq!((ended.unwrap(), said.join(" ").as_str()), (Exit::Done, "apply verify bench destroy"));
        let (ended, said) = played(&[Exit::Done, Exit::CheckFailed]);
        assert_eq!((ended.unwrap(), said.join(" ").as_str()), (Exit::CheckFailed, "apply verify destroy"));
        let (ended, said) = played(&[Exit::Interrupted]);
        assert_eq!((ended.unwrap(), said.join(" ").as_str()), (Exit::Interrupted, "apply destroy"));
        let (ended, _) = played(&[Exit::Done, Exit::Done, Exit::Done, Exit::Failed]);
        assert_eq!(ended.unwrap(), Exit::Failed, "what is left behind is not hidden");
    }

    #[test]
    fn what_was_never_begun_stays_and_both_failures_are_told() {
        let args = Args { scenario: "demo".to_owned(), keep: false, save: None, postfix: "demo".to_owned() };
        let ui = Printer::new(crate::ui::Verbosity::Quiet, crate::ui::ColorChoice::Never);
        let ends = |exit: Exit| {
            let said = RefCell::new(Vec::new());
            let again = |arguments: Vec<OsString>| {
                let verb = arguments[0].to_string_lossy().into_owned();
                said.borrow_mut().push(verb.clone());
                Err(Failure::message(exit, format!("{verb} fails")))
            };
            let failure =
                play(&Demo { args: &args, ui: &ui, again: &again }, "/tmp/here".into()).unwrap_err();
            (failure.to_string(), said.into_inner().join(" "))
        };
        for refused in [Exit::Preflight, Exit::Conflict] {
            assert_eq!(ends(refused), ("error: apply fails".to_owned(), "apply".to_owned()));
        }
        let (text, said) = ends(Exit::NotReady);
        assert_eq!(said, "apply destroy");
        assert!(text.contains("apply fails") && text.contains("not taken away: destroy fails"), "{text}");
    }
}
