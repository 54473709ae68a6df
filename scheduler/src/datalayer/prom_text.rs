//! Reads wanted samples out of a page in the Prometheus text format (0.0.4, and what `OpenMetrics` adds to a sample
//! line). A line of another family costs the search for its end and one table look-up.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// The metric names that a scan looks for; a sample tells by index which it is.
#[derive(Debug, Clone)]
pub struct Families {
    names: Vec<Box<[u8]>>,
    /// How many bytes all names begin with.
    common: usize,
    /// The bytes that follow the common ones in a line of any of the names.
    follows: [bool; 256],
}

impl Families {
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<Box<[u8]>> = names.into_iter().map(|name| name.as_bytes().into()).collect();
        let first: &[u8] = names.first().map_or(b"", |name| name);
        let shared = |name: &[u8]| first.iter().zip(name).take_while(|(a, b)| a == b).count();
        let common = names.iter().map(|name| shared(name)).min().unwrap_or(0);
        let mut follows = [false; 256];
        for name in &names {
            match name.get(common) {
                Some(&byte) => follows[usize::from(byte)] = true,
                None => NAME_ENDS.iter().for_each(|&byte| follows[usize::from(byte)] = true),
            }
        }
        Self { names, common, follows }
    }

    /// The family of a line, and the line after the name.
    fn of<'a>(&self, line: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let line = if let [b' ' | b'\t', ..] = line { line.trim_ascii_start() } else { line };
        if !self.follows[usize::from(*line.get(self.common)?)] {
            return None;
        }
        self.names.iter().enumerate().find_map(|(family, name)| {
            let rest = line.strip_prefix(&**name)?;
            NAME_ENDS.contains(rest.first()?).then_some((family, rest))
        })
    }
}

/// What may follow a metric's name.
const NAME_ENDS: [u8; 3] = *b"{ \t";

/// One line of a wanted family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample<'a> {
    /// Index of its name in [`Families`].
    pub family: usize,
    pub labels: Labels<'a>,
    pub value: f64,
    /// In the page's own unit (milliseconds, in `OpenMetrics` seconds): only good to compare samples of one page.
    pub timestamp: Option<f64>,
}

/// Calls `found` for every well-formed sample of a wanted family, in the order of the page. Lines that are malformed
/// are passed over.
pub fn scan<'a>(page: &'a [u8], families: &Families, mut found: impl FnMut(Sample<'a>)) {
    let mut rest = page;
    while !rest.is_empty() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        rest = after.get(1..).unwrap_or_default();
        if let Some((family, line)) = families.of(line)
            && let Some(sample) = Sample::read(family, line)
        {
            found(sample);
        }
    }
}

impl<'a> Sample<'a> {
    /// `line` begins after the name: `{labels} value timestamp # exemplar`, of which only the value must be there.
    fn read(family: usize, line: &'a [u8]) -> Option<Self> {
        let line = line.trim_ascii_start();
        let (labels, line) = match line.strip_prefix(b"{") {
            Some(inside) => {
                let (labels, rest) = inside.split_at(closing_brace(inside)?);
                (Labels(labels), rest.get(1..)?)
            }
            None => (Labels(b""), line),
        };
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let value = number(words.next()?)?;
        let timestamp = match words.next() {
            Some(word) if !word.starts_with(b"#") => Some(number(word)?),
            _ => None,
        };
        Some(Self { family, labels, value, timestamp })
    }
}

/// The labels of a sample, as the page has them between the braces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Labels<'a>(&'a [u8]);

impl<'a> Labels<'a> {
    /// The value of a label as it is written, escapes and all.
    pub fn raw(self, name: &str) -> Option<&'a [u8]> {
        self.pairs().find(|(known, _)| *known == name.as_bytes()).map(|(_, value)| value)
    }

    /// The value of a label.
    pub fn get(self, name: &str) -> Option<Cow<'a, str>> {
        self.raw(name).map(unescape)
    }

    /// Whether each label of `wanted` has its value; a label that is missing has the empty one.
    pub fn have(self, wanted: &[(String, String)]) -> bool {
        wanted.iter().all(|(name, value)| self.get(name).unwrap_or_default() == *value)
    }

    /// Names and raw values, up to the first that is malformed.
    fn pairs(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (name, after) = rest.split_at(memchr(b'=', rest)?);
            let name = name.trim_ascii();
            let name = name.strip_prefix(b",").unwrap_or(name).trim_ascii_start();
            let quoted = after.get(1..)?.trim_ascii_start().strip_prefix(b"\"")?;
            let (value, after) = quoted.split_at(closing_quote(quoted, 0)?);
            rest = after.get(1..)?;
            Some((name, value))
        })
    }
}

fn number(word: &[u8]) -> Option<f64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// Index of the brace that ends the labels; those in quotes do not.
fn closing_brace(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr2(b'}', b'"', text.get(at..)?)?;
        if text.get(at) == Some(&b'}') {
            return Some(at);
        }
        at = closing_quote(text, at + 1)? + 1;
    }
}

/// Index of the first quote from `at` on that no backslash escapes.
fn closing_quote(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Resolves `\\`, `\"` and `\n`; any other backslash stands for itself.
fn unescape(raw: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(raw);
    if memchr(b'\\', raw).is_none() {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        let (replacement, length) = match rest.as_bytes().get(at + 1) {
            Some(b'n') => ('\n', 2),
            Some(b'"') => ('"', 2),
            Some(b'\\') => ('\\', 2),
            _ => ('\\', 1),
        };
        plain.push(replacement);
        rest = &rest[at + length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests;
