use proptest::prelude::*;

use super::*;

/// Index and value of each sample found.
fn values(page: &str, names: &[&str]) -> Vec<(usize, f64)> {
    let mut found = Vec::new();
    scan(page.as_bytes(), &Families::new(names.iter().copied()), |sample| {
        found.push((sample.family, sample.value));
    });
    found
}

fn only<'a>(page: &'a str, name: &str) -> Option<Sample<'a>> {
    let mut found = None;
    scan(page.as_bytes(), &Families::new([name]), |sample| found = Some(sample));
    found
}

#[test]
fn values_are_read() {
    let infinite = f64::INFINITY;
    for (text, value) in [
        ("0", 0.0),
        ("12", 12.0),
        ("+3.5", 3.5),
        ("-0.25", -0.25),
        ("1e3", 1000.0),
        ("1.234567E+06", 1_234_567.0),
        ("5e-324", 5e-324),
        ("+Inf", infinite),
        ("-Inf", -infinite),
        ("inf", infinite),
    ] {
        for page in
            [format!("a {text}"), format!("a{{b=\"c\"}}\t{text}\r\n"), format!("  a  {{ }} {text} 17\n")]
        {
            assert_eq!(values(&page, &["a"]), [(0, value)], "{page:?}");
        }
    }
    assert!(only("a NaN\n", "a").unwrap().value.is_nan());
}

#[test]
fn malformed_lines_are_passed_over() {
    for line in [
        "",
        "a",
        "a ",
        "a{",
        "a{}",
        "a{b=\"c\"}",
        "a{b=\"c} 1",
        "a{b=\"c\\\"} 1",
        "a x",
        "a 1 x",
        "a 0x1p3",
        "a 1_0",
        "a\u{a0}1",
        "a{b=\"\\",
    ] {
        assert_eq!(values(&format!("{line}\nb 2\n"), &["a", "b"]), [(1, 2.0)], "{line:?}");
    }
}

#[test]
fn only_whole_names_match() {
    let page = "# HELP a b\n# TYPE a gauge\n#a 9\na_total 1\na_bucket{le=\"1\"} 2\nab 3\na 4\naa{} 5\nA 6\n_a 7\na:b 8\n";
    assert_eq!(values(page, &["a"]), [(0, 4.0)]);
    assert_eq!(values(page, &["a_total", "a", "aa"]), [(0, 1.0), (1, 4.0), (2, 5.0)]);
    assert_eq!(values(page, &["a:b", "a_bucket"]), [(1, 2.0), (0, 8.0)]);
    assert_eq!(values(page, &[]), []);
}

#[test]
fn timestamps_and_exemplars_follow_the_value() {
    let timestamp = |page| only(page, "a").unwrap().timestamp;
    assert_eq!(timestamp("a 1"), None);
    assert_eq!(timestamp("a 1 1395066363000"), Some(1_395_066_363_000.0));
    assert_eq!(timestamp("a 1 1520879607.789 # {trace=\"x\"} 2 3"), Some(1_520_879_607.789));
    assert_eq!(timestamp("a{b=\"}\"} 1 # {trace=\"x\"} 2 3"), None);
}

#[test]
fn label_values_are_unescaped() {
    let page =
        r#"a{ plain = "x y" , path="C:\\DIR\\",quote="\"}{\"", line="1\n2",odd="\q\\n",empty="", é="ü",} 1"#;
    let labels = only(page, "a").unwrap().labels;
    for (name, value) in [
        ("plain", Some("x y")),
        ("path", Some(r"C:\DIR\")),
        ("quote", Some(r#""}{""#)),
        ("line", Some("1\n2")),
        ("odd", Some(r"\q\n")),
        ("empty", Some("")),
        ("é", Some("ü")),
        ("x", None),
        ("lai", None),
    ] {
        assert_eq!(labels.get(name).as_deref(), value, "{name}");
    }
    assert_eq!(labels.raw("path"), Some(r"C:\\DIR\\".as_bytes()));
}

#[test]
fn matchers_want_every_label() {
    let labels = only(r#"a{kind="waiting",path="\\"} 1"#, "a").unwrap().labels;
    let have = |wanted: &[(&str, &str)]| {
        let wanted: Vec<_> =
            wanted.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        labels.have(&wanted)
    };
    assert!(have(&[]));
    assert!(have(&[("kind", "waiting"), ("path", "\\"), ("missing", "")]));
    assert!(!have(&[("kind", "waiting"), ("path", "/")]));
    assert!(!have(&[("missing", "x")]));
}

const NAMES: [&str; 5] = ["v:a", "v:ab", "v:b_total", "w", "v:"];

/// Family, labels, value.
type Plain = (usize, Vec<(String, String)>, f64);

/// The plain way: character by character.
fn read_plainly(page: &str) -> Vec<Plain> {
    page.split('\n').filter_map(|line| read_line_plainly(line.trim_matches([' ', '\t']))).collect()
}

fn read_line_plainly(line: &str) -> Option<Plain> {
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c)))?;
    let family = NAMES.iter().position(|name| *name == &line[..end])?;
    let mut rest = line[end..].trim_start().chars().peekable();
    let mut labels = Vec::new();
    if rest.next_if_eq(&'{').is_some() {
        while rest.next_if_eq(&'}').is_none() {
            let name: String = std::iter::from_fn(|| rest.next_if(|c| *c != '=')).collect();
            rest.next_if_eq(&'=')?;
            rest.next_if_eq(&'"')?;
            let mut value = String::new();
            loop {
                match rest.next()? {
                    '"' => break,
                    '\\' => match rest.next()? {
                        'n' => value.push('\n'),
                        escaped => value.push(escaped),
                    },
                    c => value.push(c),
                }
            }
            labels.push((name, value));
            rest.next_if_eq(&',');
        }
    }
    let rest: String = rest.collect();
    let mut words = rest.split([' ', '\t']).filter(|word| !word.is_empty());
    let value = words.next()?.parse().ok()?;
    match words.next() {
        Some(word) if word != "#" => word.parse::<f64>().map(drop).ok()?,
        _ => {}
    }
    Some((family, labels, value))
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

prop_compose! {
    fn line()(
        name in prop_oneof![proptest::sample::select(&NAMES[..]), Just("v:abc"), Just("x"), Just("# TYPE v:a")],
        labels in proptest::collection::vec(("[a-z]{1,3}", "[a-z{}=, \\\\\"\n]{0,6}"), 0..4),
        value in prop_oneof![any::<f64>().prop_map(|value| value.to_string()), "[0-9.eE+x-]{0,5}"],
        timestamp in prop_oneof![Just(String::new()), any::<i64>().prop_map(|at| format!(" {at}")), Just(" #".to_owned())],
    ) -> String {
        let pairs: Vec<_> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) };
        format!("{name}{labels} {value}{timestamp}")
    }
}

proptest! {
    #[test]
    fn finds_what_the_plain_way_finds(lines in proptest::collection::vec(line(), 0..20)) {
        let page = lines.join("\n");
        let plain = read_plainly(&page);
        let mut samples = Vec::new();
        scan(page.as_bytes(), &Families::new(NAMES), |sample| samples.push(sample));
        prop_assert_eq!(samples.len(), plain.len());
        for (sample, (family, labels, value)) in samples.iter().zip(&plain) {
            prop_assert_eq!(sample.family, *family);
            prop_assert!(sample.value.total_cmp(value).is_eq());
            for (name, _) in labels {
                let first = labels.iter().find(|(known, _)| known == name).map(|(_, value)| &**value);
                let found = sample.labels.get(name);
                prop_assert_eq!(found.as_deref(), first);
            }
        }
    }

    #[test]
    fn any_bytes_are_survived(page in proptest::collection::vec(any::<u8>(), 0..200)) {
        scan(&page, &Families::new(["", "a", "#"]), |sample| drop(sample.labels.get("a")));
    }

    #[test]
    fn any_labels_are_survived(inside in "[a={}\\\\\", \n]{0,30}") {
        scan(format!("a{{{inside}").as_bytes(), &Families::new(["a"]), |sample| drop(sample.labels.get("a")));
    }
}
