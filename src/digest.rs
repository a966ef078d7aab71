//! Checksums.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of bytes, in 64 hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let (high, low) = digest.split_at(16);
    let half = |half: &[u8]| half.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("{:032x}{:032x}", half(high), half(low))
}

/// The first 32 digits of the SHA-256 of a text: short enough for a token, long enough to be its own.
#[cfg(feature = "deploy")]
pub(crate) fn short(text: &str) -> String {
    let mut digits = sha256(text.as_bytes());
    digits.truncate(32);
    digits
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn the_digits_are_those_of_the_standard() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
