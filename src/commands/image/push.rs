//! `llmd image push`: an image goes to a registry.

use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{BuiltArgs, record, size_text};
use crate::commands::{Output, interrupted};
use crate::image::{self, Program, PushReport, Pushed, Sent, Target, Transfer};
use crate::ui::{Mark, Printer, ProgressView};
use crate::{Exit, Failure};

/// Send a built image to a registry
///
/// Credentials come from Docker's configuration: `config.json` in `$DOCKER_CONFIG` or `~/.docker`, with its helpers. A
/// registry at a loopback address is spoken to in plain HTTP. What the registry has is not sent again.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  llmd image push registry.example.com/team/llmd-scheduler:v0.1.0
  llmd image push localhost:5000/llmd-simulator:dev
  llmd image push registry.example.com/epp:v1 scheduler -o json

Exit codes: 0 done, 1 failed, 2 wrong usage, 7 there is no such image, or the registry does not let us, 130 interrupted.")]
pub(super) struct Args {
    /// Name in the registry: HOST/NAME:TAG
    #[arg(value_name = "REF")]
    reference: Target,
    #[command(flatten)]
    built: BuiltArgs,
    /// How the report is printed
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// What was pushed, and of which program.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::commands) struct PushedReport {
    /// What it is of.
    image: Program,
    #[serde(flatten)]
    push: PushReport,
}

pub(super) async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let target = &args.reference;
    let (program, image) = args.built.read(Program::of_image(target.name()))?;
    ui.note(&format!("{} to {target}: {}", program.image_name(), size_text(image.size())));
    let (sender, receiver) = unbounded_channel();
    let work = async {
        let sender = sender;
        image::push(&image, target, &sender).await
    };
    let pushed = tokio::select! {
        (pushed, ()) = async { futures::join!(work, show(receiver, ui)) } => pushed?,
        () = interrupted() => return Err(Failure::message(
            Exit::Interrupted,
            format!("interrupted: {target} is what it was; what was sent is not sent again"),
        )),
    };
    // The image is there, whatever becomes of the record.
    let noted = record().and_then(|file| Pushed::open(file)?.note(&target.to_string(), &pushed.digest));
    if let Err(failure) = noted {
        ui.warn(&failure.error.to_string());
    }
    ui.note(&format!("pushed in {:.1} s: {target}", pushed.seconds));
    match args.output {
        Output::Json => ui.json(&PushedReport { image: program, push: pushed })?,
        Output::Table => ui.data(&pushed.digest),
    }
    Ok(Exit::Done)
}

async fn show(mut receiver: UnboundedReceiver<Transfer>, ui: &Printer) {
    let mut view = ProgressView::new(ui);
    while let Some(Transfer { digest, size, state }) = receiver.recv().await {
        let short: String = digest.chars().take("sha256:".len() + 12).collect();
        let (word, mark) = match state {
            Sent::Sending => ("sending", Mark::Busy),
            Sent::Sent => ("sent", Mark::Good),
            Sent::Present => ("already there", Mark::Good),
        };
        view.state(&format!("{short} {}", size_text(size)), word, mark);
    }
    view.finish();
}
