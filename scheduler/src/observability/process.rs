//! The usual `process_*` families, from `/proc/self`.

use std::fs;
use std::io::Write as _;

/// Clock ticks of a second in `/proc`; Linux has had 100 on every machine that runs Kubernetes.
const TICKS: f64 = 100.0;

/// Appends what is known of this process; what cannot be read is left out.
pub(super) fn write(page: &mut Vec<u8>) {
    let mut family = |name: &str, kind: &str, help: &str, value: Option<f64>| {
        if let Some(value) = value {
            let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        }
    };
    let own = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field is the program's name in parentheses, which may hold anything.
    let fields: Vec<&str> = own.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
    let field = |index: usize| fields.get(index).and_then(|text| text.parse::<f64>().ok());
    let cpu = field(11).zip(field(12)).map(|(user, system)| (user + system) / TICKS);
    family("process_cpu_seconds_total", "counter", "CPU time of user and system, in seconds.", cpu);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| first_number(&status, name).map(|kilobytes| kilobytes * 1024.0);
    family("process_resident_memory_bytes", "gauge", "Resident memory.", kilobytes("VmRSS:"));
    family("process_virtual_memory_bytes", "gauge", "Virtual memory.", kilobytes("VmSize:"));
    family("process_threads", "gauge", "Threads.", field(17));
    let files = fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as f64);
    family("process_open_fds", "gauge", "Open files.", files);
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let most = first_number(&limits, "Max open files");
    family("process_max_fds", "gauge", "Most open files.", most);
    let boot = fs::read_to_string("/proc/stat").unwrap_or_default();
    let boot = boot.lines().find_map(|line| line.strip_prefix("btime ")?.parse::<f64>().ok());
    let start = boot.zip(field(19)).map(|(boot, ticks)| boot + ticks / TICKS);
    family("process_start_time_seconds", "gauge", "Start, in Unix time.", start);
}

/// The first word after `name` at the beginning of a line, as a number.
fn first_number(text: &str, name: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}
