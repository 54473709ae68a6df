//! Unified diffs of texts, line by line.

use similar::TextDiff;

/// The hunks of a unified diff, without a header: `@@ -1,3 +1,4 @@`, then lines that begin with ` `, `-` or `+`.
pub(in crate::commands) fn hunks(before: &str, after: &str, context: usize) -> Vec<String> {
    let diff = TextDiff::from_lines(before, after);
    let text = diff.unified_diff().context_radius(context).missing_newline_hint(false).to_string();
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_those_of_diff() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let after = "a\nB\nc\nd\ne\nf\ng\nh\ni\n";
        assert_eq!(
            hunks(before, after, 1),
            ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c", "@@ -8 +8,2 @@", " h", "+i"]
        );
        assert_eq!(hunks("", "a\n", 3), ["@@ -0,0 +1 @@", "+a"]);
        assert_eq!(hunks("a\n", "", 3), ["@@ -1 +0,0 @@", "-a"]);
        assert!(hunks(before, before, 3).is_empty());
    }
}
