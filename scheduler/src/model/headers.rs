//! The headers of one request or response.

use bytes::Bytes;

/// Header names in lower case with their values, in the order they came. A name that came twice keeps its last value,
/// as the upstream picker does. Linear search: requests carry a dozen headers or two.
#[derive(Debug, Default, Clone)]
pub struct Headers(Vec<(String, Bytes)>);

impl Headers {
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a header; the name is taken in lower case.
    pub fn insert(&mut self, mut name: String, value: Bytes) {
        name.make_ascii_lowercase();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The same with a borrowed name.
    pub fn set(&mut self, name: &str, value: Bytes) {
        self.insert(name.to_owned(), value);
    }

    /// The value of a header, by its name in lower case; none when it is missing or not UTF-8.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        std::str::from_utf8(value).ok()
    }

    /// Like [`Headers::get`], but an empty value counts as missing.
    pub fn get_filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The first of several names that is there with a value.
    pub fn get_first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get_filled(name))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}
