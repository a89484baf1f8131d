//! Reads the bytes of an ONNX file into plain nodes and constants.

mod beside;
mod file;
mod functions;
mod node;
mod order;
mod scan;
mod shuffle;
mod tensor;

pub use beside::Beside;
pub use file::Model;
pub use node::{Block, Node, Port, dimensions};
pub use tensor::{kind_of, limits_of, read_tensor};
