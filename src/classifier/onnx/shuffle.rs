//! Shuffles the weights of a file's upper layers. The model keeps its form but loses what it learned.

use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Model;
use crate::classifier::host::{HostTensor, Kind};

/// Least number of elements of a layer's weights. A smaller tensor is not shuffled.
const FEWEST: usize = 16;

impl Model {
    /// Names the constants that are weights of layers, in the order in which the graph uses them. Weights are tensors
    /// of real numbers, or quantised ones, with at least two axes. Biases, the parameters of normalisations, and
    /// constants of graphs within nodes are left out.
    pub fn weights(&self) -> Vec<&str> {
        let mut names: Vec<&str> = vec![];
        for name in self.nodes.iter().flat_map(|node| &node.inputs) {
            let is_weights = self.constants.get(name).is_some_and(is_weights);
            if is_weights && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Shuffles the elements within each of these constants. Their distribution is kept, and their meaning is lost.
    #[must_use]
    pub fn shuffled(&self, names: &[String], seed: u64) -> Self {
        let mut file = self.clone();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        for name in names {
            if let Some(tensor) = file.constants.get_mut(name) {
                let mut values = tensor.values.to_vec();
                shuffle(&mut values, &mut random);
                tensor.values = Arc::new(values);
            }
        }
        file
    }
}

fn is_weights(tensor: &HostTensor) -> bool {
    let numbers = tensor.kind == Kind::Float || tensor.limits.is_some();
    numbers && tensor.shape.len() >= 2 && tensor.values.len() >= FEWEST
}

/// Shuffles by the algorithm of Fisher and Yates.
fn shuffle(values: &mut [f32], random: &mut ChaCha8Rng) {
    for last in (1..values.len()).rev() {
        values.swap(((u64::from(random.next_u32()) * (last as u64 + 1)) >> 32) as usize, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_a_layer_change_places_and_nothing_else_does() {
        let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tiny.onnx")).expect("a file");
        let file = Model::from_bytes(&bytes).expect("a model");
        let names: Vec<String> = file.weights().into_iter().map(str::to_owned).collect();
        assert!(names.len() >= 2, "{names:?}");
        let last = names[names.len() - 1..].to_vec();
        let shuffled = file.shuffled(&last, 1);
        for (name, tensor) in &file.constants {
            let other = &shuffled.constants[name];
            assert_eq!(tensor.values == other.values, *name != last[0], "{name}");
            let sorted = |tensor: &HostTensor| {
                let mut values = tensor.values.to_vec();
                values.sort_by(f32::total_cmp);
                values
            };
            assert_eq!(sorted(tensor), sorted(other), "{name}");
        }
        assert_eq!(file.shuffled(&last, 1).constants[&last[0]].values, shuffled.constants[&last[0]].values);
    }
}
