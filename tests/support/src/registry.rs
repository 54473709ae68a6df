//! Debian's `docker-registry`, as a process.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::control_plane::copy_folder;
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
        Some(Self::run(&tools, ProcessGroup::new("registry"), "127.0.0.1", free_port(), passwords))
    }

    /// Starts a registry that holds a copy of these images, at this address of a node.
    pub(crate) fn holding(images: &Path, address: &str, port: u16) -> Self {
        let processes = ProcessGroup::new("registry");
        copy_folder(images, &processes.folder().join("data"));
        Self::run(&Tools::find(), processes, address, port, None)
    }

    fn run(
        tools: &Tools,
        processes: ProcessGroup,
        address: &str,
        port: u16,
        passwords: Option<&str>,
    ) -> Self {
        let folder = processes.folder();
        let mut configuration = serde_json::json!({
            "version": 0.1,
            "log": {"level": "info"},
            "storage": {"filesystem": {"rootdirectory": folder.join("data")}},
            "http": {"addr": format!("{address}:{port}")},
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
        Self { _processes: processes, port }
    }

    /// Host and port, as an image's name begins.
    pub fn host(&self) -> String {
        self.host_at("127.0.0.1")
    }

    pub(crate) fn host_at(&self, address: &str) -> String {
        format!("{address}:{}", self.port)
    }
}
