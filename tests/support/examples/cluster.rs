//! A control plane to play with: `cargo run -p test-support --example cluster`.
//!
//! Prints the path of its kubeconfig and runs until standard input ends. Gateways of every class of the guide are
//! answered: Istio's by a real istiod, the others by the status writer.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use test_support::{ControlPlane, Istiod, Options, StatusWriter};

fn main() {
    let Some(cluster) = ControlPlane::start(&Options::default()) else {
        println!("the tools are missing: tests/tools/install");
        return;
    };
    let _istiod = Istiod::start(&cluster);
    let _status_writer = StatusWriter::start(&cluster);
    println!("{}", cluster.kubeconfig().display());
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).is_ok_and(|read| read > 0) {}
}
