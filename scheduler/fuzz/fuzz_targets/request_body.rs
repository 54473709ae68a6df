#![no_main]

#[path = "../checks/request_body.rs"]
mod request_body;

libfuzzer_sys::fuzz_target!(|body: &[u8]| request_body::check(body));
