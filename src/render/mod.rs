//! Environment → objects. Pure: no network, no clock, no randomness.

pub mod manifest;

pub use manifest::{Manifest, Part, Release, Stack};
