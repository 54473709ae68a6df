//! `llmd connect`: the front door on a port of this machine.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use llmd_bench::client::Url;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::front_door::{FrontDoorArgs, Reached};
use super::{interrupted, unless_interrupted};
use crate::ui::Printer;
use crate::{Exit, Failure};

/// After a connection that could not be taken.
const PAUSE: Duration = Duration::from_millis(100);
/// Between two looks at the front door.
const LOOK: Duration = Duration::from_secs(2);

/// Keep the front door open on a port of this machine until Ctrl-C
///
/// Prints a curl line and a Python snippet that work as they stand. When the front door goes away that is said, and again
/// when it is back.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  llmd connect -e local\n  llmd connect -e istio -n llm-d\n  llmd connect -e local --port 0"
)]
pub struct Args {
    #[command(flatten)]
    front_door: FrontDoorArgs,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    port: u16,
}

pub async fn run(args: &Args, ui: &Printer) -> Result<Exit, Failure> {
    let Args { front_door, port } = args;
    let reached = unless_interrupted(front_door.reach()).await?;
    let serving = &reached.serving;
    let target = target(&serving.front_door)?;
    reached.look(&target).await.map_err(|reason| {
        Failure::message(Exit::Preflight, format!("failed to reach {target}: {reason}"))
            .hint("see whether the stack is up with `llmd status`")
    })?;
    let listener = listen(*port).await?;
    let url = format!("http://{}", listener.local_addr().map_err(|error| Failure::new(Exit::Failed, error))?);
    ui.note(&format!("{} is open on {url} until Ctrl-C\n", reached.name));
    ui.data(&snippets(&url, &serving.model));
    tokio::select! {
        () = relay(&listener, &target) => {}
        () = watch(&reached, &target, ui) => {}
        () = interrupted() => {}
    }
    for trouble in reached.troubles() {
        ui.warn(&trouble);
    }
    ui.note("closed");
    Ok(Exit::Done)
}

/// Where bytes are carried to, as `HOST:PORT`.
fn target(front_door: &str) -> Result<String, Failure> {
    let url: Url = front_door.parse().map_err(|error| Failure::new(Exit::Usage, error))?;
    if front_door.starts_with("https:") {
        return Err(Failure::usage(format!("{front_door} has TLS: a certificate is not for 127.0.0.1"))
            .hint("clients reach it by its own name: no connection has to be kept open"));
    }
    let authority = url.authority();
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Ok(if has_port { authority.to_owned() } else { format!("{authority}:80") })
}

async fn listen(port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        let failure =
            Failure::message(Exit::Preflight, format!("failed to listen on 127.0.0.1:{port}: {error}"));
        if error.kind() == io::ErrorKind::AddrInUse {
            failure.hint("take another port with --port, or a free one with --port 0")
        } else {
            failure
        }
    })
}

/// Carries bytes between whoever connects and the target, until it is dropped.
async fn relay(listener: &TcpListener, target: &str) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else {
                    // A connection that went at once, or no file is free for it: neither is a reason to end.
                    tokio::time::sleep(PAUSE).await;
                    continue;
                };
                connections.spawn(carry(client, target.to_owned()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Tells that the front door is gone and that it is back, each once, until this is dropped.
async fn watch(reached: &Reached, target: &str, ui: &Printer) {
    let mut was_there = true;
    loop {
        tokio::time::sleep(LOOK).await;
        let found = reached.look(target).await;
        match (was_there, &found) {
            (true, Err(reason)) => {
                ui.warn(&format!("{} is gone, and requests fail until it is back: {reason}", reached.name));
            }
            (false, Ok(())) => ui.note(&format!("{} is back", reached.name)),
            _ => {}
        }
        was_there = found.is_ok();
    }
}

async fn carry(mut client: TcpStream, target: String) -> io::Result<()> {
    let mut server = TcpStream::connect(target).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// What works as it stands: a line for a shell, and a program.
fn snippets(url: &str, model: &str) -> String {
    let (in_shell, in_python) = (shell_json(model), serde_json::Value::from(model));
    format!(
        r#"curl {url}/v1/chat/completions -H 'content-type: application/json' -d '{{"model": {in_shell}, "messages": [{{"role": "user", "content": "Hello"}}], "max_tokens": 32}}'

from openai import OpenAI

client = OpenAI(base_url="{url}/v1", api_key="none")
messages = [{{"role": "user", "content": "Hello"}}]
answer = client.chat.completions.create(model={in_python}, messages=messages, max_tokens=32)
print(answer.choices[0].message.content)"#
    )
}

/// A text as JSON within single quotes of a shell.
fn shell_json(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\'', r"'\''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_has_a_port() {
        assert_eq!(target("http://127.0.0.1:8000").unwrap(), "127.0.0.1:8000");
        assert_eq!(target("http://gateway").unwrap(), "gateway:80");
        assert_eq!(target("http://[::1]").unwrap(), "[::1]:80");
        assert_eq!(target("https://gateway").unwrap_err().exit, Exit::Usage);
        assert_eq!(target("gateway").unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn a_models_name_is_quoted() {
        let text = snippets("http://127.0.0.1:1", r#"it's "one""#);
        assert!(text.contains(r#"{"model": "it'\''s \"one\"", "#), "{text}");
        assert!(text.contains(r#"create(model="it's \"one\"", "#), "{text}");
    }
}
