//! Readers beside writers.

use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

use prefix_index::{Hits, PrefixIndex, Slot};

const PINNED: Slot = Slot(7);
const WRITERS: u32 = 3;
const ROUNDS: usize = 4_000;

/// `shared` blocks of the pinned chain, then `own` blocks that no other chain has.
fn chain(shared: u64, own: u64, seed: u64) -> Vec<u64> {
    (1..=shared).chain((1..=own).map(|block| seed << 32 | shared << 16 | block)).collect()
}

/// While others cut the pinned chain anywhere, hold it, lose it, and go, its own endpoint is seen to hold all of it.
#[test]
fn what_stays_is_found_all_the_time() {
    let index = PrefixIndex::with_default_capacity(1 << 22, 300);
    let pinned = chain(200, 0, 0);
    index.insert(PINNED, &pinned);
    let writing = AtomicUsize::new(WRITERS as usize);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (index, writing) = (&index, &writing);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let seed = round as u64 * u64::from(WRITERS) + u64::from(writer) + 1;
                    index.insert(Slot(writer), &chain(seed * 37 % 201, seed * 11 % 60, seed));
                    if round % 97 == 0 {
                        index.remove_endpoint(Slot(writer));
                    }
                }
                writing.fetch_sub(1, SeqCst);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                let mut hits = Hits::new();
                while writing.load(SeqCst) > 0 {
                    index.find(&pinned, &mut hits);
                    assert_eq!(hits.get(PINNED), 200);
                    assert_eq!(hits.longest(), 200);
                }
            });
        }
    });
    for slot in (0..WRITERS).map(Slot) {
        assert!(index.blocks_of(slot) <= 300);
        index.remove_endpoint(slot);
    }
    assert_eq!((index.blocks(), index.blocks_of(PINNED)), (200, 200));
}

#[test]
fn may_be_shared() {
    fn check<T: Send + Sync>() {}
    check::<PrefixIndex>();
    check::<Hits>();
}
