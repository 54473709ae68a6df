//! Versions as clusters and images tell them: `v1.34.0-gke.1`, `1.28`, `istio/pilot:1.28.1-distroless`.

use std::fmt;

use crate::environment::needs::Range;

/// Major, minor and patch; what follows is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version([u64; 3]);

impl Version {
    /// The version that a text begins with, after a `v`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let end = text.find(|character: char| !character.is_ascii_digit() && character != '.');
        let mut parts = [0; 3];
        let numbers = text[..end.unwrap_or(text.len())].trim_end_matches('.');
        for (part, number) in parts.iter_mut().zip(numbers.split('.')) {
            *part = number.parse().ok()?;
        }
        Some(Self(parts))
    }

    /// The version in a label, which may be empty.
    pub(super) fn parse_label(text: &str) -> Option<Self> {
        if text.is_empty() { None } else { Self::parse(text) }
    }

    /// The version in an image's tag.
    pub(super) fn of_image(image: &str) -> Option<Self> {
        let name = image.split('@').next().unwrap_or(image);
        let tag = name.rsplit('/').next()?.split_once(':')?.1;
        Self::parse(tag)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// Where a version lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Within,
    Older,
    Newer,
}

/// Compares a version with a range; what cannot be read is no bound.
pub(super) fn fit(version: Version, range: &Range) -> Fit {
    let bound = |text: &Option<String>| text.as_deref().and_then(Version::parse);
    if bound(&range.oldest).is_some_and(|oldest| version < oldest) {
        Fit::Older
    } else if bound(&range.below).is_some_and(|below| version >= below) {
        Fit::Newer
    } else {
        Fit::Within
    }
}

/// A range as it is read: `1.4 or later, below 2`; none where everything fits.
pub(super) fn words(range: &Range) -> Option<String> {
    match (&range.oldest, &range.below) {
        (Some(oldest), Some(below)) => Some(format!("{oldest} or later, below {below}")),
        (Some(oldest), None) => Some(format!("{oldest} or later")),
        (None, Some(below)) => Some(format!("below {below}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn versions_are_read_as_they_are_told() {
        let read = |text: &str| Version::parse(text).map(|version| version.to_string());
        assert_eq!(read("v1.34.0-gke.1626000").as_deref(), Some("1.34.0"));
        assert_eq!(read("1.29").as_deref(), Some("1.29.0"));
        assert_eq!(read("1.31-dev").as_deref(), Some("1.31.0"));
        assert_eq!(read("latest"), None);
        assert_eq!(read(""), None);
        assert_eq!(Version::of_image("docker.io/istio/pilot:1.28.1-distroless"), Version::parse("1.28.1"));
        assert_eq!(Version::of_image("registry:5000/istio/pilot"), None);
    }

    #[test]
    fn a_range_has_its_oldest_and_not_its_end() {
        let range = Range { oldest: Some("1.4".to_owned()), below: Some("2".to_owned()) };
        let fits = |text| fit(Version::parse(text).unwrap(), &range);
        assert_eq!(
            ["1.3.9", "1.4.0", "1.99.0", "2.0.0"].map(fits),
            [Fit::Older, Fit::Within, Fit::Within, Fit::Newer]
        );
        assert_eq!(words(&range).unwrap(), "1.4 or later, below 2");
        assert_eq!(words(&Range::default()), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = Version::parse(&text);
            let _ = Version::of_image(&text);
        }
    }
}
