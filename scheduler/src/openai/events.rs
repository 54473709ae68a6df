//! Counting the events of a streamed answer that carry output.

use super::json::Scanner;

/// Longest line that is looked at; a longer one is not counted.
const LINE_LIMIT: usize = 64 << 10;

/// The keys under which the APIs send a piece of output as a string.
const OUTPUT: [&[u8]; 8] = [
    b"content",
    b"text",
    b"delta",
    b"reasoning_content",
    b"reasoning",
    b"thinking",
    b"arguments",
    b"partial_json",
];

/// Counts server-sent events in bytes that come in pieces. Only an unfinished line is kept.
#[derive(Debug, Default)]
pub(super) struct EventCounter {
    count: u32,
    /// The start of a line whose end has not come.
    line: Vec<u8>,
    /// The line is longer than the limit, and its start was dropped.
    is_overlong: bool,
}

impl EventCounter {
    pub(super) fn read(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            if self.line.is_empty() && !self.is_overlong {
                self.count_line(line);
            } else {
                self.keep(line);
                self.finish();
            }
            rest = after;
        }
        self.keep(rest);
    }

    /// Counts the last line, which may lack its end.
    pub(super) fn finish(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !std::mem::take(&mut self.is_overlong) {
            self.count_line(&line);
        }
        self.line = line;
        self.line.clear();
    }

    /// Events with output so far: about the number of output tokens.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    fn keep(&mut self, start: &[u8]) {
        self.is_overlong |= self.line.len() + start.len() > LINE_LIMIT;
        if self.is_overlong {
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(start);
        }
    }

    fn count_line(&mut self, line: &[u8]) {
        let carries_output =
            line.len() <= LINE_LIMIT && line.strip_prefix(b"data:").is_some_and(carries_output);
        self.count = self.count.saturating_add(u32::from(carries_output));
    }
}

/// Whether an event's data has a string that is not empty under one of the [`OUTPUT`] keys. The first event of a chat (a role,
/// no text), the last ones (a reason, the usage) and `[DONE]` have none.
fn carries_output(data: &[u8]) -> bool {
    let mut scanner = Scanner::new(data);
    while let Some(key) = scanner.next_string() {
        scanner.whitespace();
        if scanner.eat(b':') && OUTPUT.contains(&key) {
            scanner.whitespace();
            if matches!(scanner.rest(), [b'"', first, ..] if *first != b'"') {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_line_costs_no_more_than_the_limit() {
        let mut counter = EventCounter::default();
        for _ in 0..1000 {
            counter.read(&[b'x'; 1000]);
            assert!(counter.line.len() <= LINE_LIMIT);
        }
        assert_eq!(counter.line.capacity(), 0);
    }
}
