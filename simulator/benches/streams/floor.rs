//! What a machine can do: a loop that writes prepared bytes when they are due.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use crate::{STEP, STREAMS, Sender, TOKENS, folder};

/// As long as an event of the simulator in its chunk.
const EVENT: &str = "d5\r\ndata: {\"id\":\"cmpl-e72408d0733d59a6513b5ca5828be753\",\"object\":\"text_completion\",\
                     \"created\":1795708224,\"model\":\"bench\",\"choices\":[{\"index\":0,\"text\":\" most\",\
                     \"logprobs\":null,\"finish_reason\":null,\"stop_reason\":null}]}\n\n\r\n";

/// The thread ends when it may, so that its CPU time can be read.
pub(crate) fn start() -> (Sender, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    let (stop, stopped) = mpsc::channel();
    let thread = thread::spawn(move || {
        sender.send(folder()).unwrap();
        let mut streams: Vec<(TcpStream, String)> = (0..STREAMS).map(|_| accept(&listener)).collect();
        let mut due = Instant::now();
        for _ in 0..TOKENS {
            due += STEP;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            for (stream, event) in &mut streams {
                stream.write_all(event.as_bytes()).unwrap();
            }
        }
        drop(streams);
        let _ = stopped.recv();
    });
    (Sender { address, folder: receiver.recv().unwrap(), thread }, stop)
}

/// A client that has asked, and what it will get.
fn accept(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_nodelay(true).unwrap();
    assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
    (stream, EVENT.to_owned())
}
