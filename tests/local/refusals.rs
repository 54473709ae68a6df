//! What cannot be, said before anything is touched.

use std::net::TcpListener;

use crate::harness::Site;

/// Runs `llmd LINE`, which must be refused without a trace.
#[track_caller]
fn refused(line: &str, code: i32, texts: &[&str]) {
    let site = Site::new();
    site.llmd(line).exits(code).says(texts);
    assert!(!site.state().join("llmd").exists(), "{line} leaves something behind");
}

#[test]
fn wrong_values() {
    refused(
        "apply -e local --set local.replica=2",
        2,
        &["--set local.replica=2: local.replica: ", "did you mean `replicas`?"],
    );
    refused("apply -e local --replicas 0", 2, &["0 is below 1"]);
    refused("apply -e local --set local.proxy=nginx", 2, &["none of builtin, envoy"]);
    refused("apply -e local --set local.timeScale=0", 2, &["local.timeScale: 0 is not above 0"]);
    refused("apply -e local --set local.model=null", 2, &["local.model: the name of a model is needed"]);
    refused(
        "apply -e local --set local.pluginsConfig=mine.yaml",
        2,
        &["mine.yaml cannot be read", "upstream-default"],
    );
    refused("apply -e local --tensor-parallel 2", 2, &["--tensor-parallel means nothing"]);
    refused("apply -e local --set ms.decode.replicas=2", 2, &["environment local runs no pods"]);
    refused("render -e istio --set local.replicas=2", 2, &["only the environment `local`"]);
    refused("names -e local", 2, &["it has no objects", "llmd render -e local"]);
    refused("render -e local --only ms", 2, &["--only names a part"]);
}

#[test]
fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let line = format!("apply -e local --set local.port={port}");
    refused(&line, 7, &[&format!("cannot be at port {port}"), "in use", "leave local.port out"]);
}

#[test]
fn the_hidden_verb_is_for_llmd_alone() {
    refused("local-process simulator -- --model m", 2, &["only llmd itself starts this"]);
    let help = Site::new().llmd("--help").exits(0).stdout;
    assert!(!help.contains("local-process"), "{help}");
}
