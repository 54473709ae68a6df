//! What a cluster knows of a stack, in words that need no cluster.

use serde_json::Value;

/// A stack that was deployed to a cluster.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    pub releases: Vec<Standing>,
    /// Each object that is not what was recorded, with its differences.
    pub differing: Vec<String>,
    /// The recorded objects, named `Kind/name`.
    pub objects: Vec<Standing>,
    /// What the namespace has of the kinds that a request's way goes by, whoever made it.
    pub surrounding: Vec<Value>,
    /// Kinds of those that could not be read.
    pub unreadable: Vec<String>,
}

/// Where a release or an object stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub name: String,
    /// In words.
    pub state: String,
    pub is_good: bool,
    /// What to do where it is not.
    pub hint: Option<String>,
}

impl Deployment {
    /// The names of the recorded objects of a kind.
    pub(super) fn recorded<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.objects.iter().filter_map(move |object| object.name.strip_prefix(kind)?.strip_prefix('/'))
    }
}
