//! What the load does to throughput and latency: a line per arm, a point per stage.

use super::super::number::significant;
use super::arms::{Arm, ArmStage, Load, Measured};
use super::axis::{Axis, place};
use super::chart::{self, Bar, Chart, Guide, MARKERS, Point, Series, Table};
use crate::report::metric::Latency;
use crate::report::{Stat, Summary, Throughput};

/// What is drawn over the load.
struct Quantity {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
    of: fn(&Summary) -> Option<f64>,
}

const THROUGHPUT: [Quantity; 3] = [
    Quantity {
        id: "answered",
        title: "Requests answered",
        unit: "per second",
        of: |summary| Some(steady(summary).requests_per_second),
    },
    Quantity {
        id: "output",
        title: "Tokens written",
        unit: "per second",
        of: |summary| Some(steady(summary).output_tokens_per_second),
    },
    Quantity {
        id: "hits",
        title: "Prompt tokens found in the cache",
        unit: "%",
        of: |summary| summary.hit_share.map(|share| share * 100.0),
    },
];

const LATENCY: [Quantity; 6] = [
    Quantity {
        id: "ttft-p50",
        title: "TTFT, median",
        unit: "s",
        of: |summary| time(summary, Latency::Ttft, |stat| stat.p50),
    },
    Quantity {
        id: "tpot-p50",
        title: "TPOT, median",
        unit: "ms",
        of: |summary| time(summary, Latency::Tpot, |stat| stat.p50 * 1000.0),
    },
    Quantity {
        id: "e2e-p50",
        title: "E2E, median",
        unit: "s",
        of: |summary| time(summary, Latency::E2e, |stat| stat.p50),
    },
    Quantity {
        id: "ttft-p99",
        title: "TTFT, p99",
        unit: "s",
        of: |summary| time(summary, Latency::Ttft, |stat| stat.p99),
    },
    Quantity {
        id: "tpot-p99",
        title: "TPOT, p99",
        unit: "ms",
        of: |summary| time(summary, Latency::Tpot, |stat| stat.p99 * 1000.0),
    },
    Quantity {
        id: "e2e-p99",
        title: "E2E, p99",
        unit: "s",
        of: |summary| time(summary, Latency::E2e, |stat| stat.p99),
    },
];

/// Of the steady window where there is one: what ran up and drained away says little of what is borne.
fn steady(summary: &Summary) -> Throughput {
    summary.steady.unwrap_or(summary.throughput)
}

fn time(summary: &Summary, metric: Latency, of: fn(&Stat) -> f64) -> Option<f64> {
    summary.latency.get(&metric).map(of)
}

pub(super) fn throughput(arms: &[Arm<'_>], load: Load) -> Vec<Chart> {
    let mut charts: Vec<Chart> =
        THROUGHPUT.iter().filter_map(|quantity| curve(arms, load, quantity)).collect();
    // Of conversations, as many answers come as they have turns.
    if matches!(load, Load::Offered | Load::Sent)
        && let Some(answered) = charts.iter_mut().find(|chart| chart.id == "answered")
    {
        answered.guide = Some(keeps_up(arms, load));
    }
    charts
}

pub(super) fn latency(arms: &[Arm<'_>], load: Load) -> Vec<Chart> {
    LATENCY.iter().filter_map(|quantity| curve(arms, load, quantity)).collect()
}

/// A measured stage: its load and its quantity.
struct Reading<'a> {
    stage: ArmStage<'a>,
    load: f64,
    value: Option<Measured>,
}

/// By rising load; warm-ups are left out.
fn readings<'a>(arm: &Arm<'a>, load: Load, quantity: &Quantity) -> Vec<Reading<'a>> {
    let stages = arm.stages().into_iter().filter(|stage| !stage.warm_up);
    let mut readings: Vec<Reading<'a>> = stages
        .filter_map(|stage| {
            let value = stage.measure(quantity.of);
            Some(Reading { load: stage.load(load)?, value, stage })
        })
        .collect();
    readings.sort_by(|one, other| one.load.total_cmp(&other.load));
    readings
}

/// None where nothing was measured.
fn curve(arms: &[Arm<'_>], load: Load, quantity: &Quantity) -> Option<Chart> {
    let lines: Vec<(&Arm<'_>, Vec<Reading<'_>>)> =
        arms.iter().map(|arm| (arm, readings(arm, load, quantity))).collect();
    let all = || lines.iter().flat_map(|(_, readings)| readings);
    let values = all().filter_map(|reading| reading.value).flat_map(|value| [value.low, value.high]);
    values.clone().next()?;
    let x = chart::horizontal(all().map(|reading| reading.load));
    let y = match quantity.unit {
        "%" => Axis::linear([100.0], chart::BOTTOM, chart::TOP),
        "per second" => Axis::linear(values, chart::BOTTOM, chart::TOP),
        _ => Axis::fitting(values, chart::BOTTOM, chart::TOP),
    };
    Some(Chart {
        id: quantity.id,
        title: quantity.title,
        unit: quantity.unit,
        is_log: y.is_log(),
        x_label: load.label(),
        x_ticks: x.ticks(),
        y_ticks: y.ticks(),
        guide: None,
        bars: lines.iter().flat_map(|(arm, readings)| ranges(arm, readings, &x, &y)).collect(),
        series: lines.iter().map(|(arm, readings)| series(arm, readings, &x, &y, quantity, load)).collect(),
        table: table(&lines, load),
    })
}

/// What the runs of an arm span, where there are several.
fn ranges(arm: &Arm<'_>, readings: &[Reading<'_>], x: &Axis, y: &Axis) -> Vec<Bar> {
    let spans = readings.iter().filter_map(|reading| Some((reading.load, reading.value?)));
    spans
        .filter(|(_, value)| value.high > value.low)
        .map(|(load, value)| Bar {
            slot: arm.slot,
            at: place(x.at(load)),
            low: place(y.at(value.low)),
            high: place(y.at(value.high)),
        })
        .collect()
}

fn series(
    arm: &Arm<'_>,
    readings: &[Reading<'_>],
    x: &Axis,
    y: &Axis,
    quantity: &Quantity,
    load: Load,
) -> Series {
    let point = |reading: &Reading<'_>| {
        let value = reading.value?;
        Some(Point {
            at_x: place(x.at(reading.load)),
            at_y: place(y.at(value.mean)),
            x: reading.load,
            y: value.mean,
            is_hollow: reading.stage.is_saturated,
            says: format!(
                "{}, {} {}: {} {}{}",
                arm.name,
                significant(reading.load),
                load.unit(),
                significant(value.mean),
                quantity.unit,
                reading.stage.remarks(),
            ),
        })
    };
    Series {
        name: arm.name.to_owned(),
        slot: arm.slot,
        path: chart::path(
            latest(readings).map(|reading| Some((x.at(reading.load), y.at(reading.value?.mean)))),
        ),
        marker: MARKERS[arm.slot],
        points: readings.iter().filter_map(point).collect(),
    }
}

/// Where several stages had the same load, the last of them: its caches are as warm as those of what follows.
fn latest<'a, 'r>(readings: &'r [Reading<'a>]) -> impl Iterator<Item = &'r Reading<'a>> {
    let groups = readings.chunk_by(|one, next| one.load.total_cmp(&next.load).is_eq());
    groups.filter_map(|group| group.last())
}

/// A row per stage, a column per arm.
fn table(lines: &[(&Arm<'_>, Vec<Reading<'_>>)], load: Load) -> Table {
    let mut head = vec!["stage".to_owned(), load.unit().to_owned()];
    head.extend(lines.iter().map(|(arm, _)| arm.name.to_owned()));
    let mut stages: Vec<(u32, f64)> = Vec::new();
    for reading in lines.iter().flat_map(|(_, readings)| readings) {
        if !stages.iter().any(|(number, _)| *number == reading.stage.number) {
            stages.push((reading.stage.number, reading.load));
        }
    }
    let cell = |readings: &[Reading<'_>], stage: u32| {
        let reading = readings.iter().find(|reading| reading.stage.number == stage)?;
        Some(significant(reading.value?.mean) + reading.stage.remarks())
    };
    let row = |(stage, at): (u32, f64)| {
        let mut row = vec![stage.to_string(), significant(at)];
        row.extend(lines.iter().map(|(_, readings)| cell(readings, stage).unwrap_or_else(|| "–".to_owned())));
        row
    };
    Table { head, rows: stages.into_iter().map(row).collect() }
}

/// Where as much is answered as is asked for.
fn keeps_up(arms: &[Arm<'_>], load: Load) -> Guide {
    let lines: Vec<Vec<Reading<'_>>> = arms.iter().map(|arm| readings(arm, load, &THROUGHPUT[0])).collect();
    let all = || lines.iter().flatten();
    let x = chart::horizontal(all().map(|reading| reading.load));
    let y = Axis::linear(all().filter_map(|reading| Some(reading.value?.high)), chart::BOTTOM, chart::TOP);
    let end = x.high().min(y.high());
    let path = chart::path([Some((x.at(0.0), y.at(0.0))), Some((x.at(end), y.at(end)))]);
    Guide { path, says: "all that was asked for" }
}
