//! Endpoints without Kubernetes.

mod document;
pub(crate) mod file;
