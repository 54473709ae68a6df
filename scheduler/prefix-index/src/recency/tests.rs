use std::iter::successors;

use super::*;

fn order(recency: &Recency, ends: Ends) -> Vec<u64> {
    successors(ends.oldest(), |&entry| recency.newer(entry)).map(|entry| recency.first(entry)).collect()
}

#[test]
fn lists_keep_their_order() {
    let mut recency = Recency::default();
    let (mut one, mut other) = (Ends::EMPTY, Ends::EMPTY);
    let a = recency.add(&mut one, 1);
    let b = recency.add(&mut one, 2);
    let x = recency.add(&mut other, 9);
    assert_eq!(order(&recency, one), [1, 2]);
    recency.touch(&mut one, a);
    assert_eq!(order(&recency, one), [2, 1]);
    recency.add_before(&mut one, b, 3);
    recency.add_before(&mut one, a, 4);
    assert_eq!(order(&recency, one), [3, 2, 4, 1]);
    recency.remove(&mut one, a);
    recency.remove(&mut one, b);
    assert_eq!(order(&recency, one), [3, 4]);
    assert_eq!(recency.add(&mut other, 8), b, "freed entries are used again");
    recency.touch(&mut other, x);
    assert_eq!(order(&recency, other), [8, 9]);
}

#[test]
fn memory_comes_back() {
    let mut recency = Recency::default();
    let mut ends = Ends::EMPTY;
    let entries: Vec<u32> = (0..3 * CHUNK as u64).map(|first| recency.add(&mut ends, first)).collect();
    assert_eq!(recency.chunks.len(), 3);
    for entry in entries.into_iter().rev() {
        recency.remove(&mut ends, entry);
    }
    assert_eq!((recency.bytes(), order(&recency, ends)), (0, vec![]));
}
