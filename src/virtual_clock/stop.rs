//! An early end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks what plays on the virtual clock to end early. Clones ask the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
