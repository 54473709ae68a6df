//! stub
use smallvec::SmallVec;
use std::ops::Range;
#[derive(Debug, Default)]
pub struct ParsedBody {
    pub prompt: SmallVec<[Range<usize>; 4]>,
}
