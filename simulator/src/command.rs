//! The process: starts, listens for signals, and ends with a code.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::args::{self, Asked};
use crate::env_vars;
use crate::server::{self, Settings};

/// Ended as it should.
const DONE: u8 = 0;
/// Failed while it ran or started.
const FAILED: u8 = 1;
/// Wrong usage.
const INVALID: u8 = 2;
/// Ended by a second signal, before the requests under way had.
const INTERRUPTED: u8 = 130;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 2048;

/// Threads for requests beside the engine's task; many simulators share a machine.
const THREADS: usize = 2;

/// Runs the program with these arguments, its name first.
pub fn main(arguments: impl IntoIterator<Item = String>) -> ExitCode {
    ExitCode::from(match args::parse(arguments) {
        Ok(asked) => start(asked),
        Err(error) => {
            // Without anywhere to write there is nothing left to do.
            let _ = error.print();
            if error.use_stderr() { INVALID } else { DONE }
        }
    })
}

fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn start(Asked { mut flags, ignored }: Asked) -> u8 {
    init_logs();
    for flag in ignored {
        tracing::warn!("--{flag} has no effect here");
    }
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let address = SocketAddr::new(flags.host, flags.port);
    let listener = runtime.block_on(async { listen(address) });
    // Others are told the port that `--port 0` has come to.
    if let Ok(address) = listener.as_ref().map_or(Ok(address), TcpListener::local_addr) {
        flags.port = address.port();
    }
    let settings = match flags.settings() {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems {
                complain(&format!("error: {problem}"));
            }
            complain("\nhint: `simulator --help` tells what the flags take");
            return INVALID;
        }
    };
    let listener = listener.with_context(|| format!("failed to listen on {address}"));
    let ended = listener.and_then(|listener| runtime.block_on(serve(listener, settings)));
    runtime.shutdown_background();
    ended.unwrap_or_else(|error| fail(&error))
}

fn fail(error: &anyhow::Error) -> u8 {
    complain(&format!("error: {error:#}"));
    if let Some(error) = error.downcast_ref::<io::Error>()
        && error.kind() == io::ErrorKind::AddrInUse
    {
        complain("hint: give it another --port, or end what listens there");
    }
    FAILED
}

fn runtime() -> anyhow::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(THREADS).enable_all().build().context("failed to start threads")
}

/// Listens; a burst of as many requests as uvicorn lets wait is not turned away.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn serve(listener: TcpListener, settings: Settings) -> anyhow::Result<u8> {
    let follow = |kind| signal(kind).context("failed to listen for signals");
    let mut signals = [follow(SignalKind::terminate())?, follow(SignalKind::interrupt())?];
    tracing::info!(address = %listener.local_addr()?, model = settings.model, "the simulator serves");
    let stop = CancellationToken::new();
    let mut serving = std::pin::pin!(server::run(listener, settings, stop.clone()));
    tokio::select! {
        ended = &mut serving => ended?,
        () = any(&mut signals) => {
            stop.cancel();
            tracing::info!("the simulator ends when the requests under way have");
            tokio::select! {
                ended = &mut serving => ended?,
                () = any(&mut signals) => return Ok(INTERRUPTED),
            }
        }
    }
    Ok(DONE)
}

async fn any([terminate, interrupt]: &mut [Signal; 2]) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn init_logs() {
    let filter = EnvFilter::new(env_vars::read(env_vars::LOG).as_deref().unwrap_or("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false);
    // Whoever calls `main` may have set up logging already.
    let _ = logs.with_ansi(io::stderr().is_terminal()).try_init();
}
