//! Numbers as text, as what comes of parts crosses: base 64 of their bytes, to the bit and in a fraction of the length
//! that they have in JSON.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine};

/// Writes the bytes of numbers down.
pub fn written<const N: usize>(numbers: impl Iterator<Item = [u8; N]>) -> String {
    STANDARD.encode(numbers.flatten().collect::<Vec<u8>>())
}

/// Reads the bytes of numbers, N each.
///
/// # Errors
/// Fails for what is no base 64, or holds a part of a number.
pub fn read<const N: usize>(text: &str) -> Result<Vec<[u8; N]>, DecodeError> {
    let bytes = STANDARD.decode(text)?;
    let (numbers, rest) = bytes.as_chunks();
    if rest.is_empty() { Ok(numbers.to_vec()) } else { Err(DecodeError::InvalidLength(bytes.len())) }
}
