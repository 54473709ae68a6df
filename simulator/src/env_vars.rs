//! The environment variables that the simulator reads.

/// Default of `--model`.
pub const MODEL: &str = "SIM_MODEL";
/// The pod that it runs in, told by the header `x-inference-pod`.
pub const POD_NAME: &str = "POD_NAME";
/// The pod's address, in the topic of KV events.
pub const POD_IP: &str = "POD_IP";
/// The pod's namespace, told by the header `x-inference-namespace`.
pub const POD_NAMESPACE: &str = "POD_NAMESPACE";
/// Default of `--hash-seed`.
pub const PYTHONHASHSEED: &str = "PYTHONHASHSEED";
/// Which log lines are written, such as `debug`.
pub const LOG: &str = "SIMULATOR_LOG";

/// What is set and not empty.
#[expect(clippy::disallowed_methods, reason = "this file is where variables are read")]
pub fn read(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
