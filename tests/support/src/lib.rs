//! Starts the real parts that tests run against.
