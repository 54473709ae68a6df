//! The page of a bench, opened in a browser: nothing is said to the console, every point of every curve is there to
//! be seen, in light and in dark, and on a phone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod browser;
mod sample;

use std::collections::BTreeMap;

use llmd_bench::report::BenchReport;
use llmd_bench::report::comparison::{Comparison, tell_apart};
use llmd_bench::report::html::Page;

use self::browser::{Browser, Scheme, Verdict};
use self::sample::{LADDER, POINTS, REPLICAS};

const COMMAND: &str = "llmd bench compare --scenario inference-scheduling --repeats 2";

fn page(reports: &[BenchReport]) -> String {
    let arm = |name: &str| reports.iter().filter(|report| report.arm == name).cloned().collect::<Vec<_>>();
    let comparison = Comparison::of(&arm("round robin"), &arm("scheduler")).ok();
    Page { reports, comparison: comparison.as_ref(), command: COMMAND }.render().unwrap()
}

/// How many points each series of a chart has.
fn points_by_series(verdict: &Verdict) -> BTreeMap<(&str, &str), usize> {
    let mut many = BTreeMap::new();
    for point in &verdict.points {
        *many.entry((point.chart.as_str(), point.series.as_str())).or_default() += 1;
    }
    many
}

#[test]
fn every_point_is_seen_in_light_and_in_dark_and_on_a_phone() {
    let Some(browser) = Browser::find() else { return };
    let page = page(&sample::comparison());
    for (scheme, width) in
        [(Scheme::Light, 1280), (Scheme::Dark, 1280), (Scheme::Light, 390), (Scheme::Dark, 390)]
    {
        let verdict = browser.probe(&page, scheme, width);
        assert_eq!(verdict.is_dark, scheme == Scheme::Dark);
        assert!(!verdict.overflows, "at {width}");
        assert_eq!(verdict.faint, Vec::<String>::new(), "{scheme:?}");
        let hidden: Vec<_> = verdict.points.iter().filter(|point| !point.is_visible).collect();
        assert!(hidden.is_empty(), "{scheme:?}, {width}: {hidden:#?}");
        let many = points_by_series(&verdict);
        for arm in ["round robin", "scheduler"] {
            let curves = ["answered", "output", "hits"].into_iter();
            let latencies = ["ttft-p50", "ttft-p99", "tpot-p50", "tpot-p99", "e2e-p50", "e2e-p99"];
            for chart in curves.chain(latencies) {
                assert_eq!(many.get(&(chart, arm)), Some(&(LADDER.len() - 1)), "{chart} of {arm}");
            }
            for chart in ["ttft-stages", "tpot-stages", "e2e-stages"] {
                for percentile in ["p50", "p90", "p99"] {
                    let series = format!("{arm} {percentile}");
                    assert_eq!(
                        many.get(&(chart, series.as_str())),
                        Some(&LADDER.len()),
                        "{chart} of {series}"
                    );
                }
            }
            for replica in 0..REPLICAS {
                let series = format!("{arm} decode-{replica}");
                for chart in ["load", "hit-share", "in-flight"] {
                    assert_eq!(many.get(&(chart, series.as_str())), Some(&1), "{chart} of {series}");
                }
            }
        }
        let strips = verdict.points.iter().filter(|point| point.chart == "in-flight");
        for strip in strips {
            assert_eq!(strip.x.split(' ').count(), POINTS);
            assert_eq!(strip.y.split(' ').count(), POINTS);
        }
    }
}

#[test]
fn points_carry_what_was_measured() {
    let Some(browser) = Browser::find() else { return };
    let reports = [sample::comparison().swap_remove(1)];
    let verdict = browser.probe(&page(&reports), Scheme::Light, 1280);
    let mut measured: Vec<(f64, f64)> = reports[0].stages[1..]
        .iter()
        .map(|stage| (stage.offered_rate.unwrap(), stage.summary.steady.unwrap().requests_per_second))
        .collect();
    measured.sort_by(|one, other| one.0.total_cmp(&other.0));
    let seen: Vec<(f64, f64)> = verdict
        .points
        .iter()
        .filter(|point| point.chart == "answered")
        .map(|point| (point.x.parse().unwrap(), point.y.parse().unwrap()))
        .collect();
    assert_eq!(seen, measured);
}

#[test]
fn the_console_stays_silent_and_the_picture_is_not_blank() {
    let Some(browser) = Browser::find() else { return };
    let page = page(&sample::comparison());
    let blank = browser.open("<!doctype html><title>blank</title>", Scheme::Light, 1280);
    let light = browser.open(&page, Scheme::Light, 1280);
    let dark = browser.open(&page, Scheme::Dark, 1280);
    for opened in [&light, &dark] {
        assert_eq!(opened.console, Vec::<String>::new());
        // A picture of one colour packs into next to nothing.
        assert!(opened.picture.len() > 10 * blank.picture.len(), "{}", opened.picture.len());
    }
    assert_ne!(light.picture, dark.picture);
}

#[test]
fn the_browser_would_tell_of_a_fault() {
    let Some(browser) = Browser::find() else { return };
    let page = page(&sample::comparison());
    let broken = page.replace("</body>", "<script>nothing()</script></body>");
    let forbidden = browser.open(&broken, Scheme::Light, 1280);
    assert!(
        forbidden.console.iter().any(|line| line.contains("Content Security Policy")),
        "{:?}",
        forbidden.console
    );
    let allowed = broken.replace("http-equiv=\"Content-Security-Policy\"", "name=\"policy\"");
    let allowed = browser.open(&allowed, Scheme::Light, 1280);
    assert!(
        allowed.console.iter().any(|line| line.contains("nothing is not defined")),
        "{:?}",
        allowed.console
    );
}

/// `LLMD_PAGE_FOLDER=/tmp/page` leaves the pages and their pictures there, for people to look at.
#[test]
fn pages_are_left_for_people() {
    let (Some(browser), Some(folder)) = (Browser::find(), std::env::var_os("LLMD_PAGE_FOLDER")) else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    let alone = [sample::comparison().swap_remove(1)];
    for (name, page) in [("compare", page(&sample::comparison())), ("alone", page(&alone))] {
        std::fs::write(folder.join(format!("{name}.html")), &page).unwrap();
        for (look, scheme, width) in
            [("light", Scheme::Light, 1280), ("dark", Scheme::Dark, 1280), ("phone", Scheme::Light, 390)]
        {
            let opened = browser.open(&page, scheme, width);
            std::fs::write(folder.join(format!("{name}-{look}.png")), opened.picture).unwrap();
        }
    }
}

#[test]
fn names_are_written_as_text() {
    let page = page(&[sample::hostile()]);
    for raw in ["<script>alert", "<img src=x", "</title><b>"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert!(page.contains("stopped before its end"));
}

#[test]
fn two_runs_of_one_name_are_two_arms() {
    let report = sample::comparison().swap_remove(1);
    let (mut monday, mut tuesday) = ([report.clone()], [report]);
    tell_apart(&mut monday, &mut tuesday);
    let comparison = Comparison::of(&monday, &tuesday).unwrap();
    let reports = [monday, tuesday].concat();
    let page = Page { reports: &reports, comparison: Some(&comparison), command: COMMAND }.render().unwrap();
    for arm in [&comparison.a.name, &comparison.b.name] {
        assert!(page.contains(&format!("data-series=\"{arm}\"")), "{arm}");
    }
}

#[test]
fn stages_that_were_sent_late_are_marked() {
    let mut reports = sample::comparison();
    assert!(page(&reports).contains("sent late)"));
    reports.iter_mut().flat_map(|report| &mut report.stages).for_each(|stage| stage.is_late = false);
    assert!(!page(&reports).contains("sent late"));
}

#[test]
fn simulated_servers_are_said_on_top() {
    let mut reports = sample::comparison();
    assert!(!page(&reports).contains("simulated"));
    for report in &mut reports {
        report.is_simulated = true;
    }
    let page = page(&reports);
    for part in ["<title>llmd bench of simulated servers: ", "llmd bench · simulated servers</p>"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains(&format!("<li>{REPLICAS} simulated replicas</li>")));
}

#[test]
fn a_page_of_nothing_is_a_page() {
    let page = page(&[]);
    assert!(page.contains("Nothing was run."));
}
