use super::*;
use crate::render::manifest::{Manifest, Part, Release};

fn release(config: Value, content: &str) -> Release {
    let object =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": content}});
    Release {
        part: Part::Gaie,
        name: "gaie-blue".to_owned(),
        config,
        defaults: json!({}),
        manifests: vec![Manifest { template: "x.yaml.j2".into(), object }],
    }
}

fn record(revision: u64, status: Status) -> Record {
    let last = (1..revision).fold(None, |last: Option<Record>, _| {
        Some(Record::next(&release(json!({}), ""), "demo", last.as_ref(), Timestamp::UNIX_EPOCH))
    });
    let mut record = Record::next(&release(json!({}), ""), "demo", last.as_ref(), Timestamp::UNIX_EPOCH);
    record.set(status, None);
    record
}

#[test]
fn ten_records_stay_and_the_last_deployed_one_among_them() {
    let status = |revision: u64| if revision == 1 { Status::Deployed } else { Status::Failed };
    let history: Vec<Record> = (1..=11).map(|revision| record(revision, status(revision))).collect();
    let doomed = |history: &[Record], is_deployed: bool, limit: usize| -> Vec<u64> {
        surplus(history, is_deployed, limit).into_iter().map(Record::revision).collect()
    };
    assert_eq!(doomed(&history, false, 10), [2, 3]);
    // What was deployed before is not the last any more.
    assert_eq!(doomed(&history, true, 10), [1, 2]);
    assert_eq!(doomed(&history, false, 1), (2..=11).collect::<Vec<u64>>());
    assert!(doomed(&history, false, 0).is_empty());
    assert!(doomed(&history[..9], false, 10).is_empty());
}

/// A text that does not compress.
fn noise(length: usize) -> String {
    let mut state = 1_u64;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap_or_default())
    });
    letters.take(length).collect()
}

#[test]
fn a_record_that_no_secret_holds_is_refused_with_what_makes_it_large() {
    let config = json!({"extension": {"plugins": {"custom": noise(900_000)}, "replicas": 1}});
    let large = Record::next(&release(config, &noise(700_000)), "demo", None, Timestamp::UNIX_EPOCH);
    let said = check_size(&large).unwrap_err().to_string();
    assert!(
        said.starts_with("the record of release gaie-blue takes 1.7 MiB, and a Secret holds 1.0 MiB"),
        "{said}"
    );
    assert!(said.contains("ConfigMap/x (0.7 MiB), value extension.plugins.custom (0.9 MiB)"), "{said}");
    assert!(check_size(&record(1, Status::Deployed)).is_ok());
}
