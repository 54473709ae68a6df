//! A moment of a run as text; pure.

use std::time::Duration;

use console::truncate_str;
use llmd_bench::driver::{LiveReplica, LiveSnapshot, Recent};

use crate::ui::theme::{Mark, paint};

/// Names of lines are this wide, with the space after them.
const NAME: usize = 12;
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The picture: no line wider than `width`, no more lines than a terminal of `height` rows holds.
pub(super) fn frame(moment: &LiveSnapshot, width: usize, height: usize, colored: bool) -> Vec<String> {
    if width == 0 {
        return Vec::new();
    }
    let mut lines = vec![
        progress(moment, width, colored),
        rates(moment),
        counts(moment, colored),
        recent("TTFT", &moment.ttft, width, colored),
        recent("TPOT", &moment.tpot, width, colored),
    ];
    // The cursor stands on a row of its own.
    lines.extend(replicas(&moment.replicas, width, height.saturating_sub(lines.len() + 1), colored));
    lines.truncate(height.saturating_sub(1));
    lines.into_iter().map(|line| truncate_str(line.trim_end(), width, "…").into_owned()).collect()
}

/// The moment in one line.
pub(super) fn line(moment: &LiveSnapshot) -> String {
    let offered = moment.offered_rate.map(|rate| format!(" of {rate:.1}/s")).unwrap_or_default();
    format!(
        "{}, {}: sent {:.1}/s{offered}, answered {:.1}/s, {} in flight, {} failed, TTFT {}, TPOT {}",
        stage(moment),
        stage_time(moment),
        moment.sent_rate,
        moment.answered_rate,
        moment.in_flight,
        moment.failed,
        percentiles(&moment.ttft),
        percentiles(&moment.tpot),
    )
}

/// How a stage ended, from its last moment.
pub(super) fn stage_end(moment: &LiveSnapshot) -> String {
    let open = match moment.in_flight {
        0 => String::new(),
        left => format!(", {left} still in flight"),
    };
    format!(
        "{}: {} of {} sent, {} answered, {} failed{open}, in {:.0} s",
        stage(moment),
        moment.sent,
        moment.planned,
        moment.answered,
        moment.failed,
        moment.stage_elapsed.as_secs_f64(),
    )
}

/// Reports count stages from 0; how many there are is counted from 1.
fn stage(moment: &LiveSnapshot) -> String {
    format!("stage {} ({} of {})", moment.stage, moment.stage.saturating_add(1), moment.stages)
}

fn stage_time(moment: &LiveSnapshot) -> String {
    let elapsed = moment.stage_elapsed.as_secs_f64();
    match moment.stage_window {
        Some(window) if moment.stage_elapsed > window => {
            format!("draining for {:.0} s", moment.stage_elapsed.saturating_sub(window).as_secs_f64())
        }
        Some(window) => format!("{elapsed:.0} s of {:.0} s", window.as_secs_f64()),
        None => format!("{elapsed:.0} s"),
    }
}

fn progress(moment: &LiveSnapshot, width: usize, colored: bool) -> String {
    let share = match moment.stage_window {
        Some(window) if window > Duration::ZERO => moment.stage_elapsed.as_secs_f64() / window.as_secs_f64(),
        Some(_) => 1.0,
        None => moment.answered.saturating_add(moment.failed) as f64 / moment.planned.max(1) as f64,
    };
    let (name, time) = (stage(moment), stage_time(moment));
    let room = width.saturating_sub(name.chars().count() + time.chars().count() + 4).min(50);
    let full = part(room, share);
    let bar = format!("{}{}", paint(&"━".repeat(full), Mark::Busy, colored), "─".repeat(room - full));
    format!("{name}  {bar}  {time}")
}

fn rates(moment: &LiveSnapshot) -> String {
    let offered = moment.offered_rate.map(|rate| format!("offered {rate:.1}   ")).unwrap_or_default();
    let (sent, answered) = (moment.sent_rate, moment.answered_rate);
    format!("{:NAME$}{offered}sent {sent:.1}   answered {answered:.1}", "requests/s")
}

fn counts(moment: &LiveSnapshot, colored: bool) -> String {
    let failed = paint(
        &format!("failed {}", moment.failed),
        if moment.failed > 0 { Mark::Bad } else { Mark::Plain },
        colored,
    );
    format!(
        "{:NAME$}in flight {}   sent {} of {}   answered {}   {failed}",
        "requests", moment.in_flight, moment.sent, moment.planned, moment.answered,
    )
}

fn recent(name: &str, recent: &Recent, width: usize, colored: bool) -> String {
    let text = format!("{name:NAME$}{:<28}", percentiles(recent));
    let room = width.saturating_sub(text.chars().count());
    let line = sparkline(&recent.by_second[recent.by_second.len().saturating_sub(room)..]);
    format!("{text}{}", paint(&line, Mark::Busy, colored))
}

fn percentiles(recent: &Recent) -> String {
    let time = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), seconds);
    format!("p50 {}  p99 {}", time(recent.p50), time(recent.p99))
}

fn seconds(value: f64) -> String {
    match value {
        value if value < 0.9995 => format!("{:.0} ms", value * 1000.0),
        value if value < 9.995 => format!("{value:.2} s"),
        value => format!("{value:.1} s"),
    }
}

/// A column for each value, from nothing to the largest of them; a gap where there is none.
fn sparkline(values: &[Option<f64>]) -> String {
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let level = |value: f64| LEVELS[part(LEVELS.len(), value / most).saturating_sub(1)];
    values.iter().map(|value| value.map_or(' ', level)).collect()
}

fn replicas(replicas: &[LiveReplica], width: usize, room: usize, colored: bool) -> Vec<String> {
    let shown = if replicas.len() > room { room.saturating_sub(1) } else { replicas.len() };
    let most = replicas.iter().map(|replica| replica.in_flight).max().unwrap_or_default().max(1);
    let name = replicas.iter().map(|replica| replica.name.chars().count()).max().unwrap_or_default();
    let name = name.clamp(NAME - 1, (width / 3).max(NAME - 1)) + 1;
    let mut lines: Vec<String> = replicas
        .iter()
        .take(shown)
        .map(|replica| {
            let text = format!(" {:>5} in flight {:>8} answered", replica.in_flight, replica.answered);
            let room = width.saturating_sub(name + text.chars().count()).min(40);
            let bar = "█".repeat(part(room, replica.in_flight as f64 / most as f64));
            let label = truncate_str(&replica.name, name - 1, "…");
            format!(
                "{label:name$}{}{}{text}",
                paint(&bar, Mark::Good, colored),
                " ".repeat(room - bar.chars().count())
            )
        })
        .collect();
    if let Some(left) = replicas.get(shown..).filter(|left| !left.is_empty() && room > 0) {
        let in_flight = left.iter().map(|replica| replica.in_flight).fold(0, u64::saturating_add);
        lines.push(format!("and {} more, {in_flight} in flight", left.len()));
    }
    lines
}

/// A share of a whole number, rounded; something that is not nothing gets at least 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the whole")]
fn part(whole: usize, share: f64) -> usize {
    let rounded = (whole as f64 * share.clamp(0.0, 1.0)).round() as usize;
    if share > 0.0 { rounded.max(1).min(whole) } else { rounded.min(whole) }
}

#[cfg(test)]
mod tests;
