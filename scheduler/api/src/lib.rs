//! The words that llmd and the scheduler share: the endpoint picker's configuration and the names on the wire.
//!
//! ```text
//!  text ─► tree (every key with its place) ─► load ─► Config ─► lint
//!                                               └── findings ◄──┘
//! ```
//!
//! [`load`] reads an `EndpointPickerConfig` of either dialect into one plain [`Config`] in which every default is
//! filled in and every reference is an index. Everything that is wrong is reported at once, each with its place.

pub mod config;
mod defaults;
mod duration;
mod finding;
mod lint;
mod load;
pub mod names;
mod tree;

pub use self::config::{Config, Dialect, Plugin, PluginKind, Profile, ProfilePlugin};
pub use self::defaults::{GAIE_DEFAULT, PROJECT_DEFAULT, UPSTREAM_DEFAULT};
pub use self::duration::parse_duration;
pub use self::finding::{Finding, Place, Severity, nearest};
pub use self::lint::lint;
pub use self::load::{Loaded, load};
