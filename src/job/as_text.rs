//! Numbers as text, for the results of parts: base 64 of their bytes. It is exact to the bit, and a fraction as long as
//! JSON.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine};

/// Encodes the bytes of numbers.
pub fn written<const N: usize>(numbers: impl Iterator<Item = [u8; N]>) -> String {
    STANDARD.encode(numbers.flatten().collect::<Vec<u8>>())
}

/// Decodes the bytes of numbers, N bytes each.
///
/// # Errors
/// Fails if the text is not base 64, or ends within a number.
pub fn read<const N: usize>(text: &str) -> Result<Vec<[u8; N]>, DecodeError> {
    let bytes = STANDARD.decode(text)?;
    let (numbers, rest) = bytes.as_chunks();
    if rest.is_empty() { Ok(numbers.to_vec()) } else { Err(DecodeError::InvalidLength(bytes.len())) }
}
