//! Envoy, as a process.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use crate::patience::eventually;
use crate::processes::ProcessGroup;
use crate::tools::{ENVOY, Tool, Tools};

/// An Envoy that ends with this value.
pub struct Envoy {
    _processes: ProcessGroup,
}

impl Envoy {
    /// Starts Envoy with this configuration (YAML) and waits until it accepts connections on `port`. None when there
    /// is no Envoy and the suite may be left out.
    pub fn start(configuration: &str, port: u16) -> Option<Self> {
        let tools = Tools::for_suite(&ENVOY)?;
        let processes = ProcessGroup::new("envoy");
        let file = processes.folder().join("envoy.yaml");
        fs::write(&file, configuration).expect("the configuration can be written");
        let mut command = Command::new(tools.path(Tool::Envoy));
        command.arg("-c").arg(&file);
        command.args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "warn"]);
        processes.start("envoy", &mut command);
        eventually("Envoy's listener", Duration::from_secs(60), || {
            processes.assert_alive();
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
        });
        Some(Self { _processes: processes })
    }
}
