//! Two stacks in one namespace.

use crate::harness::{Site, cluster};
use crate::world::{names, settled, snapshot, versions};

#[test]
fn two_postfixes_live_and_die_apart() {
    let Some(cluster) = cluster() else { return };
    let site = Site::new(cluster, "two");
    let before = settled(&site);
    site.apply("-e istio --postfix green --replicas 2");
    let green = settled(&site);
    let report = site.apply("-e istio --postfix blue --replicas 2");
    assert!(report["objects"].as_array().unwrap().iter().all(|object| object["action"] == "created"));
    let listed = site.llmd("list -o json").json();
    assert_eq!(listed["releases"].as_array().unwrap().len(), 6);
    site.assert_ready("-e istio --postfix blue");
    site.assert_ready("-e istio --postfix green");

    site.destroy("-e istio --postfix blue");
    site.assert_ready("-e istio --postfix green");
    let after = site.eventually("blue to be gone", || {
        let after = snapshot(&site);
        (after.len() <= green.len()).then_some(after)
    });
    assert_eq!(names(&after), names(&green));
    // Nobody wrote a specification of green's; statuses move as the gateways' controller likes.
    let generations = |snapshot| -> Vec<_> {
        versions(snapshot).into_iter().map(|(name, (_, generation))| (name, generation)).collect()
    };
    assert_eq!(generations(&after), generations(&green));
    site.llmd("status --postfix blue").exits(1);

    site.destroy("-e istio --postfix green");
    let after = site.eventually("green to be gone", || {
        let after = snapshot(&site);
        (after.len() <= before.len()).then_some(after)
    });
    assert_eq!(names(&after), names(&before));
}
