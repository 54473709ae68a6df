//! Which object needs which to be there first, and a walk along those edges.
//!
//! An edge stands only for what the API itself demands: a kind before its objects, a namespace before what is in it,
//! a `ServiceAccount` before pods and tokens of it (the token controller deletes a token Secret that comes first), and a
//! role before its binding (who may not do everything cannot bind a role that is not there). All else goes at once.

use std::future::Future;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::Value;

use super::object::{meta, text};

const SERVICE_ACCOUNT: &str = "kubernetes.io/service-account.name";

/// For each object the indices of those that must be there before it.
pub(super) fn needs(objects: &[&Value]) -> Vec<Vec<usize>> {
    objects
        .iter()
        .map(|object| (0..objects.len()).filter(|other| is_needed(object, objects[*other])).collect())
        .collect()
}

fn is_needed(object: &Value, other: &Value) -> bool {
    let name = text(other, "/metadata/name");
    match text(other, "/kind") {
        "CustomResourceDefinition" => {
            text(object, "/kind") == text(other, "/spec/names/kind")
                && text(object, "/apiVersion").split('/').next() == Some(text(other, "/spec/group"))
        }
        "Namespace" => text(object, "/metadata/namespace") == name && text(object, "/kind") != "Namespace",
        "ServiceAccount" => {
            text(object, "/spec/template/spec/serviceAccountName") == name
                || text(object, "/spec/leaderWorkerTemplate/workerTemplate/spec/serviceAccountName") == name
                || text(object, "/spec/serviceAccountName") == name
                || meta(object, "annotations", SERVICE_ACCOUNT) == name
        }
        kind @ ("Role" | "ClusterRole") => {
            text(object, "/roleRef/kind") == kind && text(object, "/roleRef/name") == name
        }
        _ => false,
    }
}

/// For each object the indices of those that need it: the edges turned round, as deletion follows them.
pub(super) fn reversed(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reversed = vec![Vec::new(); needs.len()];
    for (index, needed) in needs.iter().enumerate() {
        for other in needed {
            reversed[*other].push(index);
        }
    }
    reversed
}

/// Runs a step for every node once all it needs has succeeded, at most `parallel` at a time.
///
/// A failure stops what depends on it (None in the answer) and lets the rest settle.
pub(super) async fn walk<T, E, F>(
    needs: &[Vec<usize>],
    parallel: usize,
    step: impl Fn(usize) -> F,
) -> Vec<Option<Result<T, E>>>
where
    F: Future<Output = Result<T, E>>,
{
    let mut missing: Vec<usize> = needs.iter().map(Vec::len).collect();
    let followers = reversed(needs);
    let mut ready: Vec<usize> = (0..needs.len()).rev().filter(|index| missing[*index] == 0).collect();
    let mut outcome: Vec<Option<Result<T, E>>> = needs.iter().map(|_| None).collect();
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < parallel {
            let Some(index) = ready.pop() else { break };
            let future = step(index);
            running.push(async move { (index, future.await) });
        }
        let Some((index, result)) = running.next().await else { return outcome };
        if result.is_ok() {
            for follower in &followers[index] {
                missing[*follower] -= 1;
                if missing[*follower] == 0 {
                    ready.push(*follower);
                }
            }
        }
        outcome[index] = Some(result);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;

    fn sample() -> Vec<Value> {
        vec![
            json!({"kind": "Secret", "metadata": {"name": "token", "annotations": {SERVICE_ACCOUNT: "epp"}}}),
            json!({"kind": "Deployment", "metadata": {"name": "epp"},
                   "spec": {"template": {"spec": {"serviceAccountName": "epp"}}}}),
            json!({"kind": "RoleBinding", "metadata": {"name": "b"}, "roleRef": {"kind": "Role", "name": "r"}}),
            json!({"kind": "Gateway", "metadata": {"name": "g"}}),
            json!({"kind": "Role", "metadata": {"name": "r"}}),
            json!({"kind": "ServiceAccount", "metadata": {"name": "epp"}}),
        ]
    }

    #[test]
    fn edges_stand_for_what_the_api_demands() {
        let objects = sample();
        let edges = needs(&objects.iter().collect::<Vec<_>>());
        assert_eq!(edges, [vec![5], vec![5], vec![4], vec![], vec![], vec![]]);
        assert_eq!(reversed(&edges), [vec![], vec![], vec![], vec![], vec![2], vec![0, 1]]);
    }

    #[tokio::test]
    async fn walk_keeps_the_order_of_edges() {
        let order = RefCell::new(Vec::new());
        let edges = [vec![1], vec![2], vec![]];
        let outcome = walk(&edges, 4, |index| {
            order.borrow_mut().push(index);
            async move { Ok::<usize, ()>(index) }
        })
        .await;
        assert_eq!(*order.borrow(), [2, 1, 0]);
        assert_eq!(outcome, [Some(Ok(0)), Some(Ok(1)), Some(Ok(2))]);
    }

    #[tokio::test]
    async fn a_failure_stops_only_what_depends_on_it() {
        let edges = [vec![1], vec![], vec![]];
        let outcome =
            walk(&edges, 1, |index| async move { if index == 1 { Err("no") } else { Ok(index) } }).await;
        assert_eq!(outcome, [None, Some(Err("no")), Some(Ok(2))]);
    }
}
