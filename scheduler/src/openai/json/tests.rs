use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;

fn is_accepted(text: &[u8]) -> bool {
    fields(text, |_, _| {}).is_ok()
}

/// Objects that `serde_json` takes when it need not keep them.
fn is_object(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// Text that is nearly JSON: pieces of the grammar in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"a\":",
        "\\",
        "\\n",
        "\\u00e9",
        "\\u12",
        "\\x",
        "1",
        "0",
        "-",
        "01",
        "1.5",
        "1.",
        "e",
        "1e+3",
        "1E",
        "true",
        "fals",
        "null",
        " ",
        "\n",
        "\t",
        "\u{1}",
        "é",
        "{}",
        "[]",
        "\"\\\\\"",
        "\"\\\"\"",
        "{\"a\":1}",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_are_judged_as_serde_json_judges_them(text: Vec<u8>) {
        prop_assert_eq!(is_accepted(&text), is_object(&text));
    }

    #[test]
    fn nearly_json_is_judged_as_serde_json_judges_it(text in pieces()) {
        let member = [b"{\"a\":", text.as_slice(), b"}"].concat();
        prop_assert_eq!(is_accepted(&text), is_object(&text));
        prop_assert_eq!(is_accepted(&member), is_object(&member));
    }

    #[test]
    fn a_cut_object_is_truncated(cut in 0usize..1000) {
        let text = br#" {"a":[1,-2.5e3,{"b":"\u00e9\n"},true,null,"x y"],"c":{"d":[]} }"#;
        let cut = cut % text.len();
        let verdict = fields(&text[..cut], |_, _| {});
        prop_assert!(verdict.is_err_and(Malformed::is_truncated));
    }

    #[test]
    fn any_string_is_decoded(text: String) {
        let spelled = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(decode(&spelled.as_bytes()[1..spelled.len() - 1]), Some(text));
    }
}

#[test]
fn members_come_in_order_with_the_ranges_of_their_values() {
    let text = br#" { "a" : "x\"y" , "b":[1, {"a":2}],"a":{ "c":null }, "d": -0.5e-7 } "#;
    let mut found = Vec::new();
    fields(text, |key, value| found.push((key, &text[value]))).unwrap();
    let expected: [(&[u8], &[u8]); 4] =
        [(b"a", br#""x\"y""#), (b"b", br#"[1, {"a":2}]"#), (b"a", br#"{ "c":null }"#), (b"d", b"-0.5e-7")];
    assert_eq!(found, expected);
}

#[test]
fn nesting_has_no_limit() {
    for depth in [63, 64, 65, 127, 128, 129, 1000, 100_000] {
        let text =
            ["{\"a\":".repeat(depth), "[".repeat(depth), "]".repeat(depth), "}".repeat(depth)].concat();
        assert!(is_accepted(text.as_bytes()), "depth {depth}");
        let crossed =
            ["{\"a\":".repeat(depth), "[".repeat(depth), "}".repeat(depth), "]".repeat(depth)].concat();
        assert!(!is_accepted(crossed.as_bytes()), "depth {depth}");
    }
}

#[test]
fn invalid_utf8_within_a_string_passes() {
    assert!(is_accepted(b"{\"a\":\"\xff\xfe\"}"));
    assert!(!is_accepted(b"{\"a\":\xff}"));
}

#[test]
fn an_escape_that_is_no_character_has_no_meaning() {
    assert_eq!(decode(br"\ud800"), None);
    assert_eq!(decode(br"\u0041\/").as_deref(), Some("A/"));
}

#[test]
fn no_control_character_is_left_out() {
    for byte in 0..=u8::MAX {
        let text = [b"{\"a\":\"", [byte].as_slice(), b"\"}"].concat();
        let is_plain = byte >= 0x20 && byte != b'"' && byte != b'\\';
        assert_eq!(is_accepted(&text), is_plain, "{byte:#x}");
    }
}
