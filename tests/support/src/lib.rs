//! The real parts that llmd's tests talk to, started on this machine, without containers.
//!
//! - [`ControlPlane`]: etcd, kube-apiserver, controller manager and scheduler; kwok plays the kubelets of made-up
//!   nodes with accelerators. Pods run, fail and are scheduled as their annotations say (`kwok/stages.yaml`).
//! - [`Istiod`]: the Gateway controller of the guide's default environment, as a process beside it.
//! - [`StatusWriter`]: plays the Gateway controllers that cannot be had (kgateway, agentgateway, GKE's).
//! - [`Proxy`]: stands between a client and the API server, and breaks the calls that a test names.
//! - [`Webhook`]: an admission webhook that says no.
//! - [`Envoy`]: the proxy in front of the scheduler.
//! - [`RealNode`]: a control plane whose pods are real, in [`namespaces`] of the test's own.
//! - [`Registry`]: a registry of images, with a password if one is wanted.
//! - [`tools`]: where the programs are, and which suites of tests are left out because they are not there.
//!
//! A test that needs a cluster begins with
//! `let Some(cluster) = ControlPlane::shared() else { return };`
//! and works in a namespace of its own ([`ControlPlane::create_namespace`]). Nothing here returns errors: what goes
//! wrong ends the test, with the end of the log of the program that did not do its part.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test bed that does not come up has nothing to return: the test that asked for it fails"
)]

mod api;
mod audit;
mod claims;
mod command;
mod control_plane;
mod crds;
mod envoy;
mod http_client;
mod istiod;
mod kubeconfig;
mod kwok;
pub mod namespaces;
mod nodes;
mod patience;
mod pki;
mod ports;
mod processes;
mod proxy;
pub mod real_node;
mod registry;
mod status_writer;
mod tls_server;
mod tokens;
pub mod tools;
mod webhook;

pub use audit::{AuditEvent, AuditMark, AuditObject};
pub use command::Finished;
pub use control_plane::{ControlPlane, Crds, Options};
pub use envoy::Envoy;
pub use http_client::http_client;
pub use istiod::{Istiod, Mesh};
pub use nodes::Node;
pub use patience::eventually;
pub use ports::free_port;
pub use proxy::{Call, Fate, Proxy};
pub use real_node::RealNode;
pub use registry::Registry;
pub use status_writer::StatusWriter;
pub use webhook::Webhook;
