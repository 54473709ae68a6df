//! The session is known by an id of the client's own, and its endpoint is remembered here.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::{remembered, score_where};
use crate::model::{Decision, Endpoint, Headers};
use crate::scheduling::{Candidates, Cycle, PreRequest, Scorer};

/// How often old sessions are looked for, by the request that comes then.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);
/// More are not remembered: 32 MiB.
const MAX_SESSIONS: usize = 1 << 20;

/// Remembers the endpoint of each session until it has been idle for some time.
#[derive(Debug)]
pub(in crate::plugins) struct SessionId {
    headers: Vec<String>,
    idle: Duration,
    profile: Option<usize>,
    /// Ids are kept as their hashes, whose keys nobody outside knows.
    hasher: RandomState,
    /// Held for one look-up by each request that has an id.
    sessions: Mutex<Sessions>,
}

#[derive(Debug, Default)]
struct Sessions {
    by_id: HashMap<u64, Session>,
    swept_at: Duration,
}

#[derive(Debug)]
struct Session {
    endpoint: Weak<Endpoint>,
    used_at: Duration,
}

impl SessionId {
    /// The first of `headers` (in lower case) that is there holds the id; `profile` is the one whose target is
    /// remembered, none for the primary one.
    pub(in crate::plugins) fn new(headers: Vec<String>, idle: Duration, profile: Option<usize>) -> Self {
        Self { headers, idle, profile, hasher: RandomState::new(), sessions: Mutex::default() }
    }

    fn id(&self, headers: &Headers) -> Option<u64> {
        let id = self.headers.iter().find_map(|name| headers.get_filled(name))?;
        Some(self.hasher.hash_one(id))
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn home(&self, id: u64, now: Duration) -> Option<Arc<Endpoint>> {
        let sessions = self.sessions();
        let session = sessions.by_id.get(&id).filter(|session| session.is_used(now, self.idle))?;
        session.endpoint.upgrade()
    }
}

impl Sessions {
    fn sweep(&mut self, now: Duration, idle: Duration) {
        if now.saturating_sub(self.swept_at) >= SWEEP_INTERVAL {
            self.by_id.retain(|_, session| session.is_used(now, idle) && session.endpoint.strong_count() > 0);
            self.swept_at = now;
        }
    }
}

impl Session {
    fn is_used(&self, now: Duration, idle: Duration) -> bool {
        now.saturating_sub(self.used_at) <= idle
    }
}

impl Scorer for SessionId {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        let id = self.id(&cycle.request.headers);
        let Some(home) = id.and_then(|id| self.home(id, cycle.now)) else { return };
        score_where(cycle, candidates, scores, |endpoint| Arc::ptr_eq(endpoint, &home));
    }
}

impl PreRequest for SessionId {
    fn decided(&self, cycle: &Cycle<'_>, decision: &mut Decision) {
        let Some(id) = self.id(&cycle.request.headers) else { return };
        let Some(endpoint) = remembered(decision, self.profile) else { return };
        let mut sessions = self.sessions();
        sessions.sweep(cycle.now, self.idle);
        let session = Session { endpoint: Arc::downgrade(endpoint), used_at: cycle.now };
        if sessions.by_id.len() < MAX_SESSIONS {
            sessions.by_id.insert(id, session);
        } else if let Some(known) = sessions.by_id.get_mut(&id) {
            *known = session;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::{Bed, NOW, assert_close, endpoint};

    const IDLE: Duration = Duration::from_secs(300);

    fn scorer() -> SessionId {
        SessionId::new(vec!["x-first".to_owned(), "x-second".to_owned()], IDLE, None)
    }

    fn scores_at(bed: &Bed, scorer: &SessionId, now: Duration) -> [f64; 2] {
        let mut scores = [0.0; 2];
        scorer.score(&Cycle { now, ..bed.cycle() }, &bed.all(), &mut scores);
        scores
    }

    #[test]
    fn a_session_comes_back_until_it_is_idle_for_long() {
        let mut bed = Bed::of(2);
        let scorer = scorer();
        bed.header("x-second", "me");
        assert_close(&scores_at(&bed, &scorer, NOW), &[0.0, 0.0]);
        scorer.decided(&bed.cycle(), &mut bed.decision(&[1]));
        assert_close(&scores_at(&bed, &scorer, NOW + IDLE), &[0.0, 1.0]);
        assert_close(&scores_at(&bed, &scorer, NOW + IDLE + Duration::from_micros(1)), &[0.0, 0.0]);
        bed.header("x-first", "you");
        assert_close(&scores_at(&bed, &scorer, NOW), &[0.0, 0.0]);
    }

    #[test]
    fn an_endpoint_that_is_gone_is_no_home() {
        let mut bed = Bed::of(2);
        let scorer = scorer();
        bed.header("x-first", "me");
        scorer.decided(&bed.cycle(), &mut bed.decision(&[1]));
        bed.endpoints[1] = endpoint(1, "b", &[]);
        assert_close(&scores_at(&bed, &scorer, NOW), &[0.0, 0.0]);
    }

    #[test]
    fn old_sessions_are_swept() {
        let mut bed = Bed::of(1);
        let scorer = scorer();
        for index in 0..1000 {
            bed.header("x-first", &index.to_string());
            let now = Duration::from_secs(index);
            scorer.decided(&Cycle { now, ..bed.cycle() }, &mut bed.decision(&[0]));
        }
        assert!((300..=320).contains(&scorer.sessions().by_id.len()));
    }
}
