//! The bytes of a file as text.

/// Why bytes are not text that YAML can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The bytes are no UTF-8.
    #[error("invalid UTF-8 at byte {offset}")]
    InvalidUtf8 {
        /// Where, counted from 0.
        offset: usize,
    },
    /// The bytes are UTF-16 by their first two, but not all are.
    #[error("invalid UTF-16 at byte {offset}")]
    InvalidUtf16 {
        /// Where, counted from 0.
        offset: usize,
    },
    /// A control character stands in the text.
    #[error("control character U+{character:04X} at byte {offset}", character = u32::from(*character))]
    ControlCharacter {
        /// The character.
        character: char,
        /// Where, counted from 0, in bytes of UTF-8.
        offset: usize,
    },
    /// The text is longer than spans can tell.
    #[error("the file has 4 GiB or more")]
    TooLong,
}

/// Reads bytes as text: UTF-8, or UTF-16 with a byte order mark, which is taken off.
///
/// # Errors
/// Says what is wrong with the bytes, and where.
pub fn decode_text(bytes: Vec<u8>) -> Result<String, TextError> {
    String::from_utf8(bytes).map_err(|err| TextError::InvalidUtf8 { offset: err.utf8_error().valid_up_to() })
}
