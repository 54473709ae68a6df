use jiff::Timestamp;
use serde_json::json;

use super::*;

/// A revision per entry: what it applies, its status, the second of its operation.
fn history(name: &str, revisions: &[(&str, Status, i64)]) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for (content, status, second) in revisions {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"},
                            "data": {"a": content}});
        let release = Release {
            part: Part::Ms,
            name: name.to_owned(),
            config: json!({"a": content}),
            defaults: json!({"b": null}),
            manifests: vec![Manifest { template: "x.yaml.j2".into(), object }],
        };
        let now = Timestamp::from_second(*second).unwrap();
        let mut record = Record::next(&release, "demo", records.last(), now);
        record.set(*status, None);
        records.push(record);
    }
    records
}

fn chosen(history: &[Record], wanted: &Wanted) -> Result<Vec<(String, u64)>, Error> {
    let releases = ["gaie-blue", "ms-blue"].map(str::to_owned);
    let choice = choose(history, &releases, wanted)?;
    Ok(choice.targets.into_iter().map(|(_, target)| (target.name().to_owned(), target.revision())).collect())
}

fn one(revision: Option<u64>) -> Wanted {
    Wanted::Release { name: "ms-blue".to_owned(), revision }
}

#[test]
fn what_the_last_operation_changed_goes_back_and_the_rest_stays() {
    use Status::{Deployed, Failed, Superseded};
    let mut all = history("gaie-blue", &[("a", Superseded, 1), ("b", Deployed, 2)]);
    all.extend(history("ms-blue", &[("a", Superseded, 1), ("b", Deployed, 3)]));
    assert_eq!(chosen(&all, &Wanted::LastOperation).unwrap(), [("ms-blue".to_owned(), 1)]);
    all.truncate(2);
    all.extend(history("ms-blue", &[("a", Deployed, 1), ("b", Failed, 2)]));
    let both = [("gaie-blue".to_owned(), 1), ("ms-blue".to_owned(), 1)];
    assert_eq!(chosen(&all, &Wanted::LastOperation).unwrap(), both);
}

#[test]
fn only_what_was_deployed_and_differs_is_gone_back_to() {
    use Status::{Deployed, Failed, Superseded};
    let all = history(
        "ms-blue",
        &[("a", Superseded, 1), ("b", Superseded, 2), ("c", Failed, 3), ("b", Deployed, 4)],
    );
    assert_eq!(chosen(&all, &one(None)).unwrap(), [("ms-blue".to_owned(), 1)]);
    // Named, any revision will do.
    assert_eq!(chosen(&all, &one(Some(3))).unwrap(), [("ms-blue".to_owned(), 3)]);
    // What is deployed already needs no revision of its own.
    assert!(chosen(&all, &one(Some(2))).unwrap().is_empty());
}

#[test]
fn a_rollback_that_was_cut_off_goes_on() {
    use Status::{Deployed, Failed, PendingRollback, Superseded};
    let back = |history: &mut Vec<Record>, status: Status, second: i64| {
        let now = Timestamp::from_second(second).unwrap();
        let mut record = history[0].restored(history.last().unwrap(), now);
        let description = record.failed("interrupted");
        record.set(status, (status == Failed).then_some(description.as_str()));
        history.push(record);
    };
    let two = |name: &str| history(name, &[("a", Superseded, 1), ("b", Deployed, 2)]);
    let of = |name: &str| (name.to_owned(), 1);
    let together = |gaie: &[Record], ms: &[Record]| [gaie, ms].concat();
    for status in [PendingRollback, Failed] {
        let (mut gaie, mut ms) = (two("gaie-blue"), two("ms-blue"));
        back(&mut gaie, status, 3);
        // Killed before the other's record was written.
        let all = together(&gaie, &ms);
        assert_eq!(chosen(&all, &Wanted::LastOperation).unwrap(), [of("gaie-blue"), of("ms-blue")]);
        // Killed after the other had gone back.
        back(&mut ms, Deployed, 3);
        let all = together(&gaie, &ms);
        assert_eq!(chosen(&all, &Wanted::LastOperation).unwrap(), [of("gaie-blue")]);
        // Cut off once more.
        back(&mut gaie, status, 4);
        let all = together(&gaie, &ms);
        assert_eq!(chosen(&all, &Wanted::LastOperation).unwrap(), [of("gaie-blue")]);
    }
}

#[test]
fn nothing_to_go_back_to_is_said() {
    use Status::{Deployed, Superseded, Uninstalling};
    let first = history("ms-blue", &[("a", Deployed, 1)]);
    let said = "release ms-blue has no earlier revision that was deployed and differs from its latest";
    assert_eq!(chosen(&first, &one(None)).unwrap_err().to_string(), said);
    assert_eq!(chosen(&first, &Wanted::LastOperation).unwrap_err().to_string(), said);
    let said = chosen(&first, &one(Some(7))).unwrap_err().to_string();
    assert_eq!(said, "release ms-blue has no revision 7; it has 1");
    let going = history("ms-blue", &[("a", Superseded, 1), ("b", Uninstalling, 2)]);
    let said = chosen(&going, &Wanted::LastOperation).unwrap_err().to_string();
    assert_eq!(said, "release ms-blue is being taken away (revision 2)");
}

#[test]
fn a_release_is_rebuilt_without_its_nulls() {
    let records = history("ms-blue", &[("a", Status::Deployed, 1)]);
    let release = rebuilt(&records[0]).unwrap().unwrap();
    assert_eq!((release.part, &release.config), (Part::Ms, &json!({"a": "a"})));
    assert_eq!(release.manifests[0].object["data"], json!({"a": "a"}));
    assert_eq!(without_nulls(json!({"a": null, "b": [{"c": null}]})), json!({"b": [{}]}));
    assert!(rebuilt(&history("foreign", &[("a", Status::Deployed, 1)])[0]).unwrap().is_none());
}
