//! Status line and headers of an answer.

use memchr::memmem;

use super::{HttpError, MAX_BYTES};

/// A head that does not end within this is none.
const MAX_HEAD: usize = 64 << 10;

/// How the end of the body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(usize),
    Chunked,
    /// The connection ends with it.
    Close,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) framing: Framing,
    pub(super) keeps_alive: bool,
    /// Bytes up to the body.
    pub(super) length: usize,
}

impl Head {
    /// The head that `answer` begins with; none while it is not complete.
    pub(super) fn read(answer: &[u8]) -> Result<Option<Self>, HttpError> {
        let Some(end) = memmem::find(answer, b"\r\n\r\n") else {
            return if answer.len() > MAX_HEAD { Err(HttpError::Malformed) } else { Ok(None) };
        };
        let mut lines = answer[..end].split(|byte| *byte == b'\n');
        let (status, mut keeps_alive) = lines.next().and_then(status).ok_or(HttpError::Malformed)?;
        let mut framing = Framing::Close;
        for line in lines {
            let mut parts = line.splitn(2, |byte| *byte == b':');
            let name = parts.next().unwrap_or_default();
            let value = parts.next().ok_or(HttpError::Malformed)?.trim_ascii();
            if name.eq_ignore_ascii_case(b"transfer-encoding") {
                if !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(HttpError::Malformed);
                }
                framing = Framing::Chunked;
            } else if name.eq_ignore_ascii_case(b"content-length") && framing != Framing::Chunked {
                framing = Framing::Length(length(value)?);
            } else if name.eq_ignore_ascii_case(b"connection") {
                let mut options = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
                keeps_alive &= !options.any(|option| option.eq_ignore_ascii_case(b"close"));
            }
        }
        Ok(Some(Self { status, framing, keeps_alive, length: end + 4 }))
    }
}

/// The status, and whether connections of this version are kept.
fn status(line: &[u8]) -> Option<(u16, bool)> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let (minor, rest) = rest.split_first()?;
    let code = rest.strip_prefix(b" ")?.get(..3)?;
    let code = std::str::from_utf8(code).ok()?.parse().ok()?;
    Some((code, *minor == b'1'))
}

fn length(value: &[u8]) -> Result<usize, HttpError> {
    let digits =
        std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let length = digits.and_then(|text| text.parse().ok()).ok_or(HttpError::Malformed)?;
    if length > MAX_BYTES { Err(HttpError::TooLarge) } else { Ok(length) }
}
