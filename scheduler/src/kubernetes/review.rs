//! Who may read `/metrics` (`epp.md` §6.4): those whose token the API server knows, and whom its rules let.

mod cache;

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::authentication::v1::{TokenReview, TokenReviewSpec, TokenReviewStatus};
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec, SubjectAccessReviewStatus,
};
use kube::api::PostParams;
use kube::{Api, Client};
use tokio::time::{Instant, timeout};
use tracing::warn;

use self::cache::Cache;

/// How long an answer about a token is good.
const TOKEN: Duration = Duration::from_secs(60);
/// How long a permission is good.
const ALLOWED: Duration = Duration::from_secs(5 * 60);
/// How long a refusal is good.
const DENIED: Duration = Duration::from_secs(30);
/// How long the API server may take for one answer.
const LIMIT: Duration = Duration::from_secs(10);
/// Longer tokens are not sent to anybody.
const MAX_TOKEN_BYTES: usize = 16 << 10;

/// What comes of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// There is no bearer token, or nobody knows it: 401.
    Unauthenticated,
    /// The token's owner may not: 403.
    Forbidden,
    /// The API server did not answer: 500.
    Unavailable,
}

/// Asks the API server, and remembers its answers for a while.
pub struct Reviewer {
    tokens: Api<TokenReview>,
    access: Api<SubjectAccessReview>,
    path: Box<str>,
    /// Tokens are kept as their hashes, whose keys nobody outside knows.
    hasher: RandomState,
    /// By token: the owner, as an access review wants to be asked; none where the token is not good.
    owners: Mutex<Cache<u64, Option<Box<Owner>>>>,
    /// By owner, written out.
    permissions: Mutex<Cache<Box<str>, bool>>,
}

/// An access review that lacks the question, and its text, by which its answer is remembered.
#[derive(Clone)]
struct Owner {
    text: Box<str>,
    spec: SubjectAccessReviewSpec,
}

impl Reviewer {
    /// Reviews requests to GET `path`.
    pub fn new(client: Client, path: &str) -> Self {
        Self {
            tokens: Api::all(client.clone()),
            access: Api::all(client),
            path: path.into(),
            hasher: RandomState::new(),
            owners: Mutex::default(),
            permissions: Mutex::default(),
        }
    }

    /// Whether the bearer of this `Authorization` header may.
    pub async fn review(&self, authorization: Option<&str>) -> Verdict {
        let Some(token) = authorization.and_then(bearer_token) else { return Verdict::Unauthenticated };
        let verdict = async {
            let Some(owner) = self.owner(token).await? else { return Ok(Verdict::Unauthenticated) };
            let is_allowed = self.is_allowed(&owner).await?;
            Ok(if is_allowed { Verdict::Allowed } else { Verdict::Forbidden })
        };
        match timeout(LIMIT, verdict).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err::<_, kube::Error>(error)) => {
                warn!(path = self.path, %error, "failed to review a request");
                Verdict::Unavailable
            }
            Err(_) => {
                warn!(path = self.path, "failed to review a request: no answer in time");
                Verdict::Unavailable
            }
        }
    }

    /// To whom the token belongs.
    async fn owner(&self, token: &str) -> kube::Result<Option<Box<Owner>>> {
        let key = self.hasher.hash_one(token);
        if let Some(owner) = get(&self.owners, &key) {
            return Ok(owner);
        }
        let spec = TokenReviewSpec { token: token.to_owned(), audiences: None };
        let review = TokenReview { spec, ..TokenReview::default() };
        let status = self.tokens.create(&PostParams::default(), &review).await?.status.unwrap_or_default();
        let owner = owner(status);
        put(&self.owners, key, owner.clone(), TOKEN);
        Ok(owner)
    }

    async fn is_allowed(&self, owner: &Owner) -> kube::Result<bool> {
        if let Some(is_allowed) = get(&self.permissions, &owner.text) {
            return Ok(is_allowed);
        }
        let question =
            NonResourceAttributes { path: Some(self.path.to_string()), verb: Some("get".to_owned()) };
        let spec = SubjectAccessReviewSpec { non_resource_attributes: Some(question), ..owner.spec.clone() };
        let review = SubjectAccessReview { spec, ..SubjectAccessReview::default() };
        let answer = self.access.create(&PostParams::default(), &review).await?;
        let SubjectAccessReviewStatus { allowed: is_allowed, .. } = answer.status.unwrap_or_default();
        put(&self.permissions, owner.text.clone(), is_allowed, if is_allowed { ALLOWED } else { DENIED });
        Ok(is_allowed)
    }
}

/// The token of `Bearer TOKEN`; the scheme in any case.
fn bearer_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let token = token.trim();
    let is_token =
        scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= MAX_TOKEN_BYTES;
    is_token.then_some(token)
}

fn owner(status: TokenReviewStatus) -> Option<Box<Owner>> {
    let user = status.user.filter(|_| status.authenticated.unwrap_or(false))?;
    let spec = SubjectAccessReviewSpec {
        user: user.username,
        uid: user.uid,
        groups: user.groups,
        extra: user.extra,
        ..SubjectAccessReviewSpec::default()
    };
    let text = serde_json::to_string(&spec).ok()?.into_boxed_str();
    Some(Box::new(Owner { text, spec }))
}

fn get<K: Clone + Eq + Hash, V: Clone>(cache: &Mutex<Cache<K, V>>, key: &K) -> Option<V> {
    cache.lock().unwrap_or_else(PoisonError::into_inner).get(key, Instant::now())
}

fn put<K: Clone + Eq + Hash, V>(cache: &Mutex<Cache<K, V>>, key: K, value: V, good_for: Duration) {
    let now = Instant::now();
    cache.lock().unwrap_or_else(PoisonError::into_inner).put(key, value, now, good_for);
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::authentication::v1::UserInfo;

    use super::*;

    #[test]
    fn tokens_are_taken_from_bearer_headers_only() {
        let long = format!("Bearer {}", "x".repeat(MAX_TOKEN_BYTES + 1));
        for (header, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
            ("Bearer ", None),
            ("", None),
            (long.as_str(), None),
        ] {
            assert_eq!(bearer_token(header), token, "{header}");
        }
    }

    #[test]
    fn only_an_authenticated_user_owns_a_token() {
        let user = UserInfo { username: Some("jane".to_owned()), ..UserInfo::default() };
        let status = |authenticated| TokenReviewStatus {
            authenticated,
            user: Some(user.clone()),
            ..TokenReviewStatus::default()
        };
        assert_eq!(owner(status(Some(true))).unwrap().spec.user.as_deref(), Some("jane"));
        assert!(owner(status(Some(false))).is_none());
        assert!(owner(status(None)).is_none());
    }
}
