//! Compiles the protos with protox, so that no protoc is needed. Bodies and header values become `bytes::Bytes`.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let protos = ["proto/envoy/external_processor.proto", "proto/grpc/health.proto"];
    println!("cargo::rerun-if-changed=proto");
    let descriptors = protox::compile(protos, ["proto"])?;
    let output = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    tonic_prost_build::configure().bytes(".").out_dir(output).compile_fds(descriptors)?;
    Ok(())
}
