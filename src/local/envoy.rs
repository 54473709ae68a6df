//! Envoy as the front door.

use std::path::PathBuf;

use crate::yaml;
use crate::{Exit, Failure};

/// Its configuration, without ports.
const TEXT: &str = include_str!("envoy.yaml");

const FRONT_DOOR: &str = "/static_resources/listeners/0/address/socket_address/port_value";
const EXT_PROC: &str = "/static_resources/clusters/0/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/socket_address/port_value";

/// The configuration with its ports.
pub(super) fn configuration(front_door: u16, ext_proc: u16) -> Result<String, Failure> {
    let mut document = yaml::read(TEXT).map_err(|error| Failure::new(Exit::Failed, error))?;
    for (pointer, port) in [(FRONT_DOOR, front_door), (EXT_PROC, ext_proc)] {
        if let Some(place) = document.pointer_mut(pointer) {
            *place = port.into();
        }
    }
    Ok(yaml::write(&document))
}

/// The program.
///
/// # Errors
/// When it is not installed.
pub(super) fn program() -> Result<PathBuf, Failure> {
    which::which("envoy").map_err(|error| {
        Failure::message(Exit::Preflight, format!("local.proxy=envoy needs the program `envoy`: {error}"))
            .hint("install Envoy and put it on the PATH (https://www.envoyproxy.io/docs/envoy/latest/start/install)")
            .hint("or use the scheduler's own proxy: --set local.proxy=builtin")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_filled_in() {
        let text = configuration(8080, 9002).unwrap();
        assert!(text.contains("8080") && text.contains("9002"), "{text}");
        assert!(!text.contains("port_value: 0"), "{text}");
    }
}
