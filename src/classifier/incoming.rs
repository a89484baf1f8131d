//! Collects a model's file piece by piece, so that the whole file is never held twice.

use crate::error::{Error, ErrorKind, Result};

/// Memory that opening a model takes at most, as a multiple of its file: the bytes, the weights read from them, and the
/// weights on the device. The command measured 3.0 for the 507 MB of VGG-11 (docs/models.md).
const COPIES: usize = 3;

/// The bytes of a file that have arrived so far.
#[derive(Debug, Default)]
pub struct Incoming {
    bytes: Vec<u8>,
}

impl Incoming {
    /// Makes room for a file of this many bytes. It first checks that the memory for opening the file can be allocated
    /// at all. Later, when weights are allocated one by one, running out of memory would be a crash.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Model`] and both figures if there is not enough memory.
    pub fn of_length(length: usize) -> Result<Self> {
        let mut blocks: Vec<Vec<u8>> = vec![];
        for _ in 0..COPIES {
            let mut block = vec![];
            block.try_reserve_exact(length).map_err(|_| refusal(length))?;
            blocks.push(block);
        }
        Ok(Self { bytes: blocks.swap_remove(0) })
    }

    /// Appends the next bytes.
    pub fn append(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    /// Takes all bytes that have arrived, and leaves none.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

fn refusal(length: usize) -> Error {
    let (file, needed) = (length as f64 / 1e6, length as f64 * COPIES as f64 / 1e6);
    let sentence = format!(
        "the file has {file:.0} MB, and opening it takes about {needed:.0} MB of memory, which the browser does not give \
         this page; close other tabs, or open it with the vanish command"
    );
    Error::new(ErrorKind::Model, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_the_file_again() {
        let mut incoming = Incoming::of_length(5).expect("memory for five bytes");
        [&b"ab"[..], b"", b"cde"].iter().for_each(|piece| incoming.append(piece));
        assert_eq!(incoming.take(), b"abcde");
        assert!(incoming.take().is_empty());
    }

    #[test]
    fn a_file_too_large_for_the_memory_is_refused_with_both_figures() {
        let refused = Incoming::of_length(isize::MAX as usize).expect_err("more than any machine has");
        assert_eq!(refused.kind(), ErrorKind::Model);
        assert!(refused.to_string().contains("MB, and opening it takes about"), "{refused}");
    }
}
