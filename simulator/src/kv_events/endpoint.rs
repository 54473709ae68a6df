//! Where subscribers are.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use zeromq::Host;

/// Which side waits for the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// Subscribers come to this address.
    Bind(SocketAddr),
    /// One subscriber, the scheduler, waits at `HOST:PORT`.
    Connect(String),
}

/// A text that is no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no endpoint: write tcp://*:PORT to wait for subscribers, tcp://HOST:PORT to go to one")]
pub struct InvalidEndpoint(pub String);

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    /// As vLLM reads it: `tcp://*:5557` (or an unspecified address) binds, anything else connects.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Ok(zeromq::Endpoint::Tcp(host, port)) = text.parse() else {
            return Err(InvalidEndpoint(text.to_owned()));
        };
        Ok(match host {
            Host::Domain(any) if any == "*" => Self::Bind((Ipv4Addr::UNSPECIFIED, port).into()),
            Host::Ipv4(Ipv4Addr::UNSPECIFIED) => Self::Bind((Ipv4Addr::UNSPECIFIED, port).into()),
            Host::Ipv6(Ipv6Addr::UNSPECIFIED) => Self::Bind((Ipv6Addr::UNSPECIFIED, port).into()),
            Host::Ipv6(address) => Self::Connect(format!("[{address}]:{port}")),
            host => Self::Connect(format!("{host}:{port}")),
        })
    }
}
