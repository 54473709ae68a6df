//! No text breaks the reader of configurations. What it refuses it gives a reason for, and what it takes the plugins take
//! or refuse.

use llmd_api::{Finding, load};
use scheduler::plugins::{Context, build};

pub(crate) fn check(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    match load(text, "fuzz.yaml") {
        Ok(loaded) => {
            assert!(!loaded.findings.iter().any(Finding::is_error));
            let _ = build(&loaded.config, &Context::default());
        }
        Err(findings) => assert!(findings.iter().any(Finding::is_error)),
    }
}
