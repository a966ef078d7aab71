//! The bytes of a file as text.

/// Why bytes are not text that YAML can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TextError {
    /// The bytes are not UTF-8.
    #[error("invalid UTF-8 at byte {offset}")]
    InvalidUtf8 {
        /// Where, counted from 0.
        offset: usize,
    },
    /// The first two bytes announce UTF-16, but not all are.
    #[error("invalid UTF-16 at byte {offset}")]
    InvalidUtf16 {
        /// Where, counted from 0.
        offset: usize,
    },
    /// A control character stands in the text.
    #[error("control character U+{:04X} on line {line}", u32::from(*character))]
    ControlCharacter {
        /// The character.
        character: char,
        /// Its line, counted from 1.
        line: usize,
    },
    /// The text is longer than spans can tell.
    #[error("the file has 4 GiB or more")]
    TooLong,
}

impl TextError {
    /// What helps.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::InvalidUtf8 { offset: _ } | Self::InvalidUtf16 { offset: _ } => "save it as UTF-8",
            Self::ControlCharacter { character: _, line: _ } => "remove it, or write it as an escape in double quotes",
            Self::TooLong => "split it, with `include` or several `-f`",
        }
    }
}

/// Reads bytes as text, as go-yaml does: UTF-8, or UTF-16 with a byte order mark. The mark is taken off.
///
/// # Errors
/// Says what is wrong with the bytes, and where.
pub(crate) fn decode_text(bytes: Vec<u8>) -> Result<String, TextError> {
    let text = match *bytes {
        [0xFF, 0xFE, ref units @ ..] => utf16(units, u16::from_le_bytes)?,
        [0xFE, 0xFF, ref units @ ..] => utf16(units, u16::from_be_bytes)?,
        _ => utf8(bytes)?,
    };
    if u32::try_from(text.len()).is_err() {
        return Err(TextError::TooLong);
    }
    if !text.bytes().any(may_be_control) {
        return Ok(text);
    }
    let Some(offset) = text.find(is_control) else { return Ok(text) };
    let (before, rest) = text.split_at_checked(offset).unwrap_or_default();
    let breaks = before.replace("\r\n", "\n").matches(['\n', '\r']).count();
    Err(TextError::ControlCharacter { character: rest.chars().next().unwrap_or_default(), line: breaks + 1 })
}

/// Reads UTF-8, with or without a byte order mark.
fn utf8(bytes: Vec<u8>) -> Result<String, TextError> {
    let text =
        String::from_utf8(bytes).map_err(|err| TextError::InvalidUtf8 { offset: err.utf8_error().valid_up_to() })?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

/// Reads UTF-16 behind its byte order mark.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TextError> {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 2;
    for character in char::decode_utf16(units.iter().map(|bytes| unit(*bytes))) {
        let character = character.map_err(|_| TextError::InvalidUtf16 { offset })?;
        offset += 2 * character.len_utf16();
        text.push(character);
    }
    if rest.is_empty() { Ok(text) } else { Err(TextError::InvalidUtf16 { offset }) }
}

/// Whether a byte may start a character that go-yaml refuses; fast, as most texts have none.
const fn may_be_control(byte: u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F | 0xC2 | 0xEF)
}

/// Whether go-yaml refuses a character.
fn is_control(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{FFFE}' | '\u{FFFF}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let text = decode_text(bytes.to_vec()).map_err(|err| err.to_string());
        assert_eq!(text.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn a_byte_order_mark_is_taken_off() {
        check(b"a: 1", Ok("a: 1"));
        check(b"\xEF\xBB\xBFa: 1", Ok("a: 1"));
        check(b"", Ok(""));
    }

    #[test]
    fn utf_16_is_read() {
        check(b"\xFF\xFEa\0:\0", Ok("a:"));
        check(b"\xFE\xFF\0a\0:", Ok("a:"));
        check(b"\xFF\xFE\x3D\xD8\x00\xDE", Ok("\u{1F600}"));
        check(b"\xFF\xFEa\0\x3D\xD8a\0", Err("invalid UTF-16 at byte 4"));
        check(b"\xFF\xFEa\0b", Err("invalid UTF-16 at byte 4"));
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        check(b"a: \xFF", Err("invalid UTF-8 at byte 3"));
        check(b"a: \0", Err("control character U+0000 on line 1"));
        check(b"a\r\nb\rc\nd\x7F", Err("control character U+007F on line 4"));
        check("a\u{80}".as_bytes(), Err("control character U+0080 on line 1"));
        check("a\u{FFFE}".as_bytes(), Err("control character U+FFFE on line 1"));
        check("a\u{85}\u{2028}\t".as_bytes(), Ok("a\u{85}\u{2028}\t"));
    }

    proptest! {
        #[test]
        fn decoding_never_panics(bytes: Vec<u8>) {
            let _ = decode_text(bytes);
        }

        #[test]
        fn utf_16_is_the_same_text(text in "[ -~é\u{1F600}]*") {
            let mut bytes = vec![0xFF, 0xFE];
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            prop_assert_eq!(decode_text(bytes), Ok(text));
        }
    }
}
