//! However an answer is cut, the client gets the same bytes, and the same is read of it.

use bytes::Bytes;
use scheduler::openai::{ResponseReader, RestoreModel, Usage};
use smallvec::SmallVec;

/// What was forwarded, the counts, the events.
type Read = (Vec<u8>, Option<Usage>, u32);

fn read<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Read {
    let restore = RestoreModel { from: "m-2".into(), to: "client".into() };
    let mut reader = ResponseReader::new(true, Some(restore));
    let mut out = SmallVec::new();
    for chunk in chunks {
        reader.chunk(Bytes::copy_from_slice(chunk), &mut out);
    }
    reader.end(&mut out);
    (out.concat(), reader.usage(), reader.events())
}

/// The first byte says how long the pieces are.
pub(crate) fn check(input: &[u8]) {
    let Some((size, answer)) = input.split_first() else { return };
    let whole = read(std::iter::once(answer));
    assert_eq!(read(answer.chunks(usize::from(*size).max(1))), whole);

    let text = String::from_utf8_lossy(answer);
    if text.as_bytes() == answer {
        let given_back = text
            .replace(r#""model":"m-2""#, r#""model":"client""#)
            .replace(r#""model": "m-2""#, r#""model": "client""#);
        assert_eq!(whole.0, given_back.as_bytes());
    }
}
