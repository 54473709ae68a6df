//! Waiting for what sends no event.

use std::time::Duration;

/// How long anything may take; far more than it does.
const LIMIT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(5);

/// The outcome of `future`; fails the test, naming `what`, when it does not come.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// Looks again and again until it is true.
pub(crate) async fn until(what: &str, is_true: impl Fn() -> bool) {
    within(what, async {
        while !is_true() {
            tokio::time::sleep(PAUSE).await;
        }
    })
    .await;
}
