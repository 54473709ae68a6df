//! What a chart is made of; the template draws it.

use serde::Serialize;

use super::axis::{Axis, Tick, place};

/// The plot within the picture, in the units of its view box (440 × 250).
pub(super) const LEFT: f64 = 46.0;
pub(super) const RIGHT: f64 = 430.0;
pub(super) const TOP: f64 = 12.0;
pub(super) const BOTTOM: f64 = 208.0;

/// Outlines of markers about (0, 0), by slot of the arm.
pub(super) const MARKERS: [&str; 6] = [
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-3.6-3.6h7.2v7.2h-7.2z",
    "M0-4.8L4.5 3.4H-4.5z",
    "M0-5.2L5.2 0L0 5.2L-5.2 0z",
    "M0 4.8L4.5-3.4H-4.5z",
    "M-1.4-4.6h2.8v3.2h3.2v2.8h-3.2v3.2h-2.8v-3.2h-3.2v-2.8h3.2z",
];

/// One picture with its numbers.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// Unique within the page.
    pub id: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub is_log: bool,
    pub x_label: &'static str,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    /// A line to compare with, and what it says.
    pub guide: Option<Guide>,
    pub bars: Vec<Bar>,
    pub series: Vec<Series>,
    pub table: Table,
}

#[derive(Debug, Serialize)]
pub(super) struct Guide {
    pub path: String,
    pub says: &'static str,
}

/// A vertical line that joins what belongs together.
#[derive(Debug, Serialize)]
pub(super) struct Bar {
    pub slot: usize,
    pub at: String,
    pub low: String,
    pub high: String,
}

/// Points of one kind.
#[derive(Debug, Serialize)]
pub(super) struct Series {
    pub name: String,
    pub slot: usize,
    /// The line through the points; empty where they are not joined.
    pub path: String,
    pub marker: &'static str,
    pub points: Vec<Point>,
}

/// A point, in the picture and as it was measured.
#[derive(Debug, Serialize)]
pub(super) struct Point {
    pub at_x: String,
    pub at_y: String,
    pub x: f64,
    pub y: f64,
    pub is_hollow: bool,
    pub says: String,
}

/// The numbers of a chart.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The scale along the bottom.
pub(super) fn horizontal(values: impl IntoIterator<Item = f64>) -> Axis {
    Axis::linear(values, LEFT, RIGHT)
}

/// A line through points in the order given; it breaks where one is missing.
pub(super) fn path(points: impl IntoIterator<Item = Option<(f64, f64)>>) -> String {
    let mut path = String::new();
    let mut is_joined = false;
    for point in points {
        if let Some((x, y)) = point {
            path.push(if is_joined { 'L' } else { 'M' });
            path.extend([place(x).as_str(), " ", place(y).as_str()]);
        }
        is_joined = point.is_some();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_a_point_is_missing() {
        let points = [Some((0.0, 1.0)), Some((2.0, 3.0)), None, Some((4.0, 5.0))];
        assert_eq!(path(points), "M0.0 1.0L2.0 3.0M4.0 5.0");
    }
}
