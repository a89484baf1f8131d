//! `vanish run`: raw tensors through a model.

use std::path::PathBuf;
use std::time::Instant;

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
    /// Where the output goes.
    #[arg(long)]
    output: PathBuf,
    /// Which output, where the file has several; without it the first.
    #[arg(long, value_name = "NAME")]
    output_name: Option<String>,
    /// Does it N times more and prints the median seconds, with the gradient if one is asked for.
    #[arg(long, value_name = "N", default_value_t = 0)]
    time: usize,
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
    let mut model = Model::from_files(&files::read(&args.model)?, &files::beside_of(&args.model))?;
    if let Some(name) = &args.output_name {
        model.outputs.retain(|port| port.name == *name);
    }
    let (shape, values) = npy::read(&args.input)?;
    let graph = lower::lower(&model, |port| Ok(Binding::Shape(unit_shape(port, &shape))), &device)?;
    let input = Array::new(values, &shape, &device);
    let (output, gradient) = pass(&graph, input.clone(), args.gradient_of)?;
    let (output_shape, output) = (output.shape(), pollster::block_on(output.read())?);
    npy::write(&args.output, &output_shape, &output)?;
    if let (Some(path), Some(gradient)) = (&args.gradient, gradient) {
        npy::write(path, &shape, &pollster::block_on(gradient.read())?)?;
    }
    if args.time > 0 {
        files::print(&format!("{:.4}", median_seconds(&graph, &input, args)?))?;
    }
    Ok(())
}

/// Computes the output, and the gradient of its column `class`, if one is asked for.
fn pass(graph: &Graph, input: Array, class: Option<usize>) -> Result<(Array, Option<Array>)> {
    let Some(class) = class else { return Ok((first(graph.run(vec![input])?)?, None)) };
    let shape = input.shape();
    let (outputs, tape) = graph.run_taped(vec![input], None)?;
    let output = first(outputs)?;
    let gradient = gradient_of(graph, tape, &output, class, &shape)?;
    Ok((output, Some(gradient)))
}

fn median_seconds(graph: &Graph, input: &Array, args: &Args) -> Result<f64> {
    let mut seconds = vec![];
    for _ in 0..args.time {
        let began = Instant::now();
        let (output, gradient) = pass(graph, input.clone(), args.gradient_of)?;
        // A read waits for the device.
        pollster::block_on(gradient.unwrap_or(output).read())?;
        seconds.push(began.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() / 2])
}

fn first(outputs: Vec<Array>) -> Result<Array> {
    outputs.into_iter().next().ok_or_else(|| Error::new(ErrorKind::Model, "the model has no such output"))
}

/// Returns the shape of the file's batch with the given picture: what the graph is lowered for.
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
