//! One page that needs nothing else: what was run, what came of it, in words, pictures and tables.
//!
//! Pictures are SVG without scripts. Every point of a curve carries `data-chart`, `data-series`, `data-x` and `data-y`;
//! a strip of requests in flight carries all of its values in them, apart by spaces.

mod arms;
mod axis;
mod chart;
mod compared;
mod curves;
mod headline;
mod made;
mod replicas;
mod spread;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use self::arms::{Arm, Load};
use super::BenchReport;
use super::comparison::Comparison;

const PAGE: &str = include_str!("../../../templates/report/page.html");
const CHARTS: &str = include_str!("../../../templates/report/charts.html");
const STYLE: &str = include_str!("../../../templates/report/page.css");

/// What a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Runs; those of one arm may be several, and bear one name.
    pub reports: &'a [BenchReport],
    /// Of two of the arms. Without it the last arm is set against the first, in the headline only.
    pub comparison: Option<&'a Comparison>,
    /// The command line that made them, as a person would type it.
    pub command: &'a str,
}

/// What the template is given.
#[derive(Serialize)]
struct View<'a> {
    style: &'static str,
    markers: [&'static str; 6],
    headline: Option<headline::Headline>,
    compared: Option<compared::Compared<'a>>,
    arms: Vec<Legend<'a>>,
    tallies: Vec<headline::Tally>,
    is_partial: bool,
    is_simulated: bool,
    throughput: Vec<chart::Chart>,
    latency: Vec<chart::Chart>,
    stages: Vec<chart::Chart>,
    replicas: Vec<replicas::Replicas>,
    notes: Vec<made::Note<'a>>,
    made: made::Made<'a>,
}

/// An arm in the key to a picture.
#[derive(Serialize)]
struct Legend<'a> {
    name: &'a str,
    slot: usize,
    runs: usize,
}

impl<'a> Legend<'a> {
    fn of(arm: &Arm<'a>) -> Self {
        Self { name: arm.name, slot: arm.slot, runs: arm.runs.len() }
    }
}

impl Page<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the embedded templates do not fit what they are given, which is a mistake of this crate.
    pub fn render(&self) -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        let mut syntax = SyntaxConfig::builder();
        environment.set_syntax(syntax.trim_blocks(true).lstrip_blocks(true).build()?);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.add_template("page.html", PAGE)?;
        environment.add_template("charts.html", CHARTS)?;
        environment.get_template("page.html")?.render(Serde(self.view()))
    }

    fn view(&self) -> View<'_> {
        let arms = arms::arms(self.reports);
        let load = Load::of_all(&arms);
        let named = |name: &str| arms.iter().find(|arm| arm.name == name);
        let subject = self.comparison.and_then(|compared| named(&compared.b.name)).or_else(|| arms.last());
        let base = self.comparison.and_then(|compared| named(&compared.a.name)).or_else(|| arms.first());
        let base = base.filter(|base| subject.is_some_and(|subject| subject.name != base.name));
        View {
            style: STYLE,
            markers: chart::MARKERS,
            headline: subject.map(|subject| headline::headline(&arms, subject, base, self.comparison)),
            compared: self.comparison.map(compared::compared),
            arms: arms.iter().map(Legend::of).collect(),
            tallies: headline::tallies(&arms),
            is_partial: self.reports.iter().any(|report| report.is_partial),
            is_simulated: self.reports.iter().any(|report| report.is_simulated),
            throughput: curves::throughput(&arms, load),
            latency: curves::latency(&arms, load),
            stages: spread::stages(&arms, load),
            replicas: replicas::replicas(&arms),
            notes: made::notes(&arms, self.comparison),
            made: made::made(self.reports, self.command),
        }
    }
}
