//! TEMPORARY
pub fn render(h: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String { let mut t = h.join("  ") + "\n"; for r in rows { t += &(r.join("  ") + "\n"); } t }
