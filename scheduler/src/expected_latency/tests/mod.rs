//! The policy in front of a toy of some engines, on a virtual clock.

mod balance;
mod calibration;
mod learning;
mod placement;
mod toy;
