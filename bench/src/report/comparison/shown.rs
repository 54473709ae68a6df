//! A row's values for people.

use super::Row;
use crate::report::metric::{Metric, Unit};
use crate::report::number::{TimeUnit, significant};

/// How all values of a row are shown: in one unit.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) enum Shown {
    Time(TimeUnit),
    Percent,
    Number,
}

impl Shown {
    pub(in crate::report) fn of(row: &Row) -> Self {
        match row.unit {
            // Per token, always in milliseconds.
            Unit::Seconds if matches!(row.figure.metric, Metric::Tpot | Metric::Itl | Metric::Ntpot) => {
                Self::Time(TimeUnit::Milliseconds)
            }
            Unit::Seconds => Self::Time(TimeUnit::suiting(row.a.abs().max(row.b.abs()))),
            Unit::Share => Self::Percent,
            Unit::RequestsPerSecond | Unit::TokensPerSecond => Self::Number,
        }
    }

    pub(in crate::report) fn text(self, value: f64) -> String {
        match self {
            Self::Time(unit) => significant(value * unit.per_second()),
            Self::Percent => format!("{:.1}", value * 100.0),
            Self::Number => significant(value),
        }
    }

    pub(in crate::report) fn unit(self, metric: Metric) -> &'static str {
        match self {
            Self::Time(unit) => unit.symbol(),
            _ if metric == Metric::GenerationSpeed => "tokens/s/request",
            _ => metric.unit().symbol(),
        }
    }
}
