use serde_json::{Value, json};

use super::*;

fn object(name: &str, second: u8, rules: &Value) -> DynamicObject {
    let object = json!({
        "metadata": {"name": name, "creationTimestamp": format!("2026-01-01T00:00:{second:02}Z")},
        "spec": {"poolRef": {"name": "pool"}, "rules": rules},
    });
    serde_json::from_value(object).unwrap()
}

fn matches(models: &[&str]) -> Value {
    models.iter().map(|model| json!({"model": {"type": "Exact", "value": model}})).collect()
}

fn targets(model: &str) -> Value {
    json!([{"weight": 1, "modelRewrite": model}])
}

/// `object: models → targets` of each rule.
fn shown(objects: &[DynamicObject]) -> Vec<String> {
    let shown = |rule: RewriteRule| {
        let targets: Vec<_> =
            rule.targets.iter().map(|one| format!("{}×{}", one.weight, one.model)).collect();
        format!("{}: {} → {}", rule.object, rule.models.join(" "), targets.join(" "))
    };
    rewrites(objects, PoolGroup::V1, "pool").into_iter().map(shown).collect()
}

#[test]
fn matches_come_before_generic_rules_and_old_objects_before_young_ones() {
    let generic = json!([{"targets": targets("any")}]);
    let both =
        json!([{"targets": targets("any")}, {"matches": matches(&["a", "b"]), "targets": targets("x")}]);
    let objects = [
        object("z-young", 9, &both),
        object("b-middle", 5, &generic),
        object("a-middle", 5, &both),
        object("z-oldest", 1, &generic),
    ];
    let expected = [
        "a-middle: a b → 1×x",
        "z-young: a b → 1×x",
        "z-oldest:  → 1×any",
        "a-middle:  → 1×any",
        "b-middle:  → 1×any",
        "z-young:  → 1×any",
    ];
    assert_eq!(shown(&objects), expected);
}

#[test]
fn rules_of_one_object_keep_their_order_and_weights() {
    let rules = json!([
        {"matches": matches(&["second"]), "targets": targets("x")},
        {"matches": matches(&["first"]), "targets": [
            {"weight": 90, "modelRewrite": "stable"}, {"weight": 10, "modelRewrite": "canary"}, {"modelRewrite": "new"},
        ]},
    ]);
    let expected = ["one: second → 1×x", "one: first → 90×stable 10×canary 0×new"];
    assert_eq!(shown(&[object("one", 0, &rules)]), expected);
}

#[test]
fn rules_that_cannot_apply_are_left_out() {
    let rules = json!([
        {"matches": [{"model": {"type": "Prefix", "value": "a"}}], "targets": targets("x")},
        {"matches": matches(&["a"]), "targets": []},
        {"matches": matches(&["a"])},
    ]);
    assert_eq!(shown(&[object("one", 0, &rules)]), Vec::<String>::new());
}

#[test]
fn objects_that_are_broken_leaving_or_of_other_pools_are_left_out() {
    let rules = json!([{"targets": targets("x")}]);
    let mut leaving = object("leaving", 0, &rules);
    leaving.metadata.deletion_timestamp = leaving.metadata.creation_timestamp.clone();
    let mut other = object("other", 0, &rules);
    other.data["spec"]["poolRef"]["name"] = json!("other");
    let broken = object("broken", 0, &json!("none"));
    assert_eq!(shown(&[leaving, other, broken, object("good", 0, &rules)]), ["good:  → 1×x"]);
}
