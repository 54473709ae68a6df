//! The objects of one watch.

use std::collections::BTreeMap;
use std::mem;

use kube::ResourceExt;
use kube::runtime::watcher::Event;

/// The objects of one kind as the API server last told of them, by name.
#[derive(Debug)]
pub(super) struct Collection<K> {
    objects: BTreeMap<String, K>,
    /// The list that is being read; it takes the place of `objects` when it is complete.
    listing: BTreeMap<String, K>,
    is_complete: bool,
    version: u64,
}

impl<K> Default for Collection<K> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), listing: BTreeMap::new(), is_complete: false, version: 0 }
    }
}

impl<K: ResourceExt> Collection<K> {
    /// Takes over what a watch tells. Whether it changed the objects.
    pub(super) fn apply(&mut self, event: Event<K>) -> bool {
        match event {
            Event::Init => {
                self.listing.clear();
                return false;
            }
            Event::InitApply(object) => {
                self.listing.insert(object.name_any(), object);
                return false;
            }
            Event::InitDone => {
                self.objects = mem::take(&mut self.listing);
                self.is_complete = true;
            }
            Event::Apply(object) => {
                self.objects.insert(object.name_any(), object);
            }
            Event::Delete(object) => {
                self.objects.remove(&object.name_any());
            }
        }
        self.version += 1;
        true
    }
}

impl<K> Collection<K> {
    /// Nothing is there, and that is known: the API server has no such kind.
    pub(super) fn set_absent(&mut self) {
        *self = Self { is_complete: true, version: self.version + 1, ..Self::default() };
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        *self = Self { version: self.version + 1, ..Self::default() };
    }

    pub(super) fn objects(&self) -> impl Iterator<Item = &K> {
        self.objects.values()
    }

    /// Whether everything there is has been told of once.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Counts changes.
    pub(super) fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;

    use super::*;

    fn object(name: &str) -> ConfigMap {
        let mut object = ConfigMap::default();
        object.metadata.name = Some(name.to_owned());
        object
    }

    fn names(collection: &Collection<ConfigMap>) -> Vec<String> {
        collection.objects().map(ResourceExt::name_any).collect()
    }

    #[test]
    fn a_list_counts_when_it_is_complete() {
        let mut collection = Collection::default();
        assert!(!collection.apply(Event::Init));
        assert!(!collection.apply(Event::InitApply(object("a"))));
        assert!(!collection.is_complete() && names(&collection).is_empty());
        assert!(collection.apply(Event::InitDone));
        assert!(collection.is_complete());
        assert_eq!(names(&collection), ["a"]);
    }

    #[test]
    fn what_a_second_list_does_not_hold_is_gone() {
        let mut collection = Collection::default();
        for event in [Event::Init, Event::InitApply(object("a")), Event::InitDone, Event::Apply(object("b"))]
        {
            collection.apply(event);
        }
        // A list that breaks off is begun anew.
        for event in [Event::Init, Event::InitApply(object("x")), Event::Init, Event::InitApply(object("b"))]
        {
            assert!(!collection.apply(event));
            assert_eq!(names(&collection), ["a", "b"]);
        }
        collection.apply(Event::InitDone);
        assert_eq!(names(&collection), ["b"]);
        collection.apply(Event::Delete(object("b")));
        assert!(names(&collection).is_empty());
    }

    #[test]
    fn nothing_known_is_not_nothing_there() {
        let mut collection = Collection::default();
        collection.apply(Event::Apply(object("a")));
        let version = collection.version();
        collection.set_absent();
        assert!(collection.is_complete() && names(&collection).is_empty() && collection.version() > version);
        collection.forget();
        assert!(!collection.is_complete() && collection.version() > version + 1);
    }
}
