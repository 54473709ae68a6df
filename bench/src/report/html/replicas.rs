//! What each replica bore, and what it had in its cache.

use serde::Serialize;

use super::super::number::{count, factor, percent, significant};
use super::arms::Arm;
use super::axis::{Axis, Tick, place};
use crate::report::ReplicaReport;

/// The replicas of an arm, of its first run.
#[derive(Debug, Serialize)]
pub(super) struct Replicas {
    pub arm: String,
    pub slot: usize,
    /// How much more than the mean the busiest bore.
    pub imbalance: String,
    pub rows: Vec<Row>,
    /// None where nobody looked.
    pub in_flight: Option<InFlight>,
}

/// One replica; widths are in per cent of the widest of all arms.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub name: String,
    pub requests: u64,
    pub requests_text: String,
    pub width: String,
    pub hit_share: Option<f64>,
    pub hit_text: String,
    pub output_tokens: String,
    pub preemptions: String,
}

/// Requests in flight over time: a strip per replica, all to one scale.
#[derive(Debug, Serialize)]
pub(super) struct InFlight {
    pub height: String,
    pub strip: String,
    /// Where the labels of the ticks stand.
    pub foot: String,
    pub ticks: Vec<Tick>,
    /// The upper edge of every strip.
    pub top: String,
    pub strips: Vec<Strip>,
}

/// Requests in flight at one replica.
#[derive(Debug, Serialize)]
pub(super) struct Strip {
    pub name: String,
    /// The lower edge.
    pub base: String,
    pub area: String,
    pub line: String,
    /// As measured, apart by spaces.
    pub x: String,
    pub y: String,
    pub mean: String,
    pub most: String,
}

/// Where strips begin and end across the picture, which is 480 wide.
const LEFT: f64 = 92.0;
const RIGHT: f64 = 464.0;

pub(super) fn replicas(arms: &[Arm<'_>]) -> Vec<Replicas> {
    let of = |arm: &Arm<'_>| arm.runs.first().map(|run| run.replicas.clone()).unwrap_or_default();
    let all: Vec<(&Arm<'_>, Vec<ReplicaReport>)> = arms.iter().map(|arm| (arm, of(arm))).collect();
    let most = all
        .iter()
        .flat_map(|(_, replicas)| replicas)
        .map(|replica| replica.requests)
        .max()
        .unwrap_or_default();
    let points = || all.iter().flat_map(|(_, replicas)| replicas).flat_map(|replica| &replica.in_flight);
    let end = points().map(|(at, _)| *at).fold(0.0, f64::max);
    let deepest = points().map(|(_, requests)| *requests).fold(0.0, f64::max);
    all.iter()
        .filter(|(_, replicas)| !replicas.is_empty())
        .map(|(arm, replicas)| Replicas {
            arm: arm.name.to_owned(),
            slot: arm.slot,
            imbalance: imbalance(replicas),
            rows: replicas.iter().map(|replica| row(replica, most)).collect(),
            in_flight: (deepest > 0.0).then(|| in_flight(replicas, end, deepest)),
        })
        .collect()
}

fn imbalance(replicas: &[ReplicaReport]) -> String {
    let most = replicas.iter().map(|replica| replica.requests).max().unwrap_or_default();
    let mean =
        replicas.iter().map(|replica| replica.requests as f64).sum::<f64>() / replicas.len().max(1) as f64;
    if mean > 0.0 { factor(most as f64 / mean) } else { "–".to_owned() }
}

fn row(replica: &ReplicaReport, most: u64) -> Row {
    let share = replica.cached_tokens as f64 / replica.prompt_tokens as f64;
    let hit_share = (replica.prompt_tokens > 0).then_some(share);
    Row {
        name: replica.name.clone(),
        requests: replica.requests,
        requests_text: count(replica.requests),
        width: place(100.0 * replica.requests as f64 / most.max(1) as f64),
        hit_share: hit_share.map(|share| share * 100.0),
        hit_text: hit_share.map_or_else(|| "–".to_owned(), percent),
        output_tokens: count(replica.output_tokens),
        preemptions: replica.preemptions.map_or_else(|| "–".to_owned(), count),
    }
}

fn in_flight(replicas: &[ReplicaReport], end: f64, deepest: f64) -> InFlight {
    let strip = if replicas.len() <= 16 { 26.0 } else { 12.0 };
    let x = Axis::until(end, LEFT, RIGHT);
    let height = strip * replicas.len() as f64;
    let draw = |(index, replica): (usize, &ReplicaReport)| {
        let base = strip * (index as f64 + 1.0);
        let y = Axis::linear([deepest], base, base - strip + 3.0);
        let places = replica.in_flight.iter().map(|(at, requests)| (x.at(*at), y.at(*requests)));
        let line = super::chart::path(places.clone().map(Some));
        let across = |end: Option<(f64, f64)>| place(end.map_or(LEFT, |(at, _)| at));
        let (from, to) = (across(places.clone().next()), across(places.clone().next_back()));
        let list = |values: &mut dyn Iterator<Item = f64>| {
            values.map(|value| value.to_string()).collect::<Vec<_>>().join(" ")
        };
        let requests = || replica.in_flight.iter().map(|(_, requests)| *requests);
        Strip {
            name: replica.name.clone(),
            base: place(base),
            area: if line.is_empty() {
                String::new()
            } else {
                format!("{line}L{to} {edge}L{from} {edge}z", edge = place(base))
            },
            line,
            x: list(&mut replica.in_flight.iter().map(|(at, _)| *at)),
            y: list(&mut requests()),
            mean: significant(requests().sum::<f64>() / replica.in_flight.len() as f64),
            most: significant(requests().fold(0.0, f64::max)),
        }
    };
    InFlight {
        height: place(height + 34.0),
        strip: place(height),
        foot: place(height + 16.0),
        ticks: x.ticks(),
        top: significant(Axis::linear([deepest], 0.0, 1.0).high()),
        strips: replicas.iter().enumerate().map(draw).collect(),
    }
}
