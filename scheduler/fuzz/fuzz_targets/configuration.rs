#![no_main]

#[path = "../checks/configuration.rs"]
mod configuration;

libfuzzer_sys::fuzz_target!(|text: &[u8]| configuration::check(text));
