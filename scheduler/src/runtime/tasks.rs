//! Tasks that the process is of no use without.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Shutdown;

/// The tasks of one runtime. When one of them ends before it is told to, the process ends.
pub(super) struct Tasks {
    runtime: Handle,
    tracker: TaskTracker,
    end: CancellationToken,
    shutdown: Shutdown,
}

impl Tasks {
    pub(super) fn new(runtime: &Handle, shutdown: &Shutdown) -> Self {
        let (tracker, end) = (TaskTracker::new(), CancellationToken::new());
        Self { runtime: runtime.clone(), tracker, end, shutdown: shutdown.clone() }
    }

    /// Begins what `task` makes of the token that tells it to end.
    pub(super) fn spawn<T>(&self, name: &'static str, task: impl FnOnce(CancellationToken) -> T)
    where
        T: Future<Output = ()> + Send + 'static,
    {
        let task = self.runtime.spawn(task(self.end.clone()));
        let (end, shutdown) = (self.end.clone(), self.shutdown.clone());
        let watching = async move {
            // Whether it returned or panicked: the panic has been told of.
            drop(task.await);
            if !end.is_cancelled() {
                shutdown.fail(name);
            }
        };
        self.tracker.spawn_on(watching, &self.runtime);
    }

    /// Tells all of them to end, and waits. False when `limit` passed before all had ended.
    pub(super) async fn finish(self, limit: Duration) -> bool {
        self.end.cancel();
        self.tracker.close();
        tokio::time::timeout(limit, self.tracker.wait()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn what_is_told_to_end_may_end() {
        let shutdown = Shutdown::default();
        let tasks = Tasks::new(&Handle::current(), &shutdown);
        tasks.spawn("one", CancellationToken::cancelled_owned);
        assert!(tasks.finish(LIMIT).await);
        assert!(!shutdown.begin.is_cancelled());
        shutdown.outcome().unwrap();
    }

    #[tokio::test]
    async fn what_ends_before_ends_the_process() {
        for panics in [false, true] {
            let shutdown = Shutdown::default();
            let tasks = Tasks::new(&Handle::current(), &shutdown);
            tasks.spawn("the other", CancellationToken::cancelled_owned);
            tasks.spawn("the one", async move |_| assert!(!panics, "a task that panics"));
            tokio::time::timeout(LIMIT, shutdown.begin.cancelled()).await.unwrap();
            assert_eq!(shutdown.outcome().unwrap_err().to_string(), "the one ended before its time");
            assert!(tasks.finish(LIMIT).await);
        }
    }
}
