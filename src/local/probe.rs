//! One GET to a process on this machine.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::LOOPBACK;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// No page is longer.
const LONGEST: u64 = 8 << 20;

/// Status and body. A body in chunks keeps their lengths in it.
pub(super) async fn get(port: u16, path: &str) -> io::Result<(u16, String)> {
    tokio::time::timeout(PATIENCE, exchange(port, path)).await?
}

async fn exchange(port: u16, path: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect((LOOPBACK, port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {LOOPBACK}:{port}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(LONGEST).read_to_end(&mut bytes).await?;
    let text = String::from_utf8_lossy(&bytes);
    let parsed = text.split_once("\r\n\r\n").and_then(|(head, body)| {
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, body.to_owned()))
    });
    parsed.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "this is no HTTP"))
}

/// The sum over all series of a metric; none without any.
pub(super) fn sum(page: &str, metric: &str) -> Option<f64> {
    let values = page.lines().filter_map(|line| {
        let rest = line.strip_prefix(metric)?;
        rest.starts_with([' ', '{']).then(|| rest.rsplit(' ').next()?.parse::<f64>().ok()).flatten()
    });
    values.reduce(|sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_series_of_a_metric_count_and_no_others() {
        let page = "# TYPE a gauge\na{x=\"1\"} 2\na{x=\"2\"} 3.5\nab 7\n";
        assert_eq!(sum(page, "a"), Some(5.5));
        assert_eq!(sum(page, "b"), None);
    }
}
