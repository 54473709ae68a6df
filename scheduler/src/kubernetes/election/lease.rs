//! The Lease as a record of who leads: who may take it when, and what is written into it.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::Timestamp;
use tokio::time::Instant;

/// The last version of another's Lease that was seen, and since when it has been so. Times in the Lease are another
/// machine's; only the time that passes here counts.
#[derive(Debug, Default)]
pub(super) struct Observed {
    version: Option<String>,
    since: Option<Instant>,
}

impl Observed {
    /// Whether the Lease may be taken: it is free, ours already, or was not renewed for as long as it is good.
    pub(super) fn may_take(&mut self, lease: &Lease, identity: &str, now: Instant) -> bool {
        if is_free(Some(lease)) || holder(lease) == Some(identity) {
            return true;
        }
        if self.version != lease.metadata.resource_version || self.since.is_none() {
            self.version.clone_from(&lease.metadata.resource_version);
            self.since = Some(now);
        }
        let seconds = lease.spec.as_ref().and_then(|spec| spec.lease_duration_seconds).unwrap_or_default();
        let good_for = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        self.since.is_some_and(|since| now.saturating_duration_since(since) > good_for)
    }
}

pub(super) fn holder(lease: &Lease) -> Option<&str> {
    lease.spec.as_ref()?.holder_identity.as_deref().filter(|holder| !holder.is_empty())
}

/// Whether nobody holds it.
pub(super) fn is_free(lease: Option<&Lease>) -> bool {
    lease.and_then(holder).is_none()
}

/// The Lease with a new holder, or the same again.
pub(super) fn taken(mut lease: Lease, name: &str, identity: &str, good_for: Duration) -> Lease {
    let changes_hands = holder(&lease) != Some(identity);
    lease.metadata.name = Some(name.to_owned());
    let spec = lease.spec.get_or_insert_default();
    let now = now();
    if changes_hands {
        let before = spec.lease_transitions;
        spec.lease_transitions = Some(before.map_or(0, |count| count.saturating_add(1)));
        spec.acquire_time = Some(now.clone());
    }
    spec.holder_identity = Some(identity.to_owned());
    let seconds = good_for.as_secs().saturating_add(u64::from(good_for.subsec_nanos() > 0));
    spec.lease_duration_seconds = Some(i32::try_from(seconds).unwrap_or(i32::MAX));
    spec.renew_time = Some(now);
    lease
}

pub(super) fn renew(lease: &mut Lease) {
    lease.spec.get_or_insert_default().renew_time = Some(now());
}

/// The Lease without a holder; good for a second only, for electors that look at nothing else.
pub(super) fn released(mut lease: Lease) -> Lease {
    let spec = lease.spec.get_or_insert_default();
    spec.holder_identity = Some(String::new());
    spec.lease_duration_seconds = Some(1);
    spec.renew_time = Some(now());
    lease
}

fn now() -> MicroTime {
    MicroTime(Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Duration = Duration::from_secs(10);

    fn held(by: &str, version: &str) -> Lease {
        let mut lease = taken(Lease::default(), "lease", by, TEN);
        lease.metadata.resource_version = Some(version.to_owned());
        lease
    }

    #[test]
    fn anothers_lease_may_be_taken_when_it_was_not_renewed_here_and_now() {
        let start = Instant::now();
        let mut observed = Observed::default();
        let second = Duration::from_secs(1);
        // However old the times in it are, the first look proves nothing.
        assert!(!observed.may_take(&held("other", "1"), "me", start));
        assert!(!observed.may_take(&held("other", "1"), "me", start + TEN));
        assert!(observed.may_take(&held("other", "1"), "me", start + TEN + second));
        assert!(!observed.may_take(&held("other", "2"), "me", start + TEN + second), "it was renewed");
        assert!(observed.may_take(&held("other", "2"), "me", start + TEN + TEN + second + second));
    }

    #[test]
    fn a_free_lease_and_our_own_may_be_taken_at_once() {
        let mut observed = Observed::default();
        assert!(observed.may_take(&held("me", "1"), "me", Instant::now()));
        assert!(observed.may_take(&released(held("other", "1")), "me", Instant::now()));
        assert!(observed.may_take(&Lease::default(), "me", Instant::now()));
    }

    #[test]
    fn hands_are_counted() {
        let transitions = |lease: &Lease| lease.spec.as_ref().unwrap().lease_transitions;
        let first = held("a", "1");
        assert_eq!((transitions(&first), holder(&first)), (Some(0), Some("a")));
        let again = taken(first.clone(), "lease", "a", TEN);
        assert_eq!(transitions(&again), Some(0));
        assert_eq!(again.spec.as_ref().unwrap().acquire_time, first.spec.as_ref().unwrap().acquire_time);
        let second = taken(released(again), "lease", "b", Duration::from_millis(1500));
        assert_eq!((transitions(&second), holder(&second)), (Some(1), Some("b")));
        assert_eq!(second.spec.unwrap().lease_duration_seconds, Some(2));
    }
}
