//! The binary as a user meets it: what it prints, where, and how it ends.

mod bad_input;
mod harness;
mod help;
mod names;
mod output;
mod values;
