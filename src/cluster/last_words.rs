//! The last lines that a container wrote before it ended, without its secrets.

use kube::api::LogParams;
use kube::core::request::Request as Path;
use serde_json::Value;

use super::Cluster;
use super::fields::secrecy::{is_secret_name, is_secret_text};
use super::object::{collection, list, text};

/// How many lines are read.
const LINES: i64 = 20;
/// How much is read of a log, in bytes.
const BYTES: i64 = 64 * 1024;
/// How long a line may be, in characters.
const LONGEST: usize = 300;
const HIDDEN: &str = "(hidden)";
/// What is shorter than this is no secret worth hiding: hiding it would hide words.
const SHORTEST_SECRET: usize = 6;

impl Cluster {
    /// The last lines of a container's run before this one, or of this one where it has not begun anew. A log only
    /// explains: who may not read it gets none.
    pub(super) async fn last_words(&self, pod: &Value, container: &str) -> Vec<String> {
        let path = collection("v1", "pods", Some(text(pod, "/metadata/namespace")));
        for previous in [true, false] {
            let parameters = LogParams {
                container: Some(container.to_owned()),
                previous,
                tail_lines: Some(LINES),
                limit_bytes: Some(BYTES),
                ..LogParams::default()
            };
            let Ok(request) = Path::new(&path).logs(text(pod, "/metadata/name"), &parameters) else { break };
            match self.in_time(self.client.request_text(request)).await {
                Ok(log) if !log.trim().is_empty() => return presentable(&log, &secrets(pod, container)),
                _ => {}
            }
        }
        Vec::new()
    }
}

/// The values of a container's environment whose names say that they are secrets.
fn secrets(pod: &Value, container: &str) -> Vec<String> {
    let containers = list(pod, "/spec/containers").iter().chain(list(pod, "/spec/initContainers"));
    let variables = containers
        .filter(|spec| text(spec, "/name") == container)
        .flat_map(|spec| list(spec, "/env"))
        .filter(|variable| is_secret_name(text(variable, "/name")));
    variables
        .map(|variable| text(variable, "/value").to_owned())
        .filter(|value| value.len() >= SHORTEST_SECRET)
        .collect()
}

/// The lines of a log as they may be shown: without control characters, without secrets, and cut where they get long.
fn presentable(log: &str, secrets: &[String]) -> Vec<String> {
    let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    let first = lines.len().saturating_sub(usize::try_from(LINES).unwrap_or(usize::MAX));
    lines[first..].iter().map(|line| presentable_line(line, secrets)).collect()
}

fn presentable_line(line: &str, secrets: &[String]) -> String {
    let mut line = console_text(line);
    for secret in secrets {
        line = line.replace(secret, HIDDEN);
    }
    let line = without_tokens(&line);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A line without colours and other control sequences.
fn console_text(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                // A sequence ends with its first letter.
                characters.find(char::is_ascii_alphabetic);
            }
            '\t' => text.push(' '),
            character if character.is_control() => {}
            character => text.push(character),
        }
    }
    text.trim_end().to_owned()
}

/// A line whose words that look like tokens, or that are given to a secret's name (`HF_TOKEN=…`), are hidden.
fn without_tokens(line: &str) -> String {
    let mut hides_next = false;
    let words = line.split(' ').map(|word| {
        let hides = std::mem::replace(&mut hides_next, word.eq_ignore_ascii_case("bearer"));
        let bare = word.trim_matches(|character: char| !character.is_alphanumeric());
        if hides || is_secret_text(bare) {
            return HIDDEN.to_owned();
        }
        match word.split_once(['=', ':']) {
            Some((name, value))
                if value.len() >= SHORTEST_SECRET && is_secret_name(name.trim_matches('"')) =>
            {
                format!("{name}={HIDDEN}")
            }
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let pod = json!({"spec": {"containers": [{"name": "vllm", "env": [
            {"name": "HF_TOKEN", "value": "plain-secret"}, {"name": "MODE", "value": "production"}]}]}});
        let secrets = secrets(&pod, "vllm");
        let lines = "got plain-secret in production\nAuthorization: Bearer abcdef\n\nHF_TOKEN=hf_abcdefghijklmnopqrst\n\
                     401 for hf_abcdefghijklmnopqrst, sorry";
        assert_eq!(
            presentable(lines, &secrets),
            [
                "got (hidden) in production",
                "Authorization: Bearer (hidden)",
                "HF_TOKEN=(hidden)",
                "401 for (hidden) sorry",
            ]
        );
    }

    #[test]
    fn lines_are_few_short_and_plain() {
        let log: String = (0..50).fold(String::new(), |log, number| format!("{log}line {number}\n"));
        let lines = presentable(&log, &[]);
        assert_eq!((lines.len(), lines[0].as_str()), (20, "line 30"));
        assert_eq!(presentable("\u{1b}[31mred\u{1b}[0m\r\n", &[]), ["red"]);
        assert_eq!(presentable(&"ä".repeat(1000), &[])[0].chars().count(), LONGEST + 1);
    }
}
