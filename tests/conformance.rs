//! The ONNX project's own node tests, for every operator that is supported.
//!
//! They are not part of this repository; `tests/reference/collect_node_tests.py` gathers them:
//!
//! ```text
//! VANISH_ONNX_NODE_TESTS=FOLDER cargo test --release --test conformance -- --nocapture
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use onnx_ir::{Message, TensorProto};
use vanish::array::Array;
use vanish::classifier::host::{HostTensor, Kind};
use vanish::classifier::lower::{Binding, lower};
use vanish::classifier::onnx::{Model, Port, read_tensor};
use vanish::{Error, ErrorKind};

/// What became of a test.
enum Outcome {
    Passed,
    Unsupported(String),
    Failed(String),
}

/// Which inputs are computed at each run; the others are known when the graph is built. Exporters
/// write weights, axes and the like as constants, where a node test makes everything an input.
const BOUND_AT_RUN: [fn(usize, &HostTensor) -> bool; 4] = [
    |_, host| !host.values.is_empty(),
    |_, host| !host.values.is_empty() && host.kind == Kind::Float,
    |position, host| !host.values.is_empty() && position == 0,
    |_, _| false,
];

/// Cases whose expected values wrap around where the operator's definition says that they saturate, as
/// onnxruntime's do: there an answer at the end of the int8 range is right.
const WRAPPED: &str = "test_qlinearmatmul_";

#[test]
fn onnx_node_tests() {
    let Some(folder) = std::env::var_os("VANISH_ONNX_NODE_TESTS").map(PathBuf::from) else {
        eprintln!("SKIPPED: the ONNX node tests; see tests/reference/collect_node_tests.py");
        return;
    };
    let mut table: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let (mut failures, mut gaps) = (vec![], vec![]);
    for case in sorted_folders(&folder) {
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (operator, outcome) = run_case(&case);
        let row = table.entry(operator).or_default();
        match outcome {
            Outcome::Passed => row[0] += 1,
            Outcome::Unsupported(why) => {
                row[1] += 1;
                gaps.push(format!("{name}: {why}"));
            }
            Outcome::Failed(why) => {
                row[2] += 1;
                failures.push(format!("{name}: {why}"));
            }
        }
    }
    print_table(&table, &gaps);
    assert!(failures.is_empty(), "{} node tests failed:\n{}", failures.len(), failures.join("\n"));
}

fn sorted_folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut cases: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.join("model.onnx").is_file()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "{} holds no test_*/model.onnx", folder.display());
    cases
}

fn print_table(table: &BTreeMap<String, [usize; 3]>, gaps: &[String]) {
    println!("| operator | passed | unsupported | failed |\n|---|---|---|---|");
    let mut sum = [0; 3];
    for (operator, row) in table {
        println!("| {operator} | {} | {} | {} |", row[0], row[1], row[2]);
        sum.iter_mut().zip(row).for_each(|(s, r)| *s += r);
    }
    println!("| **all** | {} | {} | {} |\n\nunsupported:", sum[0], sum[1], sum[2]);
    gaps.iter().for_each(|gap| println!("  {gap}"));
}

/// The operator a case is of, and what became of it.
fn run_case(case: &Path) -> (String, Outcome) {
    let bytes = fs::read(case.join("model.onnx")).expect("listed a moment ago");
    let model = match Model::from_bytes(&bytes) {
        Ok(model) => model,
        Err(error) => return ("(unread)".into(), of_error(&error)),
    };
    let operator =
        model.nodes.iter().map(|n| n.op.as_str()).find(|op| *op != "Constant").unwrap_or("Constant").to_owned();
    let sets = (0..).map(|i| case.join(format!("test_data_set_{i}"))).take_while(|set| set.is_dir());
    let wrapped = case.file_name().is_some_and(|name| name.to_string_lossy().starts_with(WRAPPED));
    let outcomes = sets.map(|set| run_set(&model, &set, wrapped));
    let worst = outcomes.reduce(|a, b| if matches!(a, Outcome::Passed) { b } else { a });
    (operator, worst.unwrap_or_else(|| Outcome::Failed("no data".into())))
}

fn run_set(model: &Model, set: &Path, wrapped: bool) -> Outcome {
    let (inputs, wanted) = match (tensors(set, "input"), tensors(set, "output")) {
        (Ok(inputs), Ok(wanted)) => (inputs.into_iter().map(|t| t.host).collect::<Vec<_>>(), wanted),
        (Err(why), _) | (_, Err(why)) => return Outcome::Unsupported(why),
    };
    let mut last = Outcome::Unsupported(String::new());
    for at_run in BOUND_AT_RUN {
        let attempt = catch_unwind(AssertUnwindSafe(|| run_bound(model, &inputs, at_run)));
        last = match attempt {
            Ok(Ok(outputs)) => return compare(&outputs, &wanted, wrapped),
            Ok(Err(error)) => of_error(&error),
            Err(_) => Outcome::Failed("a panic".into()),
        };
        if matches!(last, Outcome::Failed(_)) {
            return last;
        }
    }
    last
}

fn of_error(error: &Error) -> Outcome {
    match error.kind() {
        ErrorKind::Unsupported => Outcome::Unsupported(error.to_string()),
        _ => Outcome::Failed(error.to_string()),
    }
}

/// A tensor of the data set, and how closely its element type can hold a value.
struct Stored {
    host: HostTensor,
    relative: f32,
}

/// `input_0.pb`, `input_1.pb`, …
fn tensors(set: &Path, role: &str) -> Result<Vec<Stored>, String> {
    let files = (0..).map(|i| set.join(format!("{role}_{i}.pb"))).take_while(|file| file.is_file());
    files
        .map(|file| {
            let bytes = fs::read(file).expect("listed a moment ago");
            let proto =
                TensorProto::parse_from_bytes(&bytes).map_err(|_| "a sequence or an optional value".to_owned())?;
            let host = read_tensor(&proto).map_err(|e| e.to_string())?;
            // The ONNX project's own tolerances: its runner (onnx 1.23) grants bfloat16 two units in the last of its
            // eight bits, 2^-6, as the expected values were rounded at every step where here the steps are in single
            // precision.
            let relative = if proto.data_type == 16 { 1.0 / 64.0 } else { 1e-3 };
            Ok(Stored { host, relative })
        })
        .collect()
}

fn run_bound(
    model: &Model,
    inputs: &[HostTensor],
    at_run: fn(usize, &HostTensor) -> bool,
) -> vanish::Result<Vec<(Vec<usize>, Vec<f32>)>> {
    let device = Device::flex();
    let position = |port: &Port| model.inputs.iter().position(|p| p.name == port.name).expect("the model's own port");
    let bind = |port: &Port| {
        let (i, host) = (position(port), &inputs[position(port)]);
        Ok(if at_run(i, host) { Binding::Shape(host.shape.clone()) } else { Binding::Known(host.clone()) })
    };
    let graph = lower(model, bind, &device)?;
    let given = inputs.iter().enumerate().filter(|(i, host)| at_run(*i, host));
    let outputs = graph.run(given.map(|(_, host)| host.upload(&device)).collect())?;
    let shapes = graph.output_shapes();
    let values = outputs.into_iter().map(|o: Array| pollster::block_on(o.read()));
    shapes.into_iter().zip(values).map(|(shape, values)| Ok((shape, values?))).collect()
}

fn compare(outputs: &[(Vec<usize>, Vec<f32>)], wanted: &[Stored], wrapped: bool) -> Outcome {
    for ((shape, values), Stored { host, relative }) in outputs.iter().zip(wanted) {
        let scalar = host.shape.is_empty() && shape[..] == [1];
        if *shape != host.shape && !scalar {
            return Outcome::Failed(format!("shape {shape:?} instead of {:?}", host.shape));
        }
        let saturated = |a: f32| wrapped && host.limits.is_some_and(|(low, high)| a == low || a == high);
        let differs =
            values.iter().zip(host.values.iter()).position(|(a, b)| !close(*a, *b, *relative) && !saturated(*a));
        if let Some(i) = differs {
            return Outcome::Failed(format!("{} instead of {} at {i} of {shape:?}", values[i], host.values[i]));
        }
    }
    Outcome::Passed
}

/// With an absolute tolerance for sums that cancel.
fn close(a: f32, b: f32, relative: f32) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-5 + relative * b.abs()
}
