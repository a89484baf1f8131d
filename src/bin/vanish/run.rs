//! `vanish run`: raw tensors through a model.

use std::path::PathBuf;

use vanish::array::Array;
use vanish::classifier::graph::{Graph, Rectifier};
use vanish::classifier::lower::{self, Binding};
use vanish::classifier::onnx::{Model, Port};
use vanish::{Error, ErrorKind, Result};

use super::{device, files, npy};

/// What `vanish run` takes.
#[derive(clap::Args)]
pub struct Args {
    /// An ONNX file.
    model: PathBuf,
    /// The input, as NumPy's .npy; no preprocessing is done.
    #[arg(long)]
    input: PathBuf,
    /// Where the (first) output goes.
    #[arg(long)]
    output: PathBuf,
    /// The column K of the output [N, K] to differentiate.
    #[arg(long, requires = "gradient", value_name = "K")]
    gradient_of: Option<usize>,
    /// Where d output[:, K] / d input goes.
    #[arg(long, requires = "gradient_of")]
    gradient: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
}

pub fn run(args: &Args) -> Result<()> {
    let (device, _) = args.device.open()?;
    let model = Model::from_bytes(&files::read(&args.model)?)?;
    let (shape, values) = npy::read(&args.input)?;
    let graph = lower::lower(&model, |port| Ok(Binding::Shape(unit_shape(port, &shape))), &device)?;
    let input = Array::new(values, &shape, &device);
    match (args.gradient_of, &args.gradient) {
        (Some(class), Some(path)) => {
            let (outputs, tape) = graph.run_taped(vec![input], None)?;
            let output = first(outputs)?;
            let gradient = gradient_of(&graph, tape, &output, class, &shape)?;
            npy::write(path, &shape, &pollster::block_on(gradient.read())?)?;
            write(&args.output, output)
        }
        _ => write(&args.output, first(graph.run(vec![input])?)?),
    }
}

fn first(outputs: Vec<Array>) -> Result<Array> {
    outputs.into_iter().next().ok_or_else(|| Error::new(ErrorKind::Model, "the model has no output"))
}

fn write(path: &std::path::Path, output: Array) -> Result<()> {
    let shape = output.shape();
    npy::write(path, &shape, &pollster::block_on(output.read())?)
}

/// The file's batch with the given picture: what the graph is lowered for.
fn unit_shape(port: &Port, given: &[usize]) -> Vec<usize> {
    let mut shape = given.to_vec();
    if let Some(first) = shape.first_mut() {
        *first = port.shape.first().copied().flatten().unwrap_or(1);
    }
    shape
}

fn gradient_of(
    graph: &Graph,
    tape: vanish::classifier::graph::Tape,
    output: &Array,
    class: usize,
    input_shape: &[usize],
) -> Result<Array> {
    let shape = output.shape();
    let classes = shape.iter().skip(1).product::<usize>();
    if class >= classes {
        return Err(Error::new(
            ErrorKind::Settings,
            format!("--gradient-of {class}: the output {shape:?} has only {classes} columns"),
        ));
    }
    let one_hot: Vec<f32> = (0..output.len()).map(|i| if i % classes == class { 1.0 } else { 0.0 }).collect();
    let seed = Array::new(one_hot, &shape, graph.device());
    let gradient = graph.gradient(tape, seed, Rectifier::True).into_iter().next().flatten();
    Ok(gradient.unwrap_or_else(|| Array::full(input_shape, 0.0, graph.device())))
}
