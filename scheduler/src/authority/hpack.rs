//! As much of HPACK (RFC 7541) as it takes to find an authority in a block of headers and to put another in its place.

use std::str;

use http::uri::Authority;

/// `:authority` in the static table.
const AUTHORITY: usize = 1;

/// The codes of printable characters by their length in bits, in the order of the codes (RFC 7541, appendix B).
const CODES: [(u32, &[u8]); 10] = [
    (5, b"012aceiost"),
    (6, b" %-./3456789=A_bdfghlmnpru"),
    (7, b":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz"),
    (8, b"&*,;XZ"),
    (10, b"!\"()?"),
    (11, b"'+|"),
    (12, b"#>"),
    (13, b"\0$@[]~"),
    (14, b"^}"),
    (15, b"<`{"),
];

const LONGEST_CODE: u32 = 15;

/// The block with another authority, if its own cannot be read; none where nothing is to be done, or the block is broken.
pub(super) fn with_authority(block: &[u8]) -> Option<Vec<u8>> {
    let mut rest = block;
    while let [first, ..] = *rest {
        let (prefix, has_value) = match first {
            0x80.. => (7, false),
            0x40.. => (6, true),
            0x20.. => (5, false),
            _ => (4, true),
        };
        let name = integer(&mut rest, prefix)?;
        if !has_value {
            continue;
        }
        if name == 0 {
            string(&mut rest)?;
        }
        let start = block.len() - rest.len();
        let (value, is_coded) = string(&mut rest)?;
        if name != AUTHORITY {
            continue;
        }
        let text = if is_coded { decoded(value)? } else { value.to_vec() };
        if str::from_utf8(&text).is_ok_and(|text| text.parse::<Authority>().is_ok()) {
            return None;
        }
        let mut replaced = block[..start].to_vec();
        put_length(&mut replaced, text.len());
        replaced.resize(replaced.len() + text.len(), b'x');
        replaced.extend_from_slice(rest);
        return Some(replaced);
    }
    None
}

/// An integer that begins in the last `prefix` bits of a byte (§5.1).
fn integer(rest: &mut &[u8], prefix: u32) -> Option<usize> {
    let mask = (1_u8 << prefix) - 1;
    let mut value = usize::from(take(rest)? & mask);
    if value < usize::from(mask) {
        return Some(value);
    }
    // More would be longer than any frame.
    for shift in [0, 7, 14] {
        let byte = take(rest)?;
        value += usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (&first, others) = rest.split_first()?;
    *rest = others;
    Some(first)
}

/// A string and whether it is Huffman-coded (§5.2).
fn string<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], bool)> {
    let is_coded = rest.first()? & 0x80 != 0;
    let length = integer(rest, 7)?;
    let (value, others) = rest.split_at_checked(length)?;
    *rest = others;
    Some((value, is_coded))
}

/// The length of a string that is not coded.
fn put_length(block: &mut Vec<u8>, length: usize) {
    const MASK: u8 = 0x7f;
    match u8::try_from(length) {
        Ok(length) if length < MASK => return block.push(length),
        _ => block.push(MASK),
    }
    let mut left = length - usize::from(MASK);
    while left > usize::from(MASK) {
        block.push(left.to_le_bytes()[0] | 0x80);
        left >>= 7;
    }
    block.push(left.to_le_bytes()[0]);
}

/// A Huffman-coded text of printable characters; the bits that are left at its end fill the last byte.
fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(bytes.len() * 8 / 5);
    let (mut code, mut length) = (0_usize, 0);
    for bit in bytes.iter().flat_map(|byte| (0..8).rev().map(move |shift| usize::from((byte >> shift) & 1))) {
        (code, length) = ((code << 1) | bit, length + 1);
        if let Some(character) = character(code, length) {
            text.push(character);
            (code, length) = (0, 0);
        } else if length > LONGEST_CODE {
            return None;
        }
    }
    (length < 8).then_some(text)
}

/// The character of a code: codes of one length follow one another, those of the next length follow them.
fn character(code: usize, length: u32) -> Option<u8> {
    let (mut first, mut before) = (0_usize, 0);
    for (bits, characters) in CODES {
        first <<= bits - before;
        if bits == length {
            return code.checked_sub(first).and_then(|index| characters.get(index)).copied();
        }
        first += characters.len();
        before = bits;
    }
    None
}

/// The inverse of [`decoded`].
#[cfg(test)]
pub(super) fn coded(text: &[u8]) -> Vec<u8> {
    let mut bits = Vec::new();
    for &wanted in text {
        let mut codes =
            CODES.iter().flat_map(|&(length, _)| (0..1_usize << length).map(move |code| (code, length)));
        let (code, length) = codes.find(|&(code, length)| character(code, length) == Some(wanted)).unwrap();
        bits.extend((0..length).rev().map(|shift| u8::from((code >> shift) & 1 == 1)));
    }
    bits.resize(bits.len().next_multiple_of(8), 1);
    bits.chunks(8).map(|byte| byte.iter().fold(0, |byte, bit| (byte << 1) | bit)).collect()
}
