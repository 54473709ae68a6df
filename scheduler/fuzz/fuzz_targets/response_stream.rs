#![no_main]

#[path = "../checks/response_stream.rs"]
mod response_stream;

libfuzzer_sys::fuzz_target!(|input: &[u8]| response_stream::check(input));
