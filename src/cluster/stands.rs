//! What stands of an operation that was cut off.

/// What an operation that was cut off leaves.
#[derive(Debug)]
pub struct Stands {
    pub(super) applied: usize,
    pub(super) objects: usize,
    /// The releases whose records it has not closed: name, revision, status.
    pub(super) pending: Vec<(String, u64, String)>,
}

impl Stands {
    /// One line each: the objects, and every release. `is_closed`: whether the records could be closed.
    pub fn problems(&self, is_closed: bool) -> Vec<String> {
        let objects = format!("{} of {} objects were applied", self.applied, self.objects);
        let releases = self.pending.iter().map(|(name, revision, status)| {
            if is_closed {
                format!("release {name}: revision {revision} is recorded as failed")
            } else {
                format!("release {name}: revision {revision} may stay {status}; the next run goes over it")
            }
        });
        std::iter::once(objects).chain(releases).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_and_releases_are_told() {
        let pending = vec![("ms".to_owned(), 2, "pending-upgrade".to_owned())];
        let stands = Stands { applied: 7, objects: 16, pending };
        assert_eq!(
            stands.problems(true),
            ["7 of 16 objects were applied", "release ms: revision 2 is recorded as failed"]
        );
        assert!(stands.problems(false)[1].contains("may stay pending-upgrade"));
    }
}
