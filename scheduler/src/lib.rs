//! The endpoint picker: which model server gets which request.
//!
//! ```text
//!  Envoy ── ext_proc ─┐                            ┌─ kubernetes, discovery: which endpoints there are
//!                     ├─► director ─► scheduling ◄─┤
//!  client ─── proxy ──┘      │         (plugins)   └─ datalayer: what their /metrics say
//!                            │
//!             expected_latency: what was sent where, and what one more would cost
//! ```
//!
//! - [`ext_proc`] and [`proxy`] are the two front doors; both lead to the [`director`].
//! - The director reads the body ([`openai`]), sheds, asks the scheduler ([`scheduling`]), keeps the books until the answer
//!   has ended.
//! - [`plugins`] are the filters, scorers and pickers of an EndpointPickerConfig; [`expected_latency`] is our own policy.
//! - [`datastore`] holds the pool as an immutable snapshot, which [`kubernetes`] or `discovery` replace.
//! - [`datalayer`] scrapes the endpoints. `admin` has metrics, health and the debug pages.
//! - [`picker`] puts the parts together, [`runtime`] makes a process of them, [`args`] has the flags.

mod admin;
pub mod args;
mod authority;
pub mod clock;
mod command;
pub mod datalayer;
pub mod datastore;
pub mod director;
mod discovery;
mod env_vars;
pub mod expected_latency;
pub mod ext_proc;
pub mod kubernetes;
mod listener;
pub mod model;
pub mod observability;
pub mod openai;
pub mod picker;
pub mod plugins;
pub mod proxy;
mod rewriting;
pub mod runtime;
pub mod scheduling;
mod supervisor;
mod tls;

pub use command::main;
