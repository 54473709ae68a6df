//! Who may see the pages (`epp.md` §6.4).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::kubernetes::review::{Reviewer, Verdict};

/// Who may see the pages.
#[derive(Clone)]
pub(crate) enum Guard {
    Open,
    /// Those whom the API server lets GET `/metrics`.
    Review(Arc<Reviewer>),
}

/// Lets a request pass, or says why not.
pub(super) async fn check(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let verdict = match &guard {
        Guard::Open => Verdict::Allowed,
        Guard::Review(reviewer) => {
            let authorization = request.headers().get(header::AUTHORIZATION);
            reviewer.review(authorization.and_then(|value| value.to_str().ok())).await
        }
    };
    match verdict {
        Verdict::Allowed => next.run(request).await,
        Verdict::Unauthenticated => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, challenge, "a bearer token is needed\n").into_response()
        }
        Verdict::Forbidden => (StatusCode::FORBIDDEN, "the token may not get /metrics\n").into_response(),
        Verdict::Unavailable => {
            (StatusCode::INTERNAL_SERVER_ERROR, "the API server did not answer\n").into_response()
        }
    }
}
