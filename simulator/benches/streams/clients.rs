//! The clients, all on one thread.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::{STREAMS, TOKENS, one_thread};

const EVENT: &[u8] = b"data: {";

/// When each event of each stream was there.
pub(crate) fn read(address: SocketAddr) -> Vec<Vec<Instant>> {
    one_thread().block_on(async {
        let mut reading = JoinSet::new();
        for number in 0..STREAMS {
            reading.spawn(read_stream(address, number));
        }
        let streams: Vec<Vec<Instant>> = reading.join_all().await.into_iter().map(Result::unwrap).collect();
        assert!(streams.iter().all(|times| times.len() == TOKENS as usize), "every token is an event");
        streams
    })
}

async fn read_stream(address: SocketAddr, number: u32) -> io::Result<Vec<Instant>> {
    let mut stream = TcpStream::connect(address).await?;
    let body = format!(
        r#"{{"prompt":"Stream number {number} of many.","max_tokens":{TOKENS},"ignore_eos":true,"stream":true}}"#
    );
    let head = "POST /v1/completions HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nconnection: close\r\n";
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    let mut times = Vec::with_capacity(TOKENS as usize);
    let mut buffer = [0; 2048];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            return Ok(times);
        }
        let now = Instant::now();
        let events = buffer[..length].windows(EVENT.len()).filter(|window| *window == EVENT).count();
        times.extend(std::iter::repeat_n(now, events));
    }
}
