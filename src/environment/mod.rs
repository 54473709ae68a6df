//! What the user asked for.

pub mod budget;
pub mod names;
pub mod set;
