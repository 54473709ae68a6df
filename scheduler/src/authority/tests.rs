use std::io::Cursor;

use tokio::io::AsyncReadExt as _;

use super::{END_HEADERS, FRAME_HEADER, HEADERS, PREFACE, Readable, hpack};

const ISTIOS: &[u8] = b"outbound|9002||gaie-epp.llm-d.svc.cluster.local";
const REPLACED: [u8; ISTIOS.len()] = [b'x'; ISTIOS.len()];

/// `:method: POST`, an authority, and a header with a name of its own.
fn block(authority: &[u8], is_coded: bool) -> Vec<u8> {
    let value = if is_coded { hpack::coded(authority) } else { authority.to_vec() };
    let mut block = vec![0x83, 0x41, u8::try_from(value.len()).unwrap() | if is_coded { 0x80 } else { 0 }];
    block.extend_from_slice(&value);
    block.extend_from_slice(b"\x40\x02te\x08trailers");
    block
}

fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, 1], payload].concat()
}

#[test]
fn huffman_codes_are_those_of_the_rfc() {
    // RFC 7541 C.4.1.
    let example = [0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff];
    assert_eq!(hpack::coded(b"www.example.com"), example);
}

#[test]
fn what_is_no_authority_becomes_one_of_the_same_length() {
    let expected = block(&REPLACED, false);
    for is_coded in [true, false] {
        assert_eq!(hpack::with_authority(&block(ISTIOS, is_coded)), Some(expected.clone()));
        assert_eq!(hpack::with_authority(&block(b"10.0.0.1:9002", is_coded)), None, "it can be read");
    }
    assert!(hpack::with_authority(&block(&[b'|'; 100], false)).is_some());
    assert_eq!(hpack::with_authority(b"\x83\x41\x7f"), None, "it is cut");
}

#[tokio::test]
async fn a_connection_is_read_with_another_authority_and_nothing_else_changed() {
    let preface = vec![b'P'; PREFACE];
    let data = frame(0, 0, &vec![7; 40_000]);
    let headers = |authority: &[u8], is_coded| frame(HEADERS, END_HEADERS, &block(authority, is_coded));
    let sent =
        [&preface, &data, &headers(ISTIOS, true), &headers(b"epp", true), &data].map(Vec::as_slice).concat();
    let replaced = headers(&REPLACED, false);
    let expected = [&preface, &data, &replaced, &headers(b"epp", true), &data].map(Vec::as_slice).concat();
    let mut read = Vec::new();
    Readable::new(Cursor::new(sent.clone())).read_to_end(&mut read).await.unwrap();
    assert!(read == expected, "{} bytes read, {} expected", read.len(), expected.len());

    // A byte at a time, and cut within a frame.
    let cut = preface.len() + data.len() + FRAME_HEADER + 3;
    let mut slow = byte_by_byte(&sent[..cut]);
    let mut read = Vec::new();
    slow.read_to_end(&mut read).await.unwrap();
    assert!(read == sent[..cut]);
}

/// A connection that gives one byte at a time.
fn byte_by_byte(bytes: &[u8]) -> Readable<impl tokio::io::AsyncRead + Unpin + use<>> {
    let (mut writer, reader) = tokio::io::duplex(1);
    let bytes = bytes.to_vec();
    tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut writer, &bytes).await });
    Readable::new(reader)
}
