//! Every seed of every fuzz target, through what the target checks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

#[path = "../fuzz/checks/configuration.rs"]
mod configuration;
#[path = "../fuzz/checks/prom_text.rs"]
mod prom_text;
#[path = "../fuzz/checks/request_body.rs"]
mod request_body;
#[path = "../fuzz/checks/response_stream.rs"]
mod response_stream;

#[expect(clippy::print_stdout, reason = "the last seed named is the one that failed")]
fn replay(target: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let seeds: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!seeds.is_empty(), "{} is empty", folder.display());
    for seed in seeds {
        let input = std::fs::read(&seed).unwrap();
        println!("{}", seed.display());
        check(&input);
        check(&input[..input.len() / 2]);
    }
}

#[test]
fn configuration() {
    replay("configuration", configuration::check);
}

#[test]
fn prom_text() {
    replay("prom_text", prom_text::check);
}

#[test]
fn request_body() {
    replay("request_body", request_body::check);
}

#[test]
fn response_stream() {
    replay("response_stream", response_stream::check);
}
