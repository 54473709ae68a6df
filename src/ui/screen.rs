//! Lines at the lower end of a terminal that are redrawn in place.

use console::{Term, measure_text_width};

/// What was drawn is removed, and the cursor shown again, when this is dropped.
#[derive(Debug)]
pub(super) struct Screen {
    term: Term,
    /// The width of each line that stands there.
    drawn: Vec<usize>,
}

impl Screen {
    pub(super) fn new(term: Term) -> Self {
        // A terminal that takes no more is noticed by nobody.
        let _ = term.hide_cursor();
        Self { term, drawn: Vec::new() }
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (usize, usize) {
        let (rows, columns) = self.term.size();
        (usize::from(columns), usize::from(rows))
    }

    /// Puts these lines where the last ones stood, in one writing, so that nothing flickers.
    pub(super) fn show(&mut self, lines: &[String]) {
        let _ = self.term.write_str(&redraw(&self.drawn, lines, self.size().0));
        self.drawn = lines.iter().map(|line| measure_text_width(line)).collect();
    }

    pub(super) fn clear(&mut self) {
        self.show(&[]);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.clear();
        let _ = self.term.show_cursor();
    }
}

/// What to write: back to where the old lines begin, each new line with the rest of its row erased, then whatever is
/// left below. Old lines may fill several rows when the terminal has become narrower since.
fn redraw(drawn: &[usize], lines: &[String], width: usize) -> String {
    let rows: usize = drawn.iter().map(|drawn| drawn.div_ceil(width.max(1)).max(1)).sum();
    // Terminals that know 2026 show all of it at once.
    let mut text = "\x1b[?2026h\r".to_owned();
    if rows > 0 {
        text.extend(["\x1b[", &rows.to_string(), "A"]);
    }
    for line in lines {
        text.extend([line.as_str(), "\x1b[K\n\r"]);
    }
    text.push_str("\x1b[J\x1b[?2026l");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal with as many rows as it takes.
    struct Glass {
        rows: Vec<String>,
        row: usize,
        column: usize,
    }

    impl Glass {
        fn write(&mut self, text: &str) {
            let mut rest = text;
            while let Some(character) = rest.chars().next() {
                rest = &rest[character.len_utf8()..];
                match character {
                    '\x1b' => {
                        let end = rest.find(|character: char| character.is_ascii_alphabetic()).unwrap();
                        let argument = rest[1..end].parse().unwrap_or(1);
                        match &rest[end..=end] {
                            "A" => self.row = self.row.checked_sub(argument).unwrap(),
                            "K" => self.rows[self.row].truncate(self.column),
                            "J" => {
                                self.rows[self.row].truncate(self.column);
                                self.rows.truncate(self.row + 1);
                            }
                            "h" | "l" => {}
                            other => panic!("unknown: {other}"),
                        }
                        rest = &rest[end + 1..];
                    }
                    '\r' => self.column = 0,
                    '\n' => {
                        self.row += 1;
                        if self.rows.len() == self.row {
                            self.rows.push(String::new());
                        }
                    }
                    other => {
                        self.rows[self.row].truncate(self.column);
                        self.rows[self.row].push(other);
                        self.column += 1;
                    }
                }
            }
        }
    }

    #[test]
    fn what_stands_there_is_the_last_picture() {
        let pictures: [&[&str]; 6] = [
            &["one", "two two"],
            &["three", "", "four"],
            &["x"],
            &[],
            &["five", "six", "seven"],
            &["five", "six"],
        ];
        let mut glass = Glass { rows: vec!["before".to_owned(), String::new()], row: 1, column: 0 };
        let mut drawn: Vec<usize> = Vec::new();
        for lines in pictures {
            let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            glass.write(&redraw(&drawn, &lines, 20));
            drawn = lines.iter().map(String::len).collect();
            let want: Vec<String> = std::iter::once("before".to_owned())
                .chain(lines)
                .chain(std::iter::once(String::new()))
                .collect();
            assert_eq!(glass.rows, want);
        }
    }

    #[test]
    fn lines_that_a_narrower_terminal_broke_are_gone_back_over() {
        assert!(redraw(&[30, 0, 10], &[], 10).contains("\x1b[5A"));
        assert!(!redraw(&[], &[], 0).contains('A'));
    }
}
