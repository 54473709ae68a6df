//! The simulator, on a thread of its own.

use std::sync::mpsc;
use std::thread;

use simulator::args;
use simulator::engine::StepCosts;
use simulator::server;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{STEP, Sender, folder, one_thread};

pub(crate) fn start() -> (Sender, CancellationToken) {
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        one_thread().block_on(async {
            let flags = ["simulator", "--model", "bench", "--max-num-seqs", "1024"].map(str::to_owned);
            let mut settings = args::parse(flags).unwrap().flags.settings().expect("flags are right");
            settings.profile.costs = StepCosts {
                base: STEP.as_secs_f64(),
                weights: 0.0,
                token: 0.0,
                context_token: 0.0,
                pair: 0.0,
                sequence: 0.0,
            };
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send((listener.local_addr().unwrap(), folder())).unwrap();
            server::run(listener, settings, stopped).await.unwrap();
        });
    });
    let (address, folder) = receiver.recv().unwrap();
    (Sender { address, folder, thread }, stop)
}
