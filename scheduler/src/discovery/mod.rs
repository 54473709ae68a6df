//! Endpoints without Kubernetes.

mod document;
pub mod file;
