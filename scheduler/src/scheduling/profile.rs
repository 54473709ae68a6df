//! A scheduling profile: filters in order, weighted scorers, one picker.

use std::sync::Arc;

use super::{Filter, Picker, Scorer};
use crate::observability::PluginTimer;

/// A plugin in one role, with the timer that its metric family has for it.
pub struct Named<T: ?Sized> {
    /// As in the configuration.
    pub name: Box<str>,
    pub type_name: &'static str,
    pub plugin: Arc<T>,
    pub timer: PluginTimer,
}

/// A scorer and its weight in a profile.
pub struct WeightedScorer {
    pub scorer: Named<dyn Scorer>,
    pub weight: f64,
}

/// Filters narrow, scorers weigh, the picker takes.
pub struct SchedulingProfile {
    pub name: Box<str>,
    pub filters: Vec<Named<dyn Filter>>,
    pub scorers: Vec<WeightedScorer>,
    pub picker: Named<dyn Picker>,
}
