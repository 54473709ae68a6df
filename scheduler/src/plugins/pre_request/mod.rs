//! What acts on a decision before the request leaves, and nothing else.

mod prefill_header;

pub(super) use prefill_header::{PrefillHeader, name_prefiller};
