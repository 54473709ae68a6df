//! TEMPORARY
use std::io::Write;
use crate::{Exit, Failure};
pub struct Printer;
impl Printer {
    pub fn new(_: ()) -> Self { Self }
    pub fn data(&self, t: &str) -> Result<(), Failure> { let _ = std::io::stdout().write_all(t.as_bytes()); Ok(()) }
    pub fn note(&self, t: &str) { let _ = writeln!(std::io::stderr(), "{t}"); }
    pub fn warning(&self, t: &str) { self.note(&format!("warning: {t}")); }
    pub fn json<T: serde::Serialize>(&self, v: &T) -> Result<(), Failure> { self.data(&(serde_json::to_string_pretty(v).unwrap_or_default() + "\n")) }
    pub fn failure(&self, f: &Failure) -> Exit { self.note(&f.to_string()); f.exit }
}
