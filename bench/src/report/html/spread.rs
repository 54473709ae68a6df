//! Percentiles of each stage, in the order in which the stages ran.

use super::super::number::significant;
use super::arms::{Arm, Load};
use super::axis::{Axis, Tick, place};
use super::chart::{BOTTOM, Bar, Chart, LEFT, MARKERS, Point, RIGHT, Series, TOP, Table};
use crate::report::metric::Latency;
use crate::report::{Stat, Summary};

/// A time of requests.
struct Quantity {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    metric: Latency,
    scale: f64,
}

const QUANTITIES: [Quantity; 3] = [
    Quantity { id: "ttft-stages", title: "TTFT by stage", unit: "s", metric: Latency::Ttft, scale: 1.0 },
    Quantity { id: "tpot-stages", title: "TPOT by stage", unit: "ms", metric: Latency::Tpot, scale: 1000.0 },
    Quantity { id: "e2e-stages", title: "E2E by stage", unit: "s", metric: Latency::E2e, scale: 1.0 },
];

/// A part of a spread that is drawn.
#[derive(Clone, Copy)]
struct Percentile {
    name: &'static str,
    of: fn(&Stat) -> f64,
    /// None for the arm's own.
    marker: Option<&'static str>,
}

const PERCENTILES: [Percentile; 3] = [
    Percentile { name: "p50", of: |stat| stat.p50, marker: None },
    Percentile { name: "p90", of: |stat| stat.p90, marker: Some("M-2.5-1h5v2h-5z") },
    Percentile { name: "p99", of: |stat| stat.p99, marker: Some("M-4-1h8v2h-8z") },
];

pub(super) fn stages(arms: &[Arm<'_>], load: Load) -> Vec<Chart> {
    QUANTITIES.iter().filter_map(|quantity| chart(arms, load, quantity)).collect()
}

/// The percentiles of an arm's stage.
struct Spread {
    at: f64,
    stage: u32,
    load: Option<f64>,
    is_saturated: bool,
    remarks: &'static str,
    percentiles: [f64; 3],
}

impl Quantity {
    fn percentile(&self, summary: &Summary, of: fn(&Stat) -> f64) -> Option<f64> {
        summary.latency.get(&self.metric).map(|stat| of(stat) * self.scale)
    }
}

fn chart(arms: &[Arm<'_>], load: Load, quantity: &Quantity) -> Option<Chart> {
    let mut numbers: Vec<(u32, bool)> =
        arms.iter().flat_map(Arm::stages).map(|stage| (stage.number, stage.warm_up)).collect();
    numbers.sort_unstable();
    numbers.dedup_by_key(|(number, _)| *number);
    let width = (RIGHT - LEFT) / numbers.len().max(1) as f64;
    let spreads: Vec<(&Arm<'_>, Vec<Spread>)> = arms
        .iter()
        .enumerate()
        .map(|(index, arm)| {
            let beside = (index as f64 + 1.0) / (arms.len() as f64 + 1.0);
            let spread = |stage: super::arms::ArmStage<'_>| {
                let place = numbers.iter().position(|(number, _)| *number == stage.number)?;
                let mut percentiles = [0.0; 3];
                for (value, percentile) in percentiles.iter_mut().zip(PERCENTILES) {
                    *value = stage.measure(|summary| quantity.percentile(summary, percentile.of))?.mean;
                }
                Some(Spread {
                    at: LEFT + width * (place as f64 + beside),
                    stage: stage.number,
                    load: stage.load(load),
                    is_saturated: stage.is_saturated,
                    remarks: stage.remarks(),
                    percentiles,
                })
            };
            (arm, arm.stages().into_iter().filter_map(spread).collect())
        })
        .collect();
    let values = spreads.iter().flat_map(|(_, spreads)| spreads).flat_map(|spread| spread.percentiles);
    values.clone().next()?;
    let y = Axis::fitting(values, BOTTOM, TOP);
    let bars = spreads.iter().flat_map(|(arm, spreads)| {
        spreads.iter().map(|spread| Bar {
            slot: arm.slot,
            at: place(spread.at),
            low: place(y.at(spread.percentiles[0])),
            high: place(y.at(spread.percentiles[2])),
        })
    });
    Some(Chart {
        id: quantity.id,
        title: quantity.title,
        unit: quantity.unit,
        is_log: y.is_log(),
        x_label: "stage, in the order of the run",
        x_ticks: ticks(&numbers, width),
        y_ticks: y.ticks(),
        guide: None,
        bars: bars.collect(),
        series: spreads.iter().flat_map(|(arm, spreads)| series(arm, spreads, &y, quantity, load)).collect(),
        table: table(&spreads, load),
    })
}

/// Stages by their number, a warm-up with a `w`; so many as have room.
fn ticks(numbers: &[(u32, bool)], width: f64) -> Vec<Tick> {
    let every = (20.0 / width).ceil().max(1.0);
    let is_shown = |index: usize| (index as f64 % every) < 1.0;
    let ticks = numbers.iter().enumerate().filter(|(index, _)| is_shown(*index));
    ticks
        .map(|(index, (number, warm_up))| Tick {
            at: place(LEFT + width * (index as f64 + 0.5)),
            label: if *warm_up { format!("{number}w") } else { number.to_string() },
        })
        .collect()
}

/// A series for each percentile.
fn series(arm: &Arm<'_>, spreads: &[Spread], y: &Axis, quantity: &Quantity, load: Load) -> Vec<Series> {
    let percentiles = PERCENTILES.iter().enumerate();
    percentiles
        .map(|(index, Percentile { name, marker, .. })| Series {
            name: format!("{} {name}", arm.name),
            slot: arm.slot,
            path: String::new(),
            marker: marker.unwrap_or(MARKERS[arm.slot]),
            points: spreads
                .iter()
                .map(|spread| Point {
                    at_x: place(spread.at),
                    at_y: place(y.at(spread.percentiles[index])),
                    x: f64::from(spread.stage),
                    y: spread.percentiles[index],
                    is_hollow: index == 0 && spread.is_saturated,
                    says: format!(
                        "{}, stage {}{}: {name} {} {}{}",
                        arm.name,
                        spread.stage,
                        spread
                            .load
                            .map(|at| format!(" ({} {})", significant(at), load.unit()))
                            .unwrap_or_default(),
                        significant(spread.percentiles[index]),
                        quantity.unit,
                        spread.remarks,
                    ),
                })
                .collect(),
        })
        .collect()
}

fn table(spreads: &[(&Arm<'_>, Vec<Spread>)], load: Load) -> Table {
    let mut head = ["stage", load.unit(), "arm"].map(str::to_owned).to_vec();
    head.extend(PERCENTILES.map(|percentile| percentile.name.to_owned()));
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    for (arm, spread) in spreads.iter().flat_map(|(arm, spreads)| spreads.iter().map(move |one| (arm, one))) {
        let load = spread.load.map_or_else(|| "–".to_owned(), significant);
        let mut row = vec![spread.stage.to_string(), load, format!("{}{}", arm.name, spread.remarks)];
        row.extend(spread.percentiles.map(significant));
        rows.push((spread.stage, row));
    }
    rows.sort_by_key(|(stage, _)| *stage);
    Table { head, rows: rows.into_iter().map(|(_, row)| row).collect() }
}
