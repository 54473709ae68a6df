//! Unified diffs of texts, line by line.

use std::ops::Range;

/// Texts of more changed lines than this are shown as one block out, one block in.
const LONGEST: usize = 2000;

/// A line of one text or of both: its indices.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edit {
    Keep(usize, usize),
    Remove(usize),
    Add(usize),
}

/// The hunks of a unified diff, without a header: `@@ -1,3 +1,4 @@`, then lines that begin with ` `, `-` or `+`.
pub(in crate::commands) fn hunks(before: &str, after: &str, context: usize) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let edits = edits(&old, &new);
    let mut lines = Vec::new();
    for range in ranges(&edits, context) {
        lines.push(header(&edits, &range));
        lines.extend(edits[range].iter().map(|edit| match *edit {
            Edit::Keep(index, _) => format!(" {}", old[index]),
            Edit::Remove(index) => format!("-{}", old[index]),
            Edit::Add(index) => format!("+{}", new[index]),
        }));
    }
    lines
}

/// The edits that belong together: changes with their context, joined where they touch.
fn ranges(edits: &[Edit], context: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let changed = edits.iter().enumerate().filter(|(_, edit)| !matches!(edit, Edit::Keep(..)));
    for (index, _) in changed {
        let (start, end) = (index.saturating_sub(context), (index + 1 + context).min(edits.len()));
        match ranges.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    ranges
}

fn header(edits: &[Edit], range: &Range<usize>) -> String {
    let is_old = |edit: &&Edit| !matches!(edit, Edit::Add(_));
    let is_new = |edit: &&Edit| !matches!(edit, Edit::Remove(_));
    let (ahead, within) = (&edits[..range.start], &edits[range.clone()]);
    // A side without lines is numbered by the line before it.
    let side = |ahead: usize, within: usize| format!("{},{within}", ahead + usize::from(within > 0));
    format!(
        "@@ -{} +{} @@",
        side(ahead.iter().filter(is_old).count(), within.iter().filter(is_old).count()),
        side(ahead.iter().filter(is_new).count(), within.iter().filter(is_new).count()),
    )
}

/// The fewest lines out and in, by the longest common subsequence.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (rows, columns) = (old_rest.len() - tail, new_rest.len() - tail);
    let mut edits: Vec<Edit> = (0..head).map(|index| Edit::Keep(index, index)).collect();
    if rows.max(columns) > LONGEST {
        edits.extend((head..head + rows).map(Edit::Remove));
        edits.extend((head..head + columns).map(Edit::Add));
    } else {
        let lengths = lengths(&old_rest[..rows], &new_rest[..columns]);
        let (mut row, mut column) = (0, 0);
        while row < rows || column < columns {
            if row < rows && column < columns && old_rest[row] == new_rest[column] {
                edits.push(Edit::Keep(head + row, head + column));
                (row, column) = (row + 1, column + 1);
            } else if row < rows
                && (column == columns || lengths[row + 1][column] >= lengths[row][column + 1])
            {
                edits.push(Edit::Remove(head + row));
                row += 1;
            } else {
                edits.push(Edit::Add(head + column));
                column += 1;
            }
        }
    }
    let ends = (head + rows..old.len()).zip(head + columns..new.len());
    edits.extend(ends.map(|(old, new)| Edit::Keep(old, new)));
    edits
}

/// For each pair of places the length of the longest common subsequence of what follows.
fn lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u16>> {
    let mut lengths = vec![vec![0_u16; new.len() + 1]; old.len() + 1];
    for row in (0..old.len()).rev() {
        for column in (0..new.len()).rev() {
            lengths[row][column] = if old[row] == new[column] {
                lengths[row + 1][column + 1] + 1
            } else {
                lengths[row + 1][column].max(lengths[row][column + 1])
            };
        }
    }
    lengths
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
            ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c", "@@ -8,1 +8,2 @@", " h", "+i"]
        );
        assert_eq!(hunks("", "a\n", 3), ["@@ -0,0 +1,1 @@", "+a"]);
        assert_eq!(hunks("a\n", "", 3), ["@@ -1,1 +0,0 @@", "-a"]);
        assert!(hunks(before, before, 3).is_empty());
    }

    /// Every pair of short texts: following the edits makes one of the other.
    #[test]
    fn edits_lead_from_one_text_to_the_other() {
        let mut texts: Vec<Vec<&str>> = vec![Vec::new()];
        for length in 0..4 {
            let longer = texts.iter().filter(|text| text.len() == length);
            let longer: Vec<Vec<&str>> =
                longer.flat_map(|text| ["a", "b", "c"].map(|line| [&text[..], &[line]].concat())).collect();
            texts.extend(longer);
        }
        for old in &texts {
            for new in &texts {
                let edits = edits(old, new);
                let kept =
                    |side: fn(&Edit) -> Option<usize>| edits.iter().filter_map(side).collect::<Vec<_>>();
                let olds = kept(|edit| match edit {
                    Edit::Keep(index, _) | Edit::Remove(index) => Some(*index),
                    Edit::Add(_) => None,
                });
                let news = kept(|edit| match edit {
                    Edit::Keep(_, index) | Edit::Add(index) => Some(*index),
                    Edit::Remove(_) => None,
                });
                assert_eq!(olds, (0..old.len()).collect::<Vec<_>>());
                assert_eq!(news, (0..new.len()).collect::<Vec<_>>());
                assert!(edits.iter().all(|edit| !matches!(edit, Edit::Keep(a, b) if old[*a] != new[*b])));
            }
        }
    }
}
