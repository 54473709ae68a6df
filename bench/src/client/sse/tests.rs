use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// The data of each event, when the bytes come in these pieces.
fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut events = Vec::new();
    let mut decoder = Decoder::default();
    for piece in pieces {
        decoder.push(piece, |data| events.push(String::from_utf8(data.to_vec()).unwrap())).unwrap();
    }
    decoder.finish(|data| events.push(String::from_utf8(data.to_vec()).unwrap())).unwrap();
    events
}

/// Streams, and the data of their events.
const CORPUS: [(&str, &[&str]); 12] = [
    ("data: {\"a\":1}\n\ndata: [DONE]\n\n", &["{\"a\":1}", "[DONE]"]),
    ("data: one\r\n\r\ndata: two\r\n\r\n", &["one", "two"]),
    ("data: one\r\rdata: two\r\r", &["one", "two"]),
    ("data:one\n\ndata:  two\n\n", &["one", " two"]),
    (": a comment\n\ndata: one\n: another\n\n:\n\n", &["one"]),
    ("event: message\nid: 7\nretry: 10\ndata: one\n\n", &["one"]),
    ("data: one\ndata: two\n\n", &["one\ntwo"]),
    ("data: the end has no empty line", &["the end has no empty line"]),
    ("\u{feff}data: déjà\u{1f600}\n\n", &["déjà\u{1f600}"]),
    ("data\n\ndata:\n\ndata: \n\n", &["", "", ""]),
    ("\n\n\r\n\ndatabase: no\nDATA: no\n\n", &[]),
    ("data: one\n\r\ndata: two\r\n\ndata: three\r\n\r", &["one", "two", "three"]),
];

#[test]
fn every_stream_is_read_whole_and_cut_at_every_byte() {
    for (stream, events) in CORPUS {
        let bytes = stream.as_bytes();
        assert_eq!(decode([bytes]), events, "{stream:?}");
        assert_eq!(decode(bytes.chunks(1)), events, "{stream:?} byte by byte");
        for cut in 0..=bytes.len() {
            let (before, after) = bytes.split_at(cut);
            assert_eq!(decode([before, after]), events, "{stream:?} cut at {cut}");
        }
    }
}

#[test]
fn an_event_is_given_once_its_empty_line_is_there() {
    let mut decoder = Decoder::default();
    let mut count = 0;
    for (piece, expected) in
        [("data: a\r\n", 0), ("\r", 1), ("\n", 1), ("data: b\n\nda", 2), ("ta: c\n\n", 3)]
    {
        decoder.push(piece.as_bytes(), |_| count += 1).unwrap();
        assert_eq!(count, expected, "{piece:?}");
    }
}

#[test]
fn what_never_ends_is_given_up() {
    let piece = vec![b'a'; 1 << 20];
    let mut decoder = Decoder::default();
    assert!((0..=16).any(|_| decoder.push(&piece, |_| ()).is_err()));
    let mut line = b"data: ".to_vec();
    line.extend_from_slice(&piece);
    line.push(b'\n');
    let mut decoder = Decoder::default();
    assert!((0..=16).any(|_| decoder.push(&line, |_| ()).is_err()));
}

proptest! {
    /// Whatever the bytes and wherever they are cut, the same events come out.
    #[test]
    fn cuts_do_not_matter(
        pieces in vec("(data|:| |a|\n|\r|é){0,8}", 0..20),
        other in 1_usize..7,
    ) {
        let whole = pieces.concat();
        let events = decode([whole.as_bytes()]);
        prop_assert_eq!(&decode(pieces.iter().map(String::as_bytes)), &events);
        prop_assert_eq!(&decode(whole.as_bytes().chunks(other)), &events);
    }
}
