//! Debian's `docker-registry`, as a process.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use crate::patience::eventually;
use crate::ports::free_port;
use crate::processes::ProcessGroup;
use crate::tools::{REGISTRY, Tool, Tools};

/// An empty registry that ends with this value.
pub struct Registry {
    _processes: ProcessGroup,
    port: u16,
}

impl Registry {
    /// Starts a registry on a port of the loopback address, in plain HTTP. With `passwords`, lines as `htpasswd -B` writes
    /// them, it lets nobody else in. None when there is no registry and the suite may be left out.
    pub fn start(passwords: Option<&str>) -> Option<Self> {
        let tools = Tools::for_suite(&REGISTRY)?;
        let processes = ProcessGroup::new("registry");
        let (port, folder) = (free_port(), processes.folder());
        let mut configuration = serde_json::json!({
            "version": 0.1,
            "log": {"level": "info"},
            "storage": {"filesystem": {"rootdirectory": folder.join("data")}},
            "http": {"addr": format!("127.0.0.1:{port}")},
        });
        if let Some(passwords) = passwords {
            let path = folder.join("htpasswd");
            fs::write(&path, passwords).expect("the passwords can be written");
            configuration["auth"] = serde_json::json!({"htpasswd": {"realm": "test", "path": path}});
        }
        let file = folder.join("registry.yaml");
        // Every JSON text is YAML.
        fs::write(&file, configuration.to_string()).expect("the configuration can be written");
        let mut command = Command::new(tools.path(Tool::DockerRegistry));
        processes.start("registry", command.arg("serve").arg(file));
        eventually("the registry's listener", Duration::from_secs(60), || {
            processes.assert_alive();
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
        });
        Some(Self { _processes: processes, port })
    }

    /// Host and port, as an image's name begins.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}
