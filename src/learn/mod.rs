//! Learning: how the two built-in models are trained, written and judged. Native only.
//!
//! 1. [`set`]: the training pictures, drawn once and kept in memory.
//! 2. [`augment`]: random changes of each picture, some of which blur regions away.
//! 3. [`net`]: the network.
//! 4. [`optimiser`]: AdamW with a cosine rate.
//! 5. [`checkpoint`]: what is needed to continue after an interruption.
//! 6. [`train`]: the training loop, stepped from outside.
//! 7. [`onnx`]: the trained network as a file.
//! 8. [`deletion`]: what is deleted from a picture, as an edit for a question.
//! 9. [`evaluate`]: accuracy, calibration, and the effect of deleting the evidence.

pub mod augment;
pub mod checkpoint;
pub mod deletion;
pub mod evaluate;
pub mod net;
pub mod onnx;
pub mod optimiser;
pub mod set;
pub mod train;
