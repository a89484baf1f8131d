//! The gradient of every differentiable operator, by finite differences.
//!
//! To add an operator: add a line to `cases` in `common/cases.rs`.

#[path = "common/cases.rs"]
mod cases;

use burn::tensor::Device;
use cases::{Case, Given, cases, file, values, wave};
use onnx_ir::Message;
use vanish::array::Array;
use vanish::classifier::graph::{Graph, Rectifier};
use vanish::classifier::host::HostTensor;
use vanish::classifier::lower::{Binding, lower};
use vanish::classifier::onnx::Model;

/// Step of the finite differences: no input crosses a kink within it (see [`wave`]).
const STEP: f32 = 2e-3;

#[test]
fn gradients_agree_with_finite_differences() {
    for (number, case) in cases().iter().enumerate() {
        let (inputs, graph) = build(case);
        let name = format!("case {number}, {}", case.operator);
        let dynamic = (0..inputs.len()).filter(|&i| matches!(case.given[i], Given::Wave(..)));
        let values: Vec<HostTensor> = dynamic.map(|i| inputs[i].clone().expect("a wave")).collect();
        for direction in 0..3 {
            let (exact, measured) = slopes(&graph, &values, direction);
            let tolerance = 2e-3 * (1.0 + exact.abs().max(measured.abs()));
            assert!(
                (exact - measured).abs() < tolerance,
                "{name}: the gradient says {exact}, the differences {measured}"
            );
        }
    }
}

/// Some of the gradient's elements are kept from being zero by construction: a vanishing test tests nothing.
#[test]
fn the_gradients_tested_are_not_all_zero() {
    let flat = ["QuantizeLinear"];
    for case in cases().iter().filter(|c| !flat.contains(&c.operator)) {
        let (inputs, graph) = build(case);
        let values: Vec<HostTensor> = case
            .given
            .iter()
            .zip(inputs)
            .filter(|(g, _)| matches!(g, Given::Wave(..)))
            .filter_map(|(_, v)| v)
            .collect();
        let steepest = (0..3).map(|d| slopes(&graph, &values, d).0.abs()).fold(0.0, f32::max);
        assert!(steepest > 1e-3, "{}: the gradient is zero", case.operator);
    }
}

/// ⟨gradient, direction⟩ and the difference quotient of Σ weight · output along the direction.
fn slopes(graph: &Graph, values: &[HostTensor], direction: usize) -> (f32, f32) {
    let device = Device::flex();
    let along: Vec<Vec<f32>> =
        values.iter().enumerate().map(|(i, v)| wave(v.values.len(), 31 + 7 * direction + i)).collect();
    let moved = |by: f32| -> Vec<Array> {
        let shift =
            |(v, d): (&HostTensor, &Vec<f32>)| v.values.iter().zip(d).map(|(x, d)| x + by * d).collect::<Vec<_>>();
        values.iter().zip(&along).map(|pair| Array::new(shift(pair), &pair.0.shape, &device)).collect()
    };
    let weighted = |by: f32| -> f32 {
        let output = read(graph.run(moved(by)).expect("shapes fit").remove(0));
        output.iter().zip(wave(output.len(), 5)).map(|(y, w)| f64::from(*y) * f64::from(w)).sum::<f64>() as f32
    };
    let (mut outputs, tape) = graph.run_taped(moved(0.0), None).expect("shapes fit");
    let output = outputs.remove(0);
    let weights = Array::new(wave(output.len(), 5), &output.shape(), &device);
    let gradients = graph.gradient(tape, weights, Rectifier::True);
    let inner = |(gradient, along): (Option<Array>, &Vec<f32>)| {
        gradient.map_or(0.0, |g| read(g).iter().zip(along).map(|(g, d)| g * d).sum::<f32>())
    };
    let exact = gradients.into_iter().zip(&along).map(inner).sum();
    (exact, (weighted(STEP) - weighted(-STEP)) / (2.0 * STEP))
}

fn read(array: Array) -> Vec<f32> {
    pollster::block_on(array.read()).expect("the CPU reads")
}

/// The inputs' values and the one-node graph.
fn build(case: &Case) -> (Vec<Option<HostTensor>>, Graph) {
    let inputs = values(case);
    let model = Model::from_bytes(&file(case).write_to_bytes().expect("it serialises")).expect("a good file");
    let bind = |port: &vanish::classifier::onnx::Port| {
        let i: usize = port.name[1..].parse().expect("named by number");
        let host = inputs[i].clone().expect("absent inputs have no port");
        Ok(if matches!(case.given[i], Given::Wave(..)) { Binding::Shape(host.shape) } else { Binding::Known(host) })
    };
    let graph = lower(&model, bind, &Device::flex()).unwrap_or_else(|e| panic!("{}: {e}", case.operator));
    (inputs, graph)
}
