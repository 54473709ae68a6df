//! Texts that no server has seen before, and that can be made again.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Bytes of a long text: enough blocks of tokens that a cache of them is worth going to.
const LONG: usize = 4096;

/// Common words, of one token each with most tokenizers.
const WORDS: [&str; 32] = [
    "river", "stone", "light", "paper", "green", "house", "train", "winter", "market", "bread", "window",
    "garden", "north", "silver", "table", "music", "cloud", "letter", "field", "harbor", "summer", "engine",
    "morning", "street", "forest", "island", "bridge", "coffee", "mirror", "planet", "salt", "water",
];

/// At least [`LONG`] bytes of words, another text for each seed and number.
pub(super) fn long(seed: u64, number: u64) -> String {
    let mut random = StdRng::seed_from_u64(seed.wrapping_mul(1 << 16).wrapping_add(number));
    let mut text = String::with_capacity(LONG + 8);
    while text.len() < LONG {
        text.push_str(WORDS[random.random_range(0..WORDS.len())]);
        text.push(' ');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_long_different_from_their_first_words_on_and_the_same_again() {
        assert_eq!(long(1, 0), long(1, 0));
        let heads: std::collections::HashSet<_> =
            (0..4).flat_map(|seed| (0..24).map(move |number| long(seed, number)[..64].to_owned())).collect();
        assert_eq!(heads.len(), 96);
        assert!(long(7, 7).len() >= 4096);
    }
}
