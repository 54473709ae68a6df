//! Making metric families under both of their names.

use prometheus::core::Collector;
use prometheus::{
    Counter, CounterVec, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, Opts, Registry,
};

/// Registers families. Their names are constants of this folder, so none can be wrong or stand twice; a family that
/// could not be made would count into nothing, and the test of the page would miss it.
pub(super) struct Maker<'a>(pub(super) &'a Registry);

impl Maker<'_> {
    fn keep<T: Collector + Clone + 'static>(&self, family: prometheus::Result<T>) -> Option<T> {
        let family = family.ok()?;
        self.0.register(Box::new(family.clone())).ok()?;
        Some(family)
    }

    pub(super) fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Counters {
        Counters(self.keep(CounterVec::new(Opts::new(name, help), labels)))
    }

    pub(super) fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Gauges {
        Gauges(self.keep(GaugeVec::new(Opts::new(name, help), labels)))
    }

    pub(super) fn histograms(&self, name: &str, help: &str, labels: &[&str], buckets: &[f64]) -> Histograms {
        let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
        Histograms(self.keep(HistogramVec::new(options, labels)))
    }
}

/// A family of counters; labels are values in the order in which the family names them.
#[derive(Clone)]
pub(super) struct Counters(Option<CounterVec>);

impl Counters {
    pub(super) fn get(&self, labels: &[&str]) -> Option<Counter> {
        self.0.as_ref()?.get_metric_with_label_values(labels).ok()
    }

    pub(super) fn add(&self, labels: &[&str], count: f64) {
        if let Some(counter) = self.get(labels) {
            counter.inc_by(count);
        }
    }
}

/// A family of gauges.
#[derive(Clone)]
pub(super) struct Gauges(Option<GaugeVec>);

impl Gauges {
    pub(super) fn get(&self, labels: &[&str]) -> Option<Gauge> {
        self.0.as_ref()?.get_metric_with_label_values(labels).ok()
    }

    pub(super) fn set(&self, labels: &[&str], value: f64) {
        if let Some(gauge) = self.get(labels) {
            gauge.set(value);
        }
    }

    /// Forgets a series.
    pub(super) fn remove(&self, labels: &[&str]) {
        // One that is not there is forgotten already.
        let _ = self.0.as_ref().map(|family| family.remove_label_values(labels));
    }
}

/// A family of histograms.
#[derive(Clone)]
pub(super) struct Histograms(Option<HistogramVec>);

impl Histograms {
    pub(super) fn get(&self, labels: &[&str]) -> Option<Histogram> {
        self.0.as_ref()?.get_metric_with_label_values(labels).ok()
    }

    pub(super) fn observe(&self, labels: &[&str], value: f64) {
        if let Some(histogram) = self.get(labels) {
            histogram.observe(value);
        }
    }
}
