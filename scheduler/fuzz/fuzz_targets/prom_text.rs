#![no_main]

#[path = "../checks/prom_text.rs"]
mod prom_text;

libfuzzer_sys::fuzz_target!(|page: &[u8]| prom_text::check(page));
