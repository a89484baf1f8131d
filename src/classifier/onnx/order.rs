//! The order in which a graph's nodes can be computed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::node::{Node, Port};
use crate::classifier::refusal::misfit;
use crate::error::Result;

/// Returns the nodes sorted so that each follows those on which it depends, and otherwise as in the file.
///
/// # Errors
/// Fails with [`ErrorKind::Model`], naming a tensor that is written twice or never, or a node in a cycle.
pub(super) fn in_order(nodes: Vec<Node>, inputs: &[Port], constants: &HashSet<&str>) -> Result<Vec<Node>> {
    let order = order(&nodes, inputs, constants)?;
    let mut nodes: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|i| nodes[i].take()).collect())
}

fn order(nodes: &[Node], inputs: &[Port], constants: &HashSet<&str>) -> Result<Vec<usize>> {
    let given = given(inputs, constants)?;
    let writers = writers(nodes, &given)?;
    let mut readers: Vec<Vec<usize>> = vec![vec![]; nodes.len()];
    let mut missing = vec![0usize; nodes.len()];
    for (reader, node) in nodes.iter().enumerate() {
        for name in node.reads().into_iter().filter(|name| !given.contains(name)) {
            let &writer = writers.get(name).ok_or_else(|| {
                misfit(format!(
                    "the tensor \"{name}\" is used but never defined; export the model again, weights included"
                ))
            })?;
            readers[writer].push(reader);
            missing[reader] += 1;
        }
    }
    // The earliest node in the file comes first, so that a sorted file keeps its order.
    let mut ready: BinaryHeap<Reverse<usize>> = (0..nodes.len()).filter(|&i| missing[i] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(Reverse(next)) = ready.pop() {
        order.push(next);
        for &reader in &readers[next] {
            missing[reader] -= 1;
            if missing[reader] == 0 {
                ready.push(Reverse(reader));
            }
        }
    }
    match (0..nodes.len()).find(|&i| missing[i] > 0) {
        None => Ok(order),
        Some(i) => Err(misfit(format!(
            "the graph runs in a circle through the node \"{}\"; export the model again",
            nodes[i].name
        ))),
    }
}

/// Returns the names that no node needs to write.
fn given<'a>(inputs: &'a [Port], constants: &HashSet<&'a str>) -> Result<HashSet<&'a str>> {
    let mut given = constants.clone();
    match inputs.iter().find(|input| !given.insert(&input.name)) {
        None => Ok(given),
        Some(twice) => Err(misfit(format!("two inputs are called \"{}\"; export the model again", twice.name))),
    }
}

/// Returns which node writes each tensor.
fn writers<'a>(nodes: &'a [Node], given: &HashSet<&str>) -> Result<HashMap<&'a str, usize>> {
    let mut writers = HashMap::new();
    for (i, node) in nodes.iter().enumerate() {
        for name in node.outputs.iter().filter(|n| !n.is_empty()) {
            if given.contains(name.as_str()) {
                return Err(misfit(format!(
                    "the node \"{}\" writes the tensor \"{name}\", which is an input or a constant; export the model \
                        again",
                    node.name
                )));
            }
            if writers.insert(name.as_str(), i).is_some() {
                return Err(misfit(format!("two nodes write the tensor \"{name}\"; export the model again")));
            }
        }
    }
    Ok(writers)
}
