//! What the picker reasons about: plain data, no input or output.

mod decision;
mod endpoint;
mod headers;
mod metrics;
mod reject;
mod request;
mod trouble;

pub use decision::{Decision, HeaderChange, ProfileTarget, Target};
pub use endpoint::{Endpoint, EndpointSpec};
pub use headers::Headers;
pub use metrics::{EndpointMetrics, Loras, MetricsSample};
pub use prefix_index::Slot;
pub use reject::{DroppedReason, Reject, RejectKind};
pub use request::{InferenceRequest, Subset};
pub use trouble::Trouble;
