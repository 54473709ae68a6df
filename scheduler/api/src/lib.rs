//! The words that llmd and the scheduler share: the endpoint picker's configuration and the names on the wire.
