//! The gradient of every differentiable operator, by finite differences.
//!
//! To add an operator: add a line to `cases` in `common/cases.rs`.

#[path = "common/cases.rs"]
mod cases;

use burn::tensor::Device;
use cases::{Case, Given, Set, cases, file, values, wave};
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

/// What the one-node graph of a case answers to these values.
fn answer(case: &Case, given: &[(&[f32], &[usize])]) -> Vec<f32> {
    let (_, graph) = build(case);
    let arrays = given.iter().map(|(values, shape)| Array::new(values.to_vec(), shape, &Device::flex())).collect();
    read(graph.run(arrays).expect("shapes fit").remove(0))
}

#[test]
fn what_division_by_infinity_leaves_is_the_dividend() {
    let remainders = |fmod: i64| {
        let given = vec![Given::Wave(&[6], 0.0, 1.0), Given::Wave(&[6], 0.0, 1.0)];
        let case = Case { operator: "Mod", set: vec![Set::Int("fmod", fmod)], given };
        let by = [f32::INFINITY, f32::INFINITY, 3.0, 3.0, -3.0, -3.0];
        answer(&case, &[(&[2.5, -2.5, 7.0, -7.0, 7.0, -7.0], &[6]), (&by, &[6])])
    };
    // The signs are those of the dividend, as C's fmod has them.
    assert_eq!(remainders(1), [2.5, -2.5, 1.0, -1.0, 1.0, -1.0]);
    assert_eq!(remainders(0)[2..], [1.0, 2.0, -2.0, -1.0], "and here those of the divisor");
}

#[test]
fn blocks_go_to_channels_in_either_order() {
    let shape: &'static [usize] = &[1, 2, 2, 2];
    let mode = |mode| Case {
        operator: "SpaceToDepth",
        set: vec![Set::Int("blocksize", 2), Set::Text("mode", mode)],
        given: vec![Given::Wave(shape, 0.0, 1.0)],
    };
    let numbers: Vec<f32> = (0..8u8).map(f32::from).collect();
    assert_eq!(answer(&mode("DCR"), &[(&numbers, shape)]), [0.0, 4.0, 1.0, 5.0, 2.0, 6.0, 3.0, 7.0]);
    assert_eq!(answer(&mode("CRD"), &[(&numbers, shape)]), numbers, "the places of a block within their channel");
}

/// As onnxruntime's quantiser writes them: (x − zero point) · scale in, steps of the output's scale out.
#[test]
fn a_quantised_softmax_and_mean_are_rounded_to_steps_of_their_scale() {
    let case = |operator, set: &[Set], shape, scale| Case {
        operator,
        set: set.to_vec(),
        given: vec![
            Given::Wave(shape, 0.0, 1.0),
            Given::Fixed(&[], 0.5, 0.0),
            Given::Fixed(&[], 2.0, 0.0),
            Given::Fixed(&[], scale, 0.0),
        ],
    };
    let softmax = |opset| case("com.microsoft.QLinearSoftmax", &[Set::Int("opset", opset)], &[1, 3, 1], 0.01);
    let numbers: (&[f32], &[usize]) = (&[2.0, 6.0, 2.0], &[1, 3, 1]);
    assert_eq!(answer(&softmax(9), &[numbers]), [11.0, 79.0, 11.0], "over all axes from the first on");
    assert_eq!(answer(&softmax(13), &[numbers]), [100.0; 3], "over the last axis");
    let mean = case("com.microsoft.QLinearAveragePool", &[Set::Ints("kernel_shape", &[2, 2])], &[1, 1, 2, 2], 0.25);
    assert_eq!(
        answer(&mean, &[(&[3.0, 4.0, 5.0, 9.0], &[1, 1, 2, 2])]),
        [6.0],
        "a half is rounded to even: (5.25 − 2) · 0.5 / 0.25 is 6.5"
    );
}

/// Quantised by its own range and scaled back, x has the gradient of x.
#[test]
fn dynamic_quantisation_lets_gradients_straight_through() {
    let node = |op: &str, inputs: &[&str], outputs: &[&str]| onnx_ir::NodeProto {
        op_type: op.into(),
        input: inputs.iter().map(|&s| s.into()).collect(),
        output: outputs.iter().map(|&s| s.into()).collect(),
        ..Default::default()
    };
    let wave_case = Case { operator: "Identity", set: vec![], given: vec![Given::Wave(&[2, 6], 0.2, 1.0)] };
    let mut model = file(&wave_case);
    let graph = model.graph.mut_or_insert_default();
    graph.node = vec![
        node("DynamicQuantizeLinear", &["x0"], &["q", "scale", "zero"]),
        node("Sub", &["q", "zero"], &["centred"]),
        node("Cast", &["centred"], &["float"]),
        node("Mul", &["float", "scale"], &["y"]),
    ];
    let model = Model::from_bytes(&model.write_to_bytes().expect("a message serialises")).expect("a good file");
    let graph = lower(&model, |_| Ok(Binding::Shape(vec![2, 6])), &Device::flex()).expect("it is supported");
    let x: Vec<f32> = wave(12, 3).into_iter().map(|w| 0.2 + w).collect();
    let input = || vec![Array::new(x.clone(), &[2, 6], &Device::flex())];
    let (mut outputs, tape) = graph.run_taped(input(), None).expect("the shape fits");
    let y = read(outputs.remove(0));
    let step = (x.iter().fold(0.0f32, |m, v| m.max(*v)) - x.iter().fold(0.0f32, |m, v| m.min(*v))) / 255.0;
    assert!(x.iter().zip(&y).all(|(x, y)| (x - y).abs() <= 0.51 * step), "{x:?} became {y:?}");
    assert!(x.iter().zip(&y).any(|(x, y)| x != y), "nothing was rounded");
    let weights = wave(12, 5);
    let given = Array::new(weights.clone(), &[2, 6], &Device::flex());
    let gradient = graph.gradient(tape, given, Rectifier::True).remove(0).expect("it depends on x");
    assert!(read(gradient).iter().zip(&weights).all(|(g, w)| (g - w).abs() < 1e-4));
}

const BEGIN: &str = "<!-- operators: begin (UPDATE_GOLDEN=1 cargo test --release --test operators document) -->\n";
const END: &str = "<!-- operators: end -->";

/// `docs/models.md` lists what the table of operators holds; `UPDATE_GOLDEN=1` writes it anew.
#[test]
fn the_document_lists_every_operator() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/models.md");
    let text = std::fs::read_to_string(&path).expect("the document");
    let (before, rest) = text.split_once(BEGIN).expect("the marker before the list");
    let (there, after) = rest.split_once(END).expect("the marker after the list");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", listed())).expect("the document is written");
    } else {
        assert_eq!(there, listed(), "docs/models.md lists other operators; UPDATE_GOLDEN=1 writes it anew");
    }
}

/// The operators by domain, and what is said of some.
fn listed() -> String {
    let mut all = vanish::classifier::lower::operators();
    all.sort_by_key(|operator| (operator.domain, operator.name));
    let mut text = String::new();
    for domain in ["", "com.microsoft", "ai.onnx.ml"] {
        let of_domain = all.iter().filter(|operator| operator.domain == domain);
        let names: Vec<String> = of_domain.map(|operator| format!("`{}`", operator.name)).collect();
        let title = if domain.is_empty() { "ONNX's own".to_owned() } else { format!("of `{domain}`") };
        text += &format!("\n**{} {title}**\n{}\n", names.len(), wrapped(&names));
    }
    text += "\n| operator | which forms |\n|---|---|\n";
    for operator in all.iter().filter(|operator| !operator.note.is_empty()) {
        text += &format!("| `{}` | {} |\n", operator.name, operator.note);
    }
    text + "\n"
}

/// A list in lines of at most 118 columns.
fn wrapped(names: &[String]) -> String {
    let mut lines = vec![String::new()];
    for (i, name) in names.iter().enumerate() {
        let item = if i + 1 == names.len() { name.clone() } else { format!("{name}, ") };
        if lines.last().is_some_and(|line| line.len() + item.trim_end().len() > 118) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&item);
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}
