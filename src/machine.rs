//! This machine: its name, its user, and which of its processes live.

use crate::env_vars;

/// Where process numbers mean what they mean here: the boot of the machine, and the namespace of the numbers. Empty where
/// the system tells neither.
pub fn here() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let numbers = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", boot.trim(), numbers.display()).trim().to_owned()
}

/// `user@host`, as far as the system tells.
pub fn user_at_host() -> String {
    let given = |name: &str| std::env::var_os(name)?.into_string().ok().filter(|value| !value.is_empty());
    let user = given(env_vars::USER).or_else(|| given(env_vars::LOGNAME));
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned());
    let host = host.filter(|name| !name.is_empty()).or_else(|| given(env_vars::HOSTNAME));
    let unknown = || "unknown".to_owned();
    format!("{}@{}", user.unwrap_or_else(unknown), host.unwrap_or_else(unknown))
}

/// A process as others on this machine know it again: its number, when it began (ticks since the boot), and [`here`].
pub fn signature(pid: u32) -> Option<String> {
    Some(format!("{pid} {} {}", began(pid)?, here()))
}

/// Whether the process of a signature has certainly ended: it was one of this machine, and lives no more.
pub fn has_ended(signed: &str) -> bool {
    let mut parts = signed.splitn(3, ' ');
    let (Some(pid), Some(_), Some(place)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let Ok(pid) = pid.parse() else { return false };
    !place.is_empty() && place == here() && signature(pid).is_none_or(|now| now != signed)
}

/// When a process began; None where it has ended, or only waits for its parent to hear of it.
fn began(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything; the state is the third field, the beginning the
    // twenty-second.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let is_alive = !matches!(fields.next()?, "Z" | "X");
    fields.nth(18)?.parse().ok().filter(|_| is_alive)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn only_a_process_of_this_machine_that_is_gone_has_ended() {
        let own = signature(std::process::id()).unwrap();
        assert!(!has_ended(&own));
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let signed = signature(child.id()).unwrap();
        assert!(!has_ended(&signed));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(has_ended(&signed));
        let elsewhere = format!("{} pid:[1]", signed.rsplit_once(' ').unwrap().0);
        assert!(!has_ended(&elsewhere));
        // The number was given to another process since.
        let (pid, rest) = own.split_once(' ').unwrap();
        let (_, place) = rest.split_once(' ').unwrap();
        assert!(has_ended(&format!("{pid} 1 {place}")));
        assert!(!has_ended(""));
    }
}
