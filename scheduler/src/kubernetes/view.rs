//! What watches see, and the datastore is told of.

use kube::core::DynamicObject;

use super::collection::Collection;
use super::endpoints::Pod;

/// What the API server last said.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) pool: Collection<DynamicObject>,
    pub(super) pods: Collection<Pod>,
    pub(super) objectives: Collection<DynamicObject>,
    pub(super) rewrites: Collection<DynamicObject>,
}
