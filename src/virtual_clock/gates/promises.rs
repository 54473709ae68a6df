//! What is asked of the figures.

use super::super::measured::Measured;
use super::{Bound, Case, Gate, GateRow};

const UPSTREAM: &str = "upstream-default";
const OURS: &str = "default";
const ROUND_ROBIN: &str = "round-robin";
/// As a plain Service does; what `schedsim.md` §9 compares with.
const SERVICE: &str = "random";

/// req/s of the upstream default, mean and standard deviation, as `schedsim.md` §4 has it.
const PUBLISHED: [(Case, f64, f64); 5] = [
    (Case::Ladder, 9.61, 0.46),
    (Case::SlowReplica, 8.00, 0.46),
    (Case::SixtyFour, 62.14, 5.89),
    (Case::Zipf, 30.24, 4.72),
    (Case::NoPrefix, 24.01, 0.19),
];

/// A ratio of a figure between this project's policy and another.
struct Ratio {
    case: Case,
    figure: Figure,
    against: &'static str,
    asked: Bound,
}

#[derive(Clone, Copy)]
enum Figure {
    Rate,
    Ttft,
}

impl Figure {
    fn name(self) -> &'static str {
        match self {
            Self::Rate => "req/s",
            Self::Ttft => "mean TTFT",
        }
    }

    fn of(self, measured: &Measured) -> f64 {
        match self {
            Self::Rate => measured.requests_per_second,
            Self::Ttft => measured.ttft,
        }
    }
}

const fn ratio(case: Case, figure: Figure, against: &'static str, asked: Bound) -> Ratio {
    Ratio { case, figure, against, asked }
}

/// `schedsim.md` §9.
const RATIOS: [Ratio; 10] = [
    ratio(Case::Ladder, Figure::Rate, UPSTREAM, Bound::AtLeast(0.98)),
    ratio(Case::SlowReplica, Figure::Rate, UPSTREAM, Bound::AtLeast(1.10)),
    ratio(Case::SixtyFour, Figure::Rate, UPSTREAM, Bound::AtLeast(1.15)),
    ratio(Case::Zipf, Figure::Rate, UPSTREAM, Bound::AtLeast(1.10)),
    ratio(Case::Zipf, Figure::Ttft, UPSTREAM, Bound::AtMost(0.5)),
    ratio(Case::NoPrefix, Figure::Ttft, UPSTREAM, Bound::AtMost(0.7)),
    ratio(Case::Ladder, Figure::Rate, ROUND_ROBIN, Bound::AtLeast(1.6)),
    ratio(Case::Ladder, Figure::Ttft, ROUND_ROBIN, Bound::AtMost(0.01)),
    ratio(Case::Ladder, Figure::Rate, SERVICE, Bound::AtLeast(1.6)),
    ratio(Case::Ladder, Figure::Ttft, SERVICE, Bound::AtMost(0.01)),
];

/// Every gate whose rows are there.
pub(super) fn judge(rows: &[GateRow]) -> Vec<Gate> {
    let row = |case: Case, policy: &str| {
        rows.iter().find(|row| row.case == case.name() && row.policy == policy).map(|row| &row.mean)
    };
    let published = PUBLISHED.iter().filter_map(|&(case, mean, spread)| {
        let measured = row(case, UPSTREAM)?.requests_per_second;
        let asked = Bound::Within { from: mean - spread, to: mean + spread };
        Some(gate(case, format!("req/s, {UPSTREAM}, as published"), asked, measured))
    });
    let ratios = RATIOS.iter().filter_map(|&Ratio { case, figure, against, asked }| {
        let (ours, others) = (figure.of(row(case, OURS)?), figure.of(row(case, against)?));
        let quantity = format!("{}, {OURS} / {against}", figure.name());
        Some(gate(case, quantity, asked, ours / others))
    });
    published.chain(ratios).collect()
}

fn gate(case: Case, quantity: String, asked: Bound, measured: f64) -> Gate {
    Gate { case: case.name().to_owned(), quantity, asked, measured, is_met: asked.holds(measured) }
}
