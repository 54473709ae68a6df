//! What a client says first, with a name that can be read.

use bytes::BytesMut;

use crate::rewriting::{Rewrite, Rewriting};

/// Kind, version and length of a record (RFC 8446 §5.1).
const RECORD_HEADER: usize = 5;
const LONGEST_RECORD: usize = 1 << 14;
/// The kind of records that a handshake begins with.
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// A connection that reads as if its client knew the rules for names.
pub(crate) type ReadableHello<S> = Rewriting<S, Hellos>;

/// Goes from record to record until one comes that is none of a handshake's beginning.
#[derive(Debug, Default)]
pub(crate) struct Hellos {
    is_over: bool,
}

impl Rewrite for Hellos {
    fn rewrite(&mut self, raw: &mut BytesMut, ready: &mut BytesMut) {
        let length = match **raw {
            [HANDSHAKE, _, _, high, low, ..] => usize::from(u16::from_be_bytes([high, low])),
            [HANDSHAKE, ..] => return,
            // No record of a handshake.
            _ => usize::MAX,
        };
        if length > LONGEST_RECORD {
            self.is_over = true;
            *ready = raw.split();
        } else if raw.len() >= RECORD_HEADER + length {
            *ready = raw.split_to(RECORD_HEADER + length);
            if ready.get(RECORD_HEADER) == Some(&CLIENT_HELLO) {
                super::make_readable(&mut ready[RECORD_HEADER..]);
            }
        }
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}
