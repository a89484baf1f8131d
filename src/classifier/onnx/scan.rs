//! Checks a file's wire format before it is read. A file that is not ONNX, is cut short or damaged, or is built to
//! exhaust memory is refused with a sentence. Nothing is allocated meanwhile.
//!
//! The protobuf reader turns two bytes into a message of hundreds, and follows nested messages on the stack. [`check`]
//! bounds both before the reader is called.

use std::ops::Range;

use crate::classifier::refusal::misfit;
use crate::error::{Error, Result};

/// Greatest depth of nested messages. A dimension of an input lies 7 deep, and each graph inside a node adds 3.
const MAX_DEPTH: usize = 40;
/// Bytes that one message costs the reader. The largest is a node's attribute with what it points to.
const MESSAGE_BYTES: usize = 512;
/// Bytes that any other field costs at most, besides its own.
const FIELD_BYTES: usize = 32;
/// Bytes that may be allocated for a file, besides four times its size.
const ALLOWANCE_BYTES: usize = 1 << 28;

/// Refuses bytes that must not be read.
///
/// # Errors
/// Fails with [`ErrorKind::Model`](crate::ErrorKind::Model), saying what the bytes are, or where they are broken.
pub(super) fn check(bytes: &[u8]) -> Result<()> {
    sniff(bytes)?;
    let mut scan = Scan { bytes, left: ALLOWANCE_BYTES.saturating_add(bytes.len().saturating_mul(4)) };
    scan.message(Message::Model, 0..bytes.len(), 0)
}

/// Recognises files that people often choose by mistake, and names them.
fn sniff(bytes: &[u8]) -> Result<()> {
    let at = |place: usize, magic: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(magic));
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let what = if bytes.is_empty() {
        "the file is empty"
    } else if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") {
        "this is a zip archive (a PyTorch .pt or a .keras file is one too)"
    } else if at(0, b"\x1f\x8b") || at(257, b"ustar") {
        "this is an archive (gzip or tar); unpack it first"
    } else if at(0, b"\x89HDF") {
        "this is an HDF5 file (Keras), not ONNX"
    } else if at(0, b"\x80\x02") || at(0, b"\x80\x03") || at(0, b"\x80\x04") {
        "this is a Python pickle (an old PyTorch checkpoint), not ONNX"
    } else if at(4, b"TFL3") {
        "this is a TensorFlow Lite model, not ONNX"
    } else if at(4, b"ORTM") {
        "this is a model in onnxruntime's own .ort format, not ONNX"
    } else if at(0, b"GGUF") || at(8, b"{\"") {
        "this file holds weights only (safetensors or GGUF), not a graph"
    } else if at(0, b"\x89PNG") || at(0, b"\xff\xd8\xff") || (at(0, b"RIFF") && at(8, b"WEBP")) {
        "this is a picture, not a model"
    } else if at(0, b"version https://git-lfs") {
        "this is a Git LFS pointer, not the model itself"
    } else if text.starts_with(b"<") || text.starts_with(b"{") {
        "this is a text file (HTML, XML or JSON), not a model"
    } else {
        return Ok(());
    };
    Err(misfit(format!("{what}; choose the .onnx file of an image classifier")))
}

/// The messages of `onnx.proto` that contain others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
    Model,
    Graph,
    Function,
    Training,
    Node,
    Attribute,
    Tensor,
    SparseTensor,
    Annotation,
    Port,
    Type,
    TensorType,
    OtherType,
    Shape,
    /// A message that contains none.
    Leaf,
    /// A message whose contents are not examined. It is assumed to consist of messages throughout.
    Opaque,
}

/// Returns the message that this field of another contains, if it contains one.
fn inside(message: Message, field: u64) -> Option<Message> {
    use Message::{
        Annotation, Attribute, Function, Graph, Leaf, Model, Node, Opaque, OtherType, Port, Shape, SparseTensor,
        Tensor, TensorType, Training, Type,
    };
    Some(match (message, field) {
        (Model, 7) | (Attribute, 6 | 11) | (Training, 1 | 2) => Graph,
        (Model, 20) => Training,
        (Model, 25) => Function,
        (Graph, 1) | (Function, 7) => Node,
        (Graph, 5) | (Attribute, 5 | 10) | (SparseTensor, 1 | 2) => Tensor,
        (Graph, 15) | (Attribute, 22 | 23) => SparseTensor,
        (Graph, 11..=13) | (Function, 12) => Port,
        (Graph, 14) => Annotation,
        (Node, 5) | (Function, 11) => Attribute,
        (Port, 2) | (Attribute, 14 | 15) | (OtherType, 1 | 2) => Type,
        (Type, 1 | 8) => TensorType,
        (Type, 4 | 5 | 9) => OtherType,
        (TensorType, 2) => Shape,
        (Model, 8 | 14) | (Function, 9 | 14) | (Training, 3 | 4) | (Annotation, 2) | (Shape, 1) => Leaf,
        (Graph, 16) | (Node, 9) | (Tensor, 3 | 13 | 16) | (Port, 4) => Leaf,
        (Model, 26) | (Node, 10) => Opaque,
        _ => return None,
    })
}

/// Returns the number of bytes that each byte of a packed list becomes.
fn packed_growth(message: Message, field: u64) -> usize {
    match (message, field) {
        (Message::Tensor, 1 | 7 | 11) | (Message::Attribute, 8) => 8,
        (Message::Tensor, 5) => 4,
        _ => 1,
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    /// Bytes that may still be allocated for the file.
    left: usize,
}

/// A field: its number, where its bytes lie if it is a string, a list or a message, and where it ends.
struct Field {
    number: u64,
    body: Option<Range<usize>>,
    end: usize,
}

impl Scan<'_> {
    fn message(&mut self, message: Message, range: Range<usize>, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(misfit(format!(
                "the file nests its graphs too deep ({MAX_DEPTH} messages inside each other and more), which no \
                    classifier does; export the model again"
            )));
        }
        self.spend(MESSAGE_BYTES)?;
        let mut at = range.start;
        while at < range.end {
            let field = self.field(message, at, range.end)?;
            self.spend(FIELD_BYTES)?;
            if let Some(body) = field.body {
                match inside(message, field.number) {
                    Some(Message::Opaque) => self.spend(body.len().saturating_mul(MESSAGE_BYTES))?,
                    Some(inner) => self.message(inner, body, depth + 1)?,
                    None => self.spend(body.len().saturating_mul(packed_growth(message, field.number)))?,
                }
            }
            at = field.end;
        }
        Ok(())
    }

    fn spend(&mut self, bytes: usize) -> Result<()> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            misfit(format!(
                "reading this file of {} bytes would take far more memory than a model of its size does; it is \
                    damaged, or built to do so",
                self.bytes.len()
            ))
        })?;
        Ok(())
    }

    fn field(&self, message: Message, start: usize, end: usize) -> Result<Field> {
        let broken = || self.broken(message, start);
        let (tag, at) = self.varint(start, end).ok_or_else(broken)?;
        let (number, wire) = (tag >> 3, tag & 7);
        if message == Message::Model && start == 0 && !opens_a_model(number, wire) {
            return Err(misfit(
                "this is not an ONNX file (it does not begin like one); choose the .onnx file of an image classifier",
            ));
        }
        let (body, stop) = match wire {
            0 => (None, self.varint(at, end).ok_or_else(broken)?.1),
            1 => (None, at + 8),
            2 => {
                let (length, from) = self.varint(at, end).ok_or_else(broken)?;
                let length = usize::try_from(length).map_err(|_| broken())?;
                if length > end - from {
                    return Err(self.too_short(message, number, length, end - from, start));
                }
                (Some(from..from + length), from + length)
            }
            5 => (None, at + 4),
            _ => return Err(broken()),
        };
        if number == 0 || stop > end {
            return Err(broken());
        }
        Ok(Field { number, body, end: stop })
    }

    /// Returns a number of at most ten bytes, and the place after it.
    fn varint(&self, start: usize, end: usize) -> Option<(u64, usize)> {
        let mut value = 0u64;
        for (i, byte) in self.bytes[start..end].iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * i as u32);
            if byte & 0x80 == 0 {
                return Some((value, start + i + 1));
            }
        }
        None
    }

    fn too_short(&self, message: Message, field: u64, wanted: usize, there: usize, at: usize) -> Error {
        if message != Message::Model {
            return self.broken(message, at);
        }
        let what = if field == 7 { "its graph" } else { "a part of it" };
        misfit(format!(
            "the file is cut short, or is no ONNX file: {what} should be {wanted} bytes long and {there} are there; \
                fetch or export the model again"
        ))
    }

    fn broken(&self, message: Message, at: usize) -> Error {
        if message == Message::Model {
            return misfit(format!(
                "this is not an ONNX file, or it is damaged or cut short (byte {at} of {} makes no sense); fetch or \
                    export the model again",
                self.bytes.len()
            ));
        }
        misfit(format!(
            "the file is damaged: byte {at} of {}, in a {}, makes no sense; fetch or export the model again",
            self.bytes.len(),
            format!("{message:?}").to_lowercase()
        ))
    }
}

/// Returns whether a model may begin with this field. Depending on its number, a field is a version (wire type 0, a
/// number), or a text, a graph, a list of operator sets and so on (wire type 2).
fn opens_a_model(number: u64, wire: u64) -> bool {
    match number {
        1 | 5 => wire == 0,
        2..=4 | 6..=8 | 14 | 20 | 25 | 26 => wire == 2,
        _ => false,
    }
}
