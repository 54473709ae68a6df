//! Text → pieces: plain text and actions (pipelines of commands).

use serde_json::{Number, Value};

use super::{FUNCTIONS, Fault};

/// Parentheses inside each other; Go's own parser stops at a limit too.
const DEEPEST: usize = 50;
/// What Go trims beside a `-` marker, and takes as blank inside an action.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
const KEYWORDS: [&str; 11] =
    ["if", "else", "end", "range", "with", "define", "block", "template", "break", "continue", "return"];

#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Action(Pipeline),
}

/// `COMMAND | COMMAND …`: what each gives is the last argument of the next.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) commands: Vec<Vec<Word>>,
}

/// One word of a command and where it stands (byte offset).
#[derive(Debug)]
pub(super) struct Word {
    pub(super) at: usize,
    pub(super) kind: WordKind,
}

#[derive(Debug)]
pub(super) enum WordKind {
    Function(&'static str),
    Literal(Value),
    Nil,
    /// `.` or `$` and the names after it (none: everything).
    Path(Vec<String>),
    /// `( PIPELINE )` and the names after it.
    Group(Pipeline, Vec<String>),
}

pub(super) fn parse(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut cursor = Cursor { text, at: 0 };
    let mut trim_start = false;
    while let Some(open) = cursor.rest().find("{{") {
        let start = cursor.at;
        cursor.at += open;
        let action_at = cursor.at;
        cursor.at += 2;
        let trim_end = cursor.rest().starts_with('-') && cursor.rest()[1..].starts_with(BLANKS);
        push_text(&mut pieces, &text[start..action_at], trim_start, trim_end);
        if trim_end {
            cursor.at += 1;
        }
        trim_start = if cursor.rest().trim_start_matches(BLANKS).starts_with("/*") {
            cursor.comment(action_at, trim_end)?
        } else {
            let pipeline = cursor.pipeline(action_at, 0)?;
            pieces.push(Piece::Action(pipeline));
            cursor.close(action_at)?
        };
    }
    push_text(&mut pieces, cursor.rest(), trim_start, false);
    Ok(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, text: &str, trim_start: bool, trim_end: bool) {
    let text = if trim_start { text.trim_start_matches(BLANKS) } else { text };
    let text = if trim_end { text.trim_end_matches(BLANKS) } else { text };
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

struct Cursor<'a> {
    text: &'a str,
    /// Byte offset; always at a character's start.
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(BLANKS).len();
    }

    /// Whether an action ends here (after blanks were skipped).
    fn at_close(&self) -> bool {
        self.rest().starts_with("}}") || self.at_trimming_close()
    }

    fn at_trimming_close(&self) -> bool {
        self.rest().starts_with("-}}") && self.text[..self.at].ends_with(BLANKS)
    }

    /// Reads `}}` or ` -}}`; says whether the text after it is trimmed.
    fn close(&mut self, action_at: usize) -> Result<bool, Fault> {
        self.skip_blanks();
        let trims = self.at_trimming_close();
        if !self.at_close() {
            return Err(match self.rest().chars().next() {
                None => Fault::new(action_at, "the action is not closed with `}}`"),
                Some(found) => Fault::new(self.at, format!("unexpected `{found}`")),
            });
        }
        self.at += if trims { 3 } else { 2 };
        Ok(trims)
    }

    /// A comment: nothing may stand between it and the delimiters but a trim marker and the blank beside it.
    fn comment(&mut self, action_at: usize, trimmed: bool) -> Result<bool, Fault> {
        let opened = usize::from(trimmed);
        if !self.rest().get(opened..).is_some_and(|rest| rest.starts_with("/*")) {
            return Err(Fault::new(self.at, "a comment starts right after `{{` or `{{- `"));
        }
        let Some(end) = self.rest().find("*/") else {
            return Err(Fault::new(action_at, "the comment is not closed with `*/`"));
        };
        self.at += end + 2;
        if self.rest().starts_with("}}") {
            self.at += 2;
            return Ok(false);
        }
        if self.rest().starts_with(BLANKS) && self.rest()[1..].starts_with("-}}") {
            self.at += 4;
            return Ok(true);
        }
        Err(Fault::new(self.at, "a comment ends right before `}}` or ` -}}`"))
    }

    /// Commands up to the end of the action or of the parentheses, which is left for the caller.
    fn pipeline(&mut self, opened_at: usize, depth: usize) -> Result<Pipeline, Fault> {
        if depth > DEEPEST {
            return Err(Fault::new(opened_at, "parentheses are nested too deeply"));
        }
        let mut commands = Vec::new();
        loop {
            let command = self.command(opened_at, depth)?;
            if command.is_empty() {
                return Err(Fault::new(self.at, "a value or function is missing here"));
            }
            commands.push(command);
            if !self.rest().starts_with('|') {
                return Ok(Pipeline { commands });
            }
            self.at += 1;
        }
    }

    fn command(&mut self, opened_at: usize, depth: usize) -> Result<Vec<Word>, Fault> {
        let mut words = Vec::new();
        let mut separated = true;
        loop {
            let before = self.at;
            self.skip_blanks();
            separated |= self.at > before;
            if self.rest().is_empty() {
                return Err(Fault::new(opened_at, "the action is not closed with `}}`"));
            }
            let closes_group = depth > 0 && self.rest().starts_with(')');
            if self.at_close() || closes_group || self.rest().starts_with('|') {
                return Ok(words);
            }
            if !separated {
                return Err(self.stuck_to_word());
            }
            words.push(self.word(depth)?);
            separated = false;
        }
    }

    /// The fault of a character that follows a word without a blank.
    fn stuck_to_word(&self) -> Fault {
        let found = self.rest().chars().next().unwrap_or(' ');
        let why = match found {
            '-' => "; a key with a dash in it cannot be reached by a path",
            ':' | '=' => "; variables do not work in a value",
            _ => "",
        };
        Fault::new(self.at, format!("unexpected `{found}`{why}"))
    }

    fn word(&mut self, depth: usize) -> Result<Word, Fault> {
        let at = self.at;
        let mut characters = self.rest().chars();
        let first = characters.next().unwrap_or(' ');
        let second = characters.next().unwrap_or(' ');
        let kind = match first {
            '"' => WordKind::Literal(Value::String(self.quoted()?)),
            '`' => WordKind::Literal(Value::String(self.raw()?)),
            '.' if second.is_ascii_digit() => self.number()?,
            '0'..='9' | '+' | '-' => self.number()?,
            '.' if !(second.is_alphanumeric() || second == '_') => {
                self.at += 1;
                WordKind::Path(Vec::new())
            }
            '.' => WordKind::Path(self.names()?),
            '$' if second.is_alphanumeric() || second == '_' => {
                return Err(Fault::new(at, "variables do not work in a value; `$` alone is the root"));
            }
            '$' => {
                self.at += 1;
                WordKind::Path(self.names()?)
            }
            '(' => {
                self.at += 1;
                let pipeline = self.pipeline(at, depth + 1)?;
                if !self.rest().starts_with(')') {
                    return Err(Fault::new(at, "the parenthesis is not closed"));
                }
                self.at += 1;
                WordKind::Group(pipeline, self.names()?)
            }
            letter if letter.is_alphabetic() || letter == '_' => self.name_word()?,
            '\'' => return Err(Fault::new(at, "character constants do not work in a value; use \"…\"")),
            other => return Err(Fault::new(at, format!("unexpected `{other}`"))),
        };
        Ok(Word { at, kind })
    }

    /// `true`, `false`, `nil` or a function.
    fn name_word(&mut self) -> Result<WordKind, Fault> {
        let at = self.at;
        let name = self.take_while(|c| c.is_alphanumeric() || c == '_');
        match name {
            "true" => return Ok(WordKind::Literal(Value::Bool(true))),
            "false" => return Ok(WordKind::Literal(Value::Bool(false))),
            "nil" => return Ok(WordKind::Nil),
            _ => {}
        }
        if let Some(function) = FUNCTIONS.into_iter().find(|known| *known == name) {
            return Ok(WordKind::Function(function));
        }
        let what = if KEYWORDS.contains(&name) { "the action" } else { "the function" };
        Err(Fault::new(
            at,
            format!(
                "{what} `{name}` does not work in a value; what works: paths below .Release, .Values and .Chart, \
                 literals, pipelines and the functions {}",
                FUNCTIONS.join(", ")
            ),
        ))
    }

    /// `.A.B`, also none.
    fn names(&mut self) -> Result<Vec<String>, Fault> {
        let mut names = Vec::new();
        while self.rest().starts_with('.') {
            self.at += 1;
            let name = self.take_while(|c| c.is_alphanumeric() || c == '_');
            if name.is_empty() {
                return Err(Fault::new(self.at, "a name is missing after the dot"));
            }
            names.push(name.to_owned());
        }
        Ok(names)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(|c| !wanted(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn number(&mut self) -> Result<WordKind, Fault> {
        let at = self.at;
        let text = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'));
        number(text)
            .map(|number| WordKind::Literal(Value::Number(number)))
            .ok_or_else(|| Fault::new(at, format!("`{text}` is no number")))
    }

    fn raw(&mut self) -> Result<String, Fault> {
        let at = self.at;
        let rest = &self.rest()[1..];
        let end = rest.find('`').ok_or_else(|| Fault::new(at, "the text is not closed with a backtick"))?;
        self.at += end + 2;
        Ok(rest[..end].replace('\r', ""))
    }

    fn quoted(&mut self) -> Result<String, Fault> {
        let at = self.at;
        let rest = &self.rest()[1..];
        let mut escaped = false;
        let end = rest
            .char_indices()
            .take_while(|(_, c)| *c != '\n')
            .find(|(_, c)| {
                let closes = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                closes
            })
            .map(|(end, _)| end)
            .ok_or_else(|| Fault::new(at, "the text is not closed with `\"` on its line"))?;
        self.at += end + 2;
        unescape(&rest[..end]).ok_or_else(|| Fault::new(at, "the text holds an escape that Go does not know"))
    }
}

/// A Go number: decimal, hexadecimal, octal (also by a leading zero), binary, or a float.
fn number(text: &str) -> Option<Number> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || digits.contains(['+', '-']) && !digits.contains(['e', 'E']) {
        return None;
    }
    let (radix, whole) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') && !digits.contains(['.', 'e', 'E']) => {
            (8, &digits[1..])
        }
        _ => (10, digits),
    };
    if whole.starts_with(|c: char| c.is_ascii_alphanumeric())
        && let Ok(magnitude) = i128::from_str_radix(whole, radix)
    {
        return i64::try_from(if negative { -magnitude } else { magnitude }).ok().map(Number::from);
    }
    // Rust also reads "inf" and "nan" as floats; Go's templates do not.
    let float = radix == 10 && digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    float.then(|| text.parse().ok()).flatten().and_then(Number::from_f64)
}

/// Go's escapes inside `"…"`; none for one that Go refuses or that gives no UTF-8.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            push_char(&mut bytes, character);
            continue;
        }
        let escape = characters.next()?;
        let byte = match escape {
            'a' => 0x07,
            'b' => 0x08,
            'f' => 0x0c,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 0x0b,
            '\\' => b'\\',
            '"' => b'"',
            'x' => u8::try_from(digits(&mut characters, 2, 16, 0)?).ok()?,
            'u' | 'U' => {
                let length = if escape == 'u' { 4 } else { 8 };
                push_char(&mut bytes, char::from_u32(digits(&mut characters, length, 16, 0)?)?);
                continue;
            }
            _ => {
                let first = escape.to_digit(8)?;
                u8::try_from(digits(&mut characters, 2, 8, first)?).ok()?
            }
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

fn push_char(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn digits(characters: &mut std::str::Chars, length: usize, radix: u32, start: u32) -> Option<u32> {
    (0..length).try_fold(start, |number, _| {
        let digit = characters.next()?.to_digit(radix)?;
        number.checked_mul(radix)?.checked_add(digit)
    })
}
