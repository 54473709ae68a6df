//! Go's way of writing flags, as clap wants them.

/// Makes two dashes of one before a long name, and `-v=4` of `-v 4`'s other spellings. What follows `--` stays.
pub(super) fn normalize(arguments: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut is_over = false;
    let mut normalized = Vec::new();
    for argument in arguments {
        is_over |= argument == "--";
        let name = argument.strip_prefix('-').unwrap_or_default();
        let is_word = name.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
        let is_short = name.chars().nth(1).is_none_or(|second| second == '=' || second.is_ascii_digit());
        if is_word && !is_short && !is_over && !normalized.is_empty() {
            normalized.push(format!("-{argument}"));
        } else {
            normalized.push(argument);
        }
    }
    normalized
}
