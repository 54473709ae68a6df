//! Says which suites `cargo test` has left out, after all others have run: cargo runs packages and their tests in
//! the order of their names, and these are the last of both.
#![expect(clippy::print_stdout, reason = "what it prints is all it is for")]

use test_support::namespaces;
use test_support::tools::{GUIDE, SUITES, Tools};

fn main() {
    let tools = Tools::find();
    let mut left_out = false;
    for suite in SUITES {
        let missing = tools.missing(suite);
        if !missing.is_empty() {
            left_out = true;
            println!("left out: suite '{}' needs {missing:?}", suite.name);
        }
    }
    if let Some(lack) = namespaces::lack() {
        println!("left out: suite '{}' needs {lack}", GUIDE.name);
    }
    if left_out {
        println!("run tests/run to install what is missing and run everything");
    } else {
        println!("left out: nothing");
    }
}
