use serde_json::json;

use super::*;

fn change(path: &str, before: Value, after: Value) -> FieldChange {
    let there = |value: Value| (!value.is_null()).then_some(value);
    FieldChange { path: path.to_owned(), before: there(before), after: there(after) }
}

#[test]
fn fields_are_named_as_the_server_names_them() {
    let before = json!({"spec": {"replicas": 2, "old": 1, "containers": [{"name": "a", "image": "x:1"}]}});
    let after = json!({"spec": {"replicas": 3, "new": {"deep": true},
        "containers": [{"name": "a", "image": "x:2"}, {"name": "b"}]}});
    assert_eq!(
        diff(&before, &after),
        [
            change("spec.replicas", json!(2), json!(3)),
            change("spec.old", json!(1), Value::Null),
            change("spec.containers[name=\"a\"].image", json!("x:1"), json!("x:2")),
            change("spec.containers[name=\"b\"]", Value::Null, json!({"name": "b"})),
            change("spec.new", Value::Null, json!({"deep": true})),
        ]
    );
}

#[test]
fn lists_of_texts_show_what_came_and_went() {
    let list = |items: &[&str]| json!({"args": items});
    assert_eq!(
        diff(&list(&["--a", "--b"]), &list(&["--a", "--c"])),
        [change("args[1]", json!("--b"), json!("--c"))]
    );
    assert_eq!(diff(&list(&["--a"]), &list(&["--a", "--c"])), [change("args[]", Value::Null, json!("--c"))]);
    assert_eq!(
        diff(&list(&["--a"]), &list(&["--a", "--a"])),
        [change("args", json!(["--a"]), json!(["--a", "--a"]))]
    );
}

#[test]
fn items_that_change_places_are_a_change() {
    let (a, b) = (json!({"name": "a"}), json!({"name": "b"}));
    assert_eq!(diff(&json!({"l": [a, b]}), &json!({"l": [b, a]})).len(), 1);
}

#[test]
fn what_the_server_adds_is_no_difference_and_what_somebody_changes_is() {
    let wanted = json!({"spec": {"replicas": 2, "containers": [{"name": "a", "resources": {}}]}});
    let live = |replicas: u64, containers: Value| {
        json!({"spec": {"replicas": replicas, "containers": containers, "strategy": {"type": "Recreate"}},
               "status": {}})
    };
    assert!(holds(&live(2, json!([{"name": "a", "tty": false}])), &wanted));
    assert!(!holds(&live(3, json!([{"name": "a"}])), &wanted));
    assert!(!holds(&live(2, json!([{"name": "a"}, {"name": "b"}])), &wanted));
    assert!(!holds(&live(2, json!([{"name": "b"}])), &wanted));
    assert!(!holds(&json!({"spec": {"replicas": 2}}), &wanted));
    let limits = |count: Value| json!({"limits": {"google.com/tpu": count}});
    assert!(holds(&limits("4".into()), &limits(4.into())));
    assert!(!holds(&limits("8".into()), &limits(4.into())));
    assert_eq!(restricted(&limits("4".into()), &limits(4.into())), limits(4.into()));
    let live = live(3, json!([{"name": "a", "tty": false}]));
    assert_eq!(restricted(&live, &wanted), json!({"spec": {"replicas": 3, "containers": [{"name": "a"}]}}));
}

#[test]
fn controllers_writing_beside_us_change_nothing() {
    let before = json!({"metadata": {"name": "x", "resourceVersion": "1", "annotations": {"a": "b"}},
                        "spec": {"replicas": 1}});
    let after = json!({"metadata": {"name": "x", "resourceVersion": "2", "generation": 2,
                       "annotations": {"a": "b", "deployment.kubernetes.io/revision": "1"}},
                       "spec": {"replicas": 1}, "status": {"replicas": 1}});
    assert_eq!(essence(&before), essence(&after));
    let scaled = json!({"metadata": {"name": "x", "annotations": {"a": "b"}}, "spec": {"replicas": 2}});
    assert_ne!(essence(&before), essence(&scaled));
}

#[test]
fn there_is_a_change_exactly_where_two_values_differ() {
    let leaves = [json!(null), json!(true), json!(1), json!({"name": "a"}), json!({"name": "b", "port": 1})];
    let mut values = leaves.to_vec();
    for a in &leaves {
        values.push(json!({"x": a}));
        for b in &leaves {
            values.extend([json!([a]), json!([a, b]), json!({"x": a, "y": b}), json!({"x": [a, b, a]})]);
        }
    }
    for before in &values {
        for after in &values {
            assert_eq!(diff(before, after).is_empty(), before == after, "{before} {after}");
        }
    }
}
