//! The inner loop of the scanner: how far a string goes on without a byte that matters.

/// Length of the longest start of `bytes` without quote, backslash or control character.
///
/// Text with escapes has one every line or so: the first bytes are looked at eight at a time, which finds a near end at
/// once. A run that goes on is taken in blocks that the compiler turns into vector code.
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let near = bytes.get(..NEAR).unwrap_or(bytes);
    if let Some(at) = find_in_words(near) {
        return at;
    }
    let mut at = near.len();
    let (blocks, _) = bytes[at..].as_chunks::<BLOCK>();
    for block in blocks {
        if block.iter().fold(false, |found, &byte| found | ends_run(byte)) {
            break;
        }
        at += BLOCK;
    }
    at + find_in_words(&bytes[at..]).unwrap_or(bytes.len() - at)
}

const NEAR: usize = 64;
const BLOCK: usize = 64;

fn ends_run(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Where the first byte lies that ends a run.
fn find_in_words(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = ends_in(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let at = rest.iter().position(|&byte| ends_run(byte))?;
    Some(words.len() * 8 + at)
}

/// A word whose lowest set bit is the top bit of the first byte that ends a run; 0 where none does.
///
/// Subtracting borrows out of a byte that is too small; a byte above a found one may be marked wrongly, the lowest never.
fn ends_in(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (control | zero(word ^ (ONES * b'"' as u64)) | zero(word ^ (ONES * b'\\' as u64))) & TOPS
}
