//! One generator for each purpose, so that changing one knob does not move what others give.

use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest, Sha256};

/// The generator of a scenario's `seed` for a `purpose`, and for which of the things that it is for.
pub(super) fn generator(seed: u64, purpose: &str, which: &[u64]) -> StdRng {
    let mut digest = Sha256::new_with_prefix(seed.to_le_bytes());
    for index in which {
        digest.update(index.to_le_bytes());
    }
    digest.update(purpose);
    StdRng::from_seed(digest.finalize().into())
}
