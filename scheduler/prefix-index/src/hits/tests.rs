use super::*;

fn holder(slot: u32, blocks: u32) -> Holder {
    Holder { slot, blocks, entry: 0 }
}

fn all(hits: &Hits) -> Vec<(u32, u32)> {
    hits.iter().map(|(slot, blocks)| (slot.0, blocks)).collect()
}

#[test]
fn counts_without_gaps() {
    let mut hits = Hits::new();
    hits.begin(40);
    assert!(hits.start(10, &[holder(1, 10), holder(4, 6), holder(9, 10)]));
    // What 4 holds here follows a gap, and 7 holds nothing of what was before.
    assert!(hits.extend(10, 5, &[holder(1, 2), holder(4, 5), holder(7, 5), holder(9, 8)]));
    assert!(!hits.extend(15, 20, &[holder(1, 20), holder(9, 3)]));
    assert_eq!(all(&hits), [(1, 12), (4, 6), (9, 18)]);
    assert_eq!((hits.total(), hits.longest(), hits.get(Slot(7)), hits.get(Slot(1000))), (40, 18, 0, 0));
}

#[test]
fn begins_anew() {
    let mut hits = Hits::new();
    hits.begin(3);
    hits.start(3, &[holder(0, 3), holder(5, 3)]);
    hits.begin(7);
    assert_eq!((all(&hits), hits.total(), hits.longest(), hits.get(Slot(5))), (vec![], 7, 0, 0));
    assert!(!hits.start(7, &[holder(5, 2)]));
    assert_eq!(all(&hits), [(5, 2)]);
}
