//! What runs beside the connections for as long as the server does.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use tokio::task::JoinSet;

/// Tasks by their names; dropped, they are ended.
#[derive(Default)]
pub(super) struct Tasks(JoinSet<&'static str>);

impl Tasks {
    pub(super) fn spawn(&mut self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        // Nothing of a task that panicked is used again. The panic itself was told by its hook.
        self.0.spawn(AssertUnwindSafe(task).catch_unwind().map(move |_| name));
    }

    /// Waits until a task ends or panics, which none should, and gives its name.
    pub(super) async fn first_end(&mut self) -> &'static str {
        match self.0.join_next().await {
            Some(Ok(name)) => name,
            Some(Err(_)) | None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_to_end_is_named() {
        let mut tasks = Tasks::default();
        tasks.spawn("one that runs", std::future::pending());
        tasks.spawn("one that panics", async { panic!("on purpose") });
        assert_eq!(tasks.first_end().await, "one that panics");
        tasks.spawn("one that ends", async {});
        assert_eq!(tasks.first_end().await, "one that ends");
    }
}
