//! From the bytes of an ONNX file to plain nodes and constants.

mod file;
mod node;
mod order;
mod scan;
mod tensor;

pub use file::Model;
pub use node::{Node, Port, dimensions};
pub use tensor::{kind_of, limits_of, read_tensor};
