//! Reports on the terminal.

use llmd_bench::plan::Outline;
use llmd_bench::report::tables::{TextReport, TextTable, Tone, count, significant};

use crate::ui::{Mark, Printer, Table};

/// Prints sentences, tables and notes, each table under its title.
pub(super) fn text(report: &TextReport, ui: &Printer) {
    report.headline.iter().for_each(|line| ui.data(line));
    for table in &report.tables {
        ui.data(&format!("\n{}", table.title));
        ui.table(&drawn(table));
    }
    for note in &report.notes {
        ui.data(&format!("\nnote: {note}"));
    }
}

fn drawn(table: &TextTable) -> Table {
    let mut drawn = Table::with_header(&table.header);
    for row in &table.rows {
        drawn.row(row.iter().map(|cell| (cell.text.clone(), mark(cell.tone))).collect());
    }
    drawn
}

fn mark(tone: Tone) -> Mark {
    match tone {
        Tone::Plain | Tone::Dim => Mark::Plain,
        Tone::Good => Mark::Good,
        Tone::Bad => Mark::Bad,
    }
}

/// Prints what would be sent.
pub(super) fn outline(outline: &Outline, hash: &str, ui: &Printer) {
    let mut table = Table::new(["stage", "load", "requests", "input tokens", "output tokens"]);
    for (number, stage) in outline.stages.iter().enumerate() {
        let load = match (stage.rate, stage.seconds, stage.concurrency) {
            (Some(rate), Some(seconds), _) => {
                format!("{} req/s for {} s", significant(rate), significant(seconds))
            }
            (_, _, concurrency) => format!("{} at once", concurrency.unwrap_or_default()),
        };
        let warm_up = if stage.warm_up { ", warm-up" } else { "" };
        let row = [
            number.to_string(),
            load + warm_up,
            count(stage.requests),
            count(stage.input_tokens),
            count(stage.output_tokens),
        ];
        table.row(row.map(|text| (text, Mark::Plain)).to_vec());
    }
    ui.table(&table);
    ui.data(&format!(
        "\n{} prompts of {} distinct tokens; hash {}",
        count(outline.prompts as u64),
        count(outline.distinct_tokens),
        &hash[..hash.len().min(12)]
    ));
}
