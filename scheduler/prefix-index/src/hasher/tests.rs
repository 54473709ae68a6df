use proptest::prelude::*;

use super::*;

fn hash(hasher: BlockHasher, prompt: &[&[u8]]) -> Vec<u64> {
    let mut out = vec![7; 3];
    hasher.hash("my-model", "", prompt.iter().copied(), &mut out);
    out
}

fn fox() -> Vec<u8> {
    let mut text = "The quick brown fox jumps over the lazy dog. ".repeat(4).into_bytes();
    text.truncate(150);
    text
}

/// `epp.md`, appendix A.
#[test]
fn bytes_vector() {
    let hasher = BlockHasher::new(Scheme::Bytes, 64, 256);
    assert_eq!(hash(hasher, &[&fox()]), [0x56f9_1027_e113_c979, 0x0e1c_c58f_0ca9_879d]);
    assert_eq!(xxh64(b"my-model", 0), 0x2a56_d878_8d24_b439);
}

/// `epp.md`, appendix A.
#[test]
fn tokens_vector() {
    let tokens: Vec<u8> = (1..=21_u32).flat_map(u32::to_le_bytes).collect();
    let hasher = BlockHasher::new(Scheme::Tokens, 64, 256);
    assert_eq!(hash(hasher, &[&tokens]), [0xa057_e0bf_5ba8_9744, 0x3bbf_1e9a_6090_caf7]);
}

#[test]
fn short_prompts() {
    let bytes = BlockHasher::new(Scheme::Bytes, 64, 256);
    let tokens = BlockHasher::new(Scheme::Tokens, 64, 256);
    assert_eq!(hash(bytes, &[]), []);
    assert_eq!(hash(tokens, &[b""]), []);
    assert_eq!(hash(bytes, &[&[1; 63]]), []);
    assert_eq!(hash(tokens, &[&[1; 63]]).len(), 1);
}

#[test]
fn limits() {
    for scheme in [Scheme::Bytes, Scheme::Tokens] {
        assert_eq!(hash(BlockHasher::new(scheme, 8, 2), &[&[1; 20], &[1; 20]]).len(), 2);
        assert_eq!(hash(BlockHasher::new(scheme, 8, 0), &[&[1; 20]]), []);
        assert_eq!(hash(BlockHasher::new(scheme, 0, 9), &[&[1; 3]]).len(), 3);
    }
}

#[test]
fn model_and_salt_count() {
    let hasher = BlockHasher::new(Scheme::Bytes, 4, 9);
    let mut seen = Vec::new();
    for (model, salt) in [("a", ""), ("b", ""), ("a", "salt")] {
        let mut out = Vec::new();
        hasher.hash(model, salt, [b"same".as_slice()], &mut out);
        assert!(!seen.contains(&out));
        seen.push(out);
    }
}

proptest! {
    #[test]
    fn cuts_make_no_difference(
        prompt in prop::collection::vec(any::<u8>(), 0..900),
        cuts in prop::collection::vec(0..900_usize, 0..8),
        block in prop_oneof![1..70_usize, 250..280_usize],
        max in 0..20_usize,
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(prompt.len())).collect();
        cuts.extend([0, prompt.len()]);
        cuts.sort_unstable();
        let spans: Vec<&[u8]> = cuts.windows(2).map(|pair| &prompt[pair[0]..pair[1]]).collect();
        for scheme in [Scheme::Bytes, Scheme::Tokens] {
            let hasher = BlockHasher::new(scheme, block, max);
            prop_assert_eq!(hash(hasher, &spans), hash(hasher, &[&prompt]));
        }
    }

    /// The same formula, written over whole blocks.
    #[test]
    fn equals_the_formula(prompt in prop::collection::vec(any::<u8>(), 0..900), block in prop_oneof![1..70_usize, 250..280_usize]) {
        let mut previous = xxh64(b"my-model", 0);
        let expected: Vec<u64> = prompt
            .chunks_exact(block)
            .map(|bytes| {
                previous = xxh64(&[bytes, &previous.to_le_bytes()].concat(), 0);
                previous
            })
            .collect();
        prop_assert_eq!(hash(BlockHasher::new(Scheme::Bytes, block, usize::MAX), &[&prompt]), expected);
    }
}
