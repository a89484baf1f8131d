//! Learning: how the two built-in models are trained, written and judged. Native only.
//!
//! 1. [`set`]: the training pictures, drawn once and kept in memory.
//! 2. [`augment`]: each picture a little different every time, some with regions blurred away.
//! 3. [`net`]: the network.
//! 4. [`optimiser`]: AdamW with a cosine rate.
//! 5. [`checkpoint`]: what is needed to go on after an interruption.
//! 6. [`train`]: the loop, pumped from outside.
//! 7. [`onnx`]: the trained network as a file.
//! 8. [`deletion`]: what is deleted from a picture, as an edit that a question asks about.
//! 9. [`evaluate`]: accuracy, calibration, and what deleting the evidence does.

pub mod augment;
pub mod checkpoint;
pub mod deletion;
pub mod evaluate;
pub mod net;
pub mod onnx;
pub mod optimiser;
pub mod set;
pub mod train;
