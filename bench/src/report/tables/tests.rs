use super::*;
use crate::report::tests::{plan, report, run};

/// As someone might print it.
fn printed(text: &TextReport) -> String {
    let mut lines = text.headline.clone();
    for table in &text.tables {
        lines.extend([String::new(), table.title.clone()]);
        let header = table.header.iter().map(|text| (text.as_str(), Tone::Plain)).collect();
        let rows =
            table.rows.iter().map(|row| row.iter().map(|cell| (cell.text.as_str(), cell.tone)).collect());
        let rows: Vec<Vec<(&str, Tone)>> = [header].into_iter().chain(rows).collect();
        let marked = |(text, tone): (&str, Tone)| match tone {
            Tone::Plain => text.to_owned(),
            Tone::Good => format!("+{text}+"),
            Tone::Bad => format!("!{text}!"),
            Tone::Dim => format!("({text})"),
        };
        let rows: Vec<Vec<String>> =
            rows.into_iter().map(|row| row.into_iter().map(marked).collect()).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        for row in &rows {
            let cells = row.iter().enumerate().map(|(column, text)| format!("{text:<0$}", width(column)));
            lines.push(cells.collect::<Vec<_>>().join(" | ").trim_end().to_owned());
        }
    }
    lines.extend([String::new()]);
    lines.extend(text.notes.clone());
    lines.join("\n")
}

#[test]
fn rows_are_as_wide_as_the_header() {
    let comparison = Comparison::of(&[report()], &[report()]).unwrap();
    for table in of(&report()).tables.iter().chain(&of_comparison(&comparison).tables) {
        for row in &table.rows {
            assert_eq!(row.len(), table.header.len(), "{}", table.title);
        }
    }
}

#[test]
fn a_run() {
    insta::assert_snapshot!(printed(&of(&report())));
}

#[test]
fn a_run_without_anything_sent() {
    let mut run = run();
    run.stages.iter_mut().for_each(|stage| stage.samples.clear());
    run.is_partial = true;
    insta::assert_snapshot!(printed(&of(&BenchReport::of(&plan(), &run))));
}

#[test]
fn simulated_servers_are_said_first() {
    let simulated = BenchReport { is_simulated: true, ..report() };
    let comparison = Comparison::of(&[report()], std::slice::from_ref(&simulated)).unwrap();
    for text in [of(&simulated), of_comparison(&comparison)] {
        assert!(text.headline[0].ends_with(", simulated servers"), "{:?}", text.headline);
    }
}

#[test]
fn two_arms() {
    let mut run = run();
    run.target.arm = "round robin".into();
    for sample in run.stages.iter_mut().flat_map(|stage| &mut stage.samples) {
        sample.times.closed *= 2;
        sample.times.last_token = sample.times.last_token.map(|time| time * 2);
    }
    let slow = BenchReport::of(&plan(), &run);
    let comparison = Comparison::of(&[slow.clone(), slow], &[report(), report()]).unwrap();
    insta::assert_snapshot!(printed(&of_comparison(&comparison)));
}
