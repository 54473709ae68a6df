use serde_json::{Value, json};

use super::*;

fn set(text: &str, kind: SetKind) -> Result<Value, SetError> {
    let place = Place::whole(text);
    let mut root = Node::empty_map(place.clone());
    for assignment in parse(text, kind)? {
        apply(&mut root, &assignment, &place)?;
    }
    Ok(root.to_value())
}

/// Texts read by `strvals` of Helm 4.1.4; `error` where it refuses.
#[test]
fn reads_what_helm_reads() {
    // Helm drops these without a word.
    const STRICTER: [&str; 8] = ["a.b[0].=1", "a.", "=x", ".a=1", "a[0", "a[0]", "[0]=1", "a..b=1"];
    let mut wrong = Vec::new();
    for line in include_str!("set_helm.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        let kind = match case["kind"].as_str() {
            Some("string") => SetKind::String,
            Some("json") => SetKind::Json,
            _ => SetKind::Typed,
        };
        let ours = set(text, kind);
        let same = match (&ours, case.get("out")) {
            (Ok(ours), Some(theirs)) => ours == theirs,
            (Err(_), None) => true,
            (Err(_), Some(_)) => STRICTER.contains(&text),
            (Ok(_), None) => false,
        };
        if !same {
            wrong.push(format!("{line}\n   ours: {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn errors_show_text_and_position() {
    let error = |text: &str, kind| set(text, kind).unwrap_err().to_string();
    assert_eq!(
        error("ms.decode.replicas", SetKind::Typed),
        "--set 'ms.decode.replicas': character 11: key `replicas` has no value: write KEY=VALUE"
    );
    assert_eq!(
        error("é=1,b,c=2", SetKind::Typed),
        "--set 'é=1,b,c=2': character 5: key `b` has no value: write KEY=VALUE; a comma in a value is written `\\,`"
    );
    assert_eq!(error("a..b=1", SetKind::String), "--set-string 'a..b=1': character 3: a key is missing here");
    assert_eq!(
        error("a[65537]=1", SetKind::Typed),
        "--set 'a[65537]=1': character 3: index `65537` is no whole number from 0 to 65536"
    );
    assert_eq!(
        error("a={x,y", SetKind::File),
        "--set-file 'a={x,y': character 3: the list is not closed with `}`"
    );
    assert!(error("a={x", SetKind::Json).starts_with("--set-json 'a={x': character 3: no JSON: "));
    assert_eq!(
        error("a.b=1,a.b.c=2", SetKind::Typed),
        "a.b.c cannot be set: a.b is the number 1 (set by a.b=1,a.b.c=2), not a mapping"
    );
    assert_eq!(
        error("a\\.b=x,a\\.b[0]=2", SetKind::Typed),
        "a\\.b[0] cannot be set: a\\.b is the text \"x\" (set by a\\.b=x,a\\.b[0]=2), not a list"
    );
}

#[test]
fn files_and_whole_objects() {
    assert_eq!(
        set("a.b=x/y\\,z.txt,c={1,2}", SetKind::File),
        Ok(json!({"a": {"b": "x/y,z.txt"}, "c": ["1", "2"]}))
    );
    let whole = parse(r#" {"a": {"b": 1, "c": {}}, "d": [{"e": 1}]}"#, SetKind::Json).unwrap();
    let paths: Vec<String> = whole.iter().map(Assignment::path_text).collect();
    assert_eq!(paths, ["a.b", "a.c", "d"]);
}

#[test]
fn nothing_panics() {
    const PIECES: [&str; 16] =
        ["a", "b.", "=", "[", "]", "0", "{", "}", ",", "\\", "\"", "é", "null", " ", "[9999999999999]", "-1"];
    let mut seed = 1_u64;
    for _ in 0..50_000 {
        let text: String = (0..8)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                PIECES[usize::try_from(seed >> 60).unwrap()]
            })
            .collect();
        for kind in [SetKind::Typed, SetKind::String, SetKind::Json, SetKind::File] {
            let _ = set(&text, kind);
        }
    }
}
