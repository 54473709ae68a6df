//! Which endpoint probably has which prompt prefix in its KV cache.
//!
//! [`BlockHasher`] turns a prompt into one chained hash per block, [`PrefixIndex`] remembers which chains were sent to
//! which endpoint, [`Hits`] says how many blocks of a new prompt each endpoint holds. The README teaches how the index
//! is made; the contract is at [`PrefixIndex`].

mod hasher;
mod hits;
mod index;
mod recency;
mod run;
mod table;
mod writer;

pub use hasher::{BlockHasher, Scheme};
pub use hits::Hits;
pub use index::{DEFAULT_CAPACITY, MAX_SLOTS, PrefixIndex};

/// A small number the router gives each endpoint; recycled after [`PrefixIndex::remove_endpoint`].
///
/// Tables are indexed by it, so numbers should be dense; those from [`MAX_SLOTS`] on are ignored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Slot(pub u32);

/// A length as the 32 bits it is stored in. Chains are cut to a capacity of 32 bits before they get here.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
