//! Ports on loopback: those of before where they can be had, else free ones.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::ops::Range;

use super::stack::{FRONT_DOOR, Process};
use super::{Folder, LOOPBACK, Stack, lock};
use crate::{Exit, Failure};

/// Below the ports that the kernel gives to outgoing connections, of which load takes many: what is free now is so later.
const RANGE: Range<u16> = 20_000..30_000;

/// Gives ports out.
pub(super) struct Ports {
    /// By process and use; the front door's process is none, as it goes from one to another.
    kept: BTreeMap<(String, String), u16>,
    /// Free ports stay bound until all are chosen, so that none is chosen twice.
    bound: Vec<TcpListener>,
    is_preview: bool,
}

impl Ports {
    /// Keeps the ports of a stack that its living processes have, and those of the others that are free.
    pub(super) fn of(folder: &Folder, before: Option<&Stack>) -> Result<Self, Failure> {
        let mut kept = BTreeMap::new();
        for process in before.into_iter().flat_map(|stack| &stack.processes) {
            let is_alive = lock::holder(&folder.lock(&process.name))?.is_alive();
            for (usage, port) in &process.ports {
                if is_alive || is_free(*port) {
                    kept.insert(key(process, usage), *port);
                }
            }
        }
        Ok(Self { kept, bound: Vec::new(), is_preview: false })
    }

    /// Gives 0 for every port: which one it will be is not known yet.
    pub(super) fn preview() -> Self {
        Self { kept: BTreeMap::new(), bound: Vec::new(), is_preview: true }
    }

    pub(super) fn take(&mut self, process: &str, usage: &str) -> Result<u16, Failure> {
        let name = if usage == FRONT_DOOR { "" } else { process };
        if let Some(port) = self.kept.get(&(name.to_owned(), usage.to_owned())) {
            return Ok(*port);
        }
        if self.is_preview {
            return Ok(0);
        }
        let port = self.free().map_err(|error| {
            Failure::message(Exit::Failed, format!("failed to find a free port for {process}: {error}"))
        })?;
        Ok(port)
    }

    /// The front door's port as the user wants it.
    ///
    /// # Errors
    /// When somebody else listens there.
    pub(super) fn front_door(&mut self, wanted: u16) -> Result<u16, Failure> {
        let kept = self.kept.get(&(String::new(), FRONT_DOOR.to_owned()));
        if self.is_preview || kept == Some(&wanted) {
            return Ok(wanted);
        }
        let error = match TcpListener::bind((LOOPBACK, wanted)) {
            Ok(listener) => {
                // A dead process had it: it takes another.
                self.kept.retain(|_, port| *port != wanted);
                self.bound.push(listener);
                return Ok(wanted);
            }
            Err(error) => error,
        };
        Err(Failure::message(
            Exit::Preflight,
            format!("the front door cannot be at port {wanted}, where local.port wants it: {error}"),
        )
        .hint("name another port, or leave local.port out for a free one"))
    }

    fn free(&mut self) -> io::Result<u16> {
        // Two commands at the same time begin at different places.
        let begin = std::process::id().wrapping_mul(97);
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for step in 0..u32::from(RANGE.end - RANGE.start) {
            let offset = begin.wrapping_add(step) % u32::from(RANGE.end - RANGE.start);
            let port = RANGE.start.saturating_add(u16::try_from(offset).unwrap_or_default());
            if self.kept.values().any(|kept| *kept == port) {
                continue;
            }
            match TcpListener::bind((LOOPBACK, port)) {
                Ok(listener) => {
                    self.bound.push(listener);
                    return Ok(port);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

fn key(process: &Process, usage: &str) -> (String, String) {
    let name = if usage == FRONT_DOOR { String::new() } else { process.name.clone() };
    (name, usage.to_owned())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((LOOPBACK, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeping(port: u16) -> Ports {
        let kept = BTreeMap::from([(("server-0".to_owned(), "http".to_owned()), port)]);
        Ports { kept, bound: Vec::new(), is_preview: false }
    }

    #[test]
    fn no_port_is_chosen_twice() {
        let first = keeping(0).free().unwrap();
        let mut ports = keeping(first);
        let other = ports.take("server-1", "http").unwrap();
        assert_ne!(other, first);
        assert_eq!(ports.take("server-0", "http").unwrap(), first);

        // Between choosing a port and binding it, another test may take it.
        let (wanted, given, mut ports) = (0..100)
            .map(|_| keeping(0).free().unwrap())
            .map(|wanted| (wanted, keeping(wanted)))
            .find_map(|(wanted, mut ports)| Some((wanted, ports.front_door(wanted).ok()?, ports)))
            .unwrap();
        assert_eq!(given, wanted);
        assert_ne!(ports.take("server-0", "http").unwrap(), wanted);
    }
}
