//! Where a request goes.

use std::sync::Arc;

use smallvec::SmallVec;

use super::Endpoint;

/// The endpoints one profile chose, best first; the proxy tries the rest when the first fails.
#[derive(Debug, Clone, Default)]
pub struct Target {
    pub endpoints: SmallVec<[Arc<Endpoint>; 2]>,
}

impl Target {
    pub fn first(&self) -> Option<&Arc<Endpoint>> {
        self.endpoints.first()
    }
}

/// What a profile chose; `profile` is its index in the configuration.
#[derive(Debug, Clone)]
pub struct ProfileTarget {
    pub profile: usize,
    pub target: Target,
}

/// A change of the request's headers that a plugin asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderChange {
    Set(&'static str, Arc<str>),
    Remove(&'static str),
}

/// The outcome of scheduling one request.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// Of every profile that ran and found an endpoint.
    pub targets: SmallVec<[ProfileTarget; 2]>,
    /// Which of `targets` receives the request.
    pub primary: usize,
    /// The port requests are sent to instead of the endpoint's own (data-parallel sidecar).
    pub primary_port: Option<u16>,
    pub headers: SmallVec<[HeaderChange; 2]>,
}

impl Decision {
    /// The endpoints that the request goes to, best first.
    pub fn primary(&self) -> Option<&Target> {
        self.targets.get(self.primary).map(|chosen| &chosen.target)
    }

    /// What the profile with this index chose.
    pub fn of_profile(&self, profile: usize) -> Option<&Target> {
        self.targets.iter().find(|chosen| chosen.profile == profile).map(|chosen| &chosen.target)
    }

    /// `ip:port[,ip:port…]` of the primary target, best first.
    pub fn destination(&self) -> String {
        let mut text = String::with_capacity(24);
        for endpoint in self.primary().map(|target| target.endpoints.as_slice()).unwrap_or_default() {
            if !text.is_empty() {
                text.push(',');
            }
            match self.primary_port {
                Some(port) => text.push_str(&std::net::SocketAddr::new(endpoint.ip(), port).to_string()),
                None => text.push_str(&endpoint.address),
            }
        }
        text
    }
}
