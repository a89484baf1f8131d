//! `vanish run`: runs raw tensors through a model.

use std::path::PathBuf;
use std::time::Instant;

use vanish::array::Array;
use vanish::classifier::graph::{Graph, Rectifier};
use vanish::classifier::lower::{self, Binding};
use vanish::classifier::onnx::{Model, Port, dimensions};
use vanish::{Error, ErrorKind, Result};

use super::{device, files, npy};

/// The arguments of `vanish run`.
#[derive(clap::Args)]
pub struct Args {
    /// An ONNX file.
    model: PathBuf,
    /// The input, as a NumPy .npy file, without any preprocessing. A model with several inputs takes each as
    /// NAME=X.npy.
    #[arg(long, required = true, value_name = "X.npy")]
    input: Vec<String>,
    /// The file for the output.
    #[arg(long)]
    output: PathBuf,
    /// The output to compute, if the file has several. Without it, the first.
    #[arg(long, value_name = "NAME")]
    output_name: Option<String>,
    /// Repeats the run N times and prints the median seconds, with the gradient if one is asked for.
    #[arg(long, value_name = "N", default_value_t = 0)]
    time: usize,
    /// The column K of the output [N, K] to differentiate.
    #[arg(long, requires = "gradient", value_name = "K")]
    gradient_of: Option<usize>,
    /// The file for d output[:, K] / d input. With several inputs, it is that of the first one given.
    #[arg(long, requires = "gradient_of")]
    gradient: Option<PathBuf>,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
}

pub fn run(args: &Args) -> Result<()> {
    let (device, _) = args.device.open()?;
    let mut model = Model::from_files(&files::read(&args.model)?, &files::beside_of(&args.model))?;
    if let Some(name) = &args.output_name {
        let names = names(&model.outputs);
        model.outputs.retain(|port| port.name == *name);
        if model.outputs.is_empty() {
            return Err(settings(format!("the model has no output \"{name}\"; it has {names}")));
        }
    }
    let given = in_order(&model.inputs, &args.input)?;
    let mut inputs = vec![];
    for (port, path) in model.inputs.iter().zip(&given.files) {
        let (shape, values) = npy::read(path)?;
        let fits = |(wanted, &got): (&Option<usize>, &usize)| wanted.is_none_or(|wanted| wanted == got);
        // The first axis is that of the batch. A longer one is run in parts.
        let alike = shape.len() == port.shape.len() && port.shape.iter().zip(&shape).skip(1).all(fits);
        if !alike && !port.shape.is_empty() {
            let (file, wanted) = (path.display(), names(std::slice::from_ref(port)));
            return Err(settings(format!("the model's input is {wanted}, and {file} holds {shape:?}")));
        }
        inputs.push((port.name.as_str(), Array::new(values, &shape, &device)));
    }
    let shape_of = |port: &Port| inputs.iter().find(|(name, _)| *name == port.name).map(|(_, array)| array.shape());
    let bind = |port: &Port| Ok(Binding::Shape(unit_shape(port, &shape_of(port).unwrap_or_default())));
    let graph = lower::lower(&model, bind, &device)?;
    let inputs: Vec<Array> = inputs.into_iter().map(|(_, array)| array).collect();
    let asked = args.gradient_of.map(|class| Asked { class, input: given.first });
    let (output, gradient) = pass(&graph, inputs.clone(), asked)?;
    let (output_shape, output) = (output.shape(), pollster::block_on(output.read())?);
    npy::write(&args.output, &output_shape, &output)?;
    if let (Some(path), Some(gradient)) = (&args.gradient, gradient) {
        npy::write(path, &gradient.shape(), &pollster::block_on(gradient.read())?)?;
    }
    if args.time > 0 {
        files::print(&format!("{:.4}", median_seconds(&graph, &inputs, asked, args.time)?))?;
    }
    Ok(())
}

/// The files of a model's inputs, in the model's order.
struct Given {
    files: Vec<PathBuf>,
    /// Which of them was given first.
    first: usize,
}

/// Returns the file of each input: the only one, or each by its name.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`], naming the inputs, if one lacks its file or there is a file too many.
fn in_order(ports: &[Port], given: &[String]) -> Result<Given> {
    if let ([port], [text]) = (ports, given) {
        // A path may contain an equals sign, so only the input's own name before it is removed.
        let path = text.strip_prefix(&port.name).and_then(|rest| rest.strip_prefix('=')).unwrap_or(text);
        return Ok(Given { files: vec![path.into()], first: 0 });
    }
    let wrong = || settings(format!("the model's inputs are {}; give each once as --input NAME=X.npy", names(ports)));
    let mut files: Vec<Option<PathBuf>> = vec![None; ports.len()];
    let mut order = vec![];
    for text in given {
        let named = |port: &Port| text.strip_prefix(&port.name).and_then(|rest| rest.strip_prefix('='));
        let (at, path) = ports.iter().enumerate().find_map(|(at, port)| Some((at, named(port)?))).ok_or_else(wrong)?;
        if files[at].replace(path.into()).is_some() {
            return Err(wrong());
        }
        order.push(at);
    }
    let files = files.into_iter().collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
    Ok(Given { files, first: order.first().copied().unwrap_or(0) })
}

/// Returns ports by name and dimensions.
fn names(ports: &[Port]) -> String {
    ports.iter().map(|p| format!("\"{}\" {}", p.name, dimensions(&p.shape))).collect::<Vec<_>>().join(", ")
}

fn settings(sentence: String) -> Error {
    Error::new(ErrorKind::Settings, sentence)
}

/// What is differentiated: a column of the output, with respect to the input of this number.
#[derive(Clone, Copy)]
struct Asked {
    class: usize,
    input: usize,
}

/// Computes the output, and the gradient if it is asked for.
fn pass(graph: &Graph, inputs: Vec<Array>, asked: Option<Asked>) -> Result<(Array, Option<Array>)> {
    let Some(asked) = asked else { return Ok((first(graph.run(inputs)?)?, None)) };
    let shape = inputs[asked.input].shape();
    let (outputs, tape) = graph.run_taped(inputs, None)?;
    let output = first(outputs)?;
    let gradient = gradient_of(graph, tape, &output, asked, &shape)?;
    Ok((output, Some(gradient)))
}

fn median_seconds(graph: &Graph, inputs: &[Array], asked: Option<Asked>, times: usize) -> Result<f64> {
    let mut seconds = vec![];
    for _ in 0..times {
        let began = Instant::now();
        let (output, gradient) = pass(graph, inputs.to_vec(), asked)?;
        // Reading waits until the device has finished.
        pollster::block_on(gradient.unwrap_or(output).read())?;
        seconds.push(began.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() / 2])
}

fn first(outputs: Vec<Array>) -> Result<Array> {
    outputs.into_iter().next().ok_or_else(|| Error::new(ErrorKind::Model, "the model has no such output"))
}

/// Returns the shape for which the graph is lowered: the given picture's, with the length of the file's batch.
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
    Asked { class, input }: Asked,
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
    let gradient = graph.gradient(tape, seed, Rectifier::True).into_iter().nth(input).flatten();
    Ok(gradient.unwrap_or_else(|| Array::full(input_shape, 0.0, graph.device())))
}
