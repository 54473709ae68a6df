//! Where our answer differs from a recorded one on purpose. `scheduler/README.md` has the same rows.

/// Name of the recording, the fields that differ, the reason.
pub type Row = (&'static str, &'static [&'static str], &'static str);

/// What is different when a request is routed that was refused or left unanswered.
const ROUTED: &[&str] =
    &["routed", "route cache", "refusal", "metadata", "request headers", "request body", "request end"];
const ROUTED_BY_TRAILERS: &[&str] =
    &["routed", "route cache", "metadata", "request headers", "request body", "request trailers"];

const BYTES: &str = "bytes are kept: only the model's value is replaced, no number is rounded";
const ACCEPTED: &str = "what the newer generation accepts is accepted in the older dialect too";
const RESTORED: &str = "the client's model name is given back in answers in both dialects";
const TRAILERS: &str = "trailers end a body: upstream never answers, and the client hangs";
const REWRITE: &str =
    "InferenceModelRewrite works in the older dialect too; upstream had the kind but did not read it";
const TOKEN: &str =
    "the session token is set in the older dialect too; upstream set it after the headers were gone";

pub const ROWS: &[Row] = &[
    ("v04-bytes-kept", &["request body"], BYTES),
    ("v04-rewrite-keeps-other-bytes", &["request body"], BYTES),
    ("v10-rewrite-keeps-other-bytes", &["request headers", "request body"], BYTES),
    ("v10-rewrite-header", &["request headers", "request body"], BYTES),
    ("v10-rewrite-header-stream", &["request headers", "request body"], BYTES),
    ("v10-k8s-model-rewrite", &["request headers", "request body"], BYTES),
    ("v10-k8s-model-rewrite-and-header", &["request headers", "request body"], BYTES),
    ("v04-completions-string-list", ROUTED, ACCEPTED),
    ("v04-completions-token-ids", ROUTED, ACCEPTED),
    ("v04-embeddings", ROUTED, ACCEPTED),
    ("v04-unknown-path", ROUTED, ACCEPTED),
    ("v04-rewrite-header", &["response body"], RESTORED),
    ("v04-rewrite-header-stream", &["response body"], RESTORED),
    ("v04-k8s-model-rewrite", &["request body", "response body"], REWRITE),
    ("v04-k8s-model-rewrite-and-header", &["request body"], REWRITE),
    ("v04-request-trailers", ROUTED_BY_TRAILERS, TRAILERS),
    ("v10-request-trailers", ROUTED_BY_TRAILERS, TRAILERS),
    ("v04-response-trailers", &["response body", "response trailers"], TRAILERS),
    ("v04-session-first", &["response headers"], TOKEN),
    ("v04-session-sticky", &["response headers"], TOKEN),
    (
        "v04-client-destination-header",
        &["request headers"],
        "a client cannot choose its endpoint: upstream let its header come after the picker's own",
    ),
    (
        "v04-header-value-field",
        &["request headers"],
        "header names are matched in lower case, so the client's request id is kept",
    ),
];

/// The row for a difference.
pub fn reason(name: &str, field: &str) -> Option<usize> {
    ROWS.iter().position(|(file, fields, _)| *file == name && fields.contains(&field))
}
