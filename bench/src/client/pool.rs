//! Connections that wait for their next request.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::url::Origin;

/// How long a connection may wait. Servers close after 5 s (uvicorn) or more, and a request that meets the closing fails.
const LONGEST_IDLE: Duration = Duration::from_secs(4);

/// Free connections by origin, the one that was used last first. Those that wait too long go when others come back.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<HashMap<Arc<Origin>, VecDeque<Idle>>>);

#[derive(Debug)]
struct Idle {
    since: Instant,
    connection: Connection,
}

impl Pool {
    pub(super) fn take(&self, origin: &Arc<Origin>) -> Option<Connection> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(origin)?.pop_back()?;
        (idle.since.elapsed() < LONGEST_IDLE).then_some(idle.connection)
    }

    pub(super) fn put(&self, origin: &Arc<Origin>, connection: Connection) {
        let since = Instant::now();
        let mut stale = Vec::new();
        {
            let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // The clone of a key is for the first connection only.
            if !free.contains_key(origin) {
                free.insert(Arc::clone(origin), VecDeque::new());
            }
            if let Some(free) = free.get_mut(origin) {
                let is_stale = |idle: &Idle| since.duration_since(idle.since) >= LONGEST_IDLE;
                while free.front().is_some_and(is_stale) {
                    stale.extend(free.pop_front());
                }
                free.push_back(Idle { since, connection });
            }
        }
        // Sockets are closed outside the lock.
        drop(stale);
    }
}
