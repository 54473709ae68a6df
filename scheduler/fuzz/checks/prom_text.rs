//! No page breaks the reader, and all numbers it takes from one are in their range.

use scheduler::datalayer::{Extractor, built_in_engines};

pub(crate) fn check(page: &[u8]) {
    for engine in built_in_engines() {
        let extractor = Extractor::new(&engine);
        let extraction = extractor.extract(page);
        assert_eq!(extraction, extractor.extract(page));
        assert!(extraction.sample.kv_cache_usage.is_none_or(|usage| (0.0..=1.0).contains(&usage)));
        assert_ne!(extraction.sample.blocks, Some(0));
        assert_ne!(extraction.sample.block_size, Some(0));
    }
}
