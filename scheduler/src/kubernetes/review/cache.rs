//! Answers that are good for a while.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use tokio::time::Instant;

/// More answers are not kept: whoever sends tokens without end takes neither memory nor the service.
const MAX_ENTRIES: usize = 1024;

/// Values, each until its time.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    entries: HashMap<K, Entry<V>>,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    expires: Instant,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new() }
    }
}

impl<K: Clone + Eq + Hash, V> Cache<K, V> {
    pub(super) fn get(&self, key: &K, now: Instant) -> Option<V>
    where
        V: Clone,
    {
        let entry = self.entries.get(key).filter(|entry| now < entry.expires)?;
        Some(entry.value.clone())
    }

    /// Keeps a value. Where too many are kept, what has expired goes, else what would have expired first.
    pub(super) fn put(&mut self, key: K, value: V, now: Instant, good_for: Duration) {
        if self.entries.len() >= MAX_ENTRIES {
            self.entries.retain(|_, entry| now < entry.expires);
        }
        if self.entries.len() >= MAX_ENTRIES
            && let Some(first) = self.entries.iter().min_by_key(|(_, entry)| entry.expires)
        {
            let first = first.0.clone();
            self.entries.remove(&first);
        }
        self.entries.insert(key, Entry { value, expires: now + good_for });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_value_is_good_until_its_time() {
        let mut cache = Cache::default();
        let now = Instant::now();
        cache.put("a", 1, now, MINUTE);
        assert_eq!(cache.get(&"a", now), Some(1));
        assert_eq!(cache.get(&"b", now), None);
        assert_eq!(cache.get(&"a", now + MINUTE), None);
        cache.put("a", 2, now, MINUTE);
        assert_eq!(cache.get(&"a", now), Some(2));
    }

    #[test]
    fn entries_are_bounded_and_the_first_to_expire_goes() {
        let mut cache = Cache::default();
        let now = Instant::now();
        cache.put(0, 0, now, MINUTE);
        for number in 1..=MAX_ENTRIES {
            cache.put(number, number, now, 2 * MINUTE);
        }
        assert_eq!(cache.entries.len(), MAX_ENTRIES);
        assert_eq!(cache.get(&0, now), None);
        assert_eq!(cache.get(&1, now), Some(1));
        cache.put(MAX_ENTRIES + 1, 0, now + 3 * MINUTE, MINUTE);
        assert_eq!(cache.entries.len(), 1, "what has expired is gone");
    }
}
