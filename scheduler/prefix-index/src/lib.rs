//! Which endpoint has which prompt prefix in its cache.
