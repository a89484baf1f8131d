//! Seeded damage to ONNX files, for `tests/fuzz.rs`: to their bytes, and to what they say.

use onnx_ir::{AttributeProto, GraphProto, Message, ModelProto, NodeProto, TensorProto};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::cases;
use crate::tiny;

/// Whole numbers at which programs break.
const EDGES: [i64; 24] = [
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    16,
    255,
    256,
    -129,
    1000,
    4096,
    4097,
    65_535,
    1 << 20,
    1 << 28,
    1 << 31,
    -(1 << 31),
    1 << 32,
    1 << 40,
    1 << 62,
    i64::MAX,
    i64::MIN,
];
const FLOAT_EDGES: [f32; 12] =
    [0.0, 1.0, -1.0, 0.5, 2.0, 1e-30, 1e30, -1e30, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE];
const WORDS: [&str; 16] = [
    "",
    "NOTSET",
    "SAME_UPPER",
    "VALID",
    "linear",
    "nearest",
    "cubic",
    "align_corners",
    "asymmetric",
    "half_pixel_symmetric",
    "reflect",
    "wrap",
    "CRD",
    "ij,jk->ik",
    "ii->i",
    "...ij,...j->i...",
];
const ATTRIBUTES: [&str; 24] = [
    "axis",
    "axes",
    "kernel_shape",
    "strides",
    "dilations",
    "pads",
    "group",
    "auto_pad",
    "ceil_mode",
    "count_include_pad",
    "perm",
    "mode",
    "equation",
    "blocksize",
    "keepdims",
    "epsilon",
    "alpha",
    "size",
    "allowzero",
    "output_shape",
    "output_padding",
    "split",
    "transB",
    "num_groups",
];

/// A file to start from.
pub struct Seed {
    pub name: String,
    pub bytes: Vec<u8>,
    /// How often it is chosen, against the others.
    pub weight: u32,
}

/// The files built in code: one an operator, and small classifiers.
pub fn small_seeds() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = cases::cases()
        .iter()
        .map(|case| Seed { name: case.operator.into(), bytes: tiny::bytes(&whole(case)), weight: 4 })
        .collect();
    for opset in [7, 10, 12, 17, 21] {
        seeds.push(Seed {
            name: format!("tiny {opset}"),
            bytes: tiny::bytes(&tiny::model(tiny::good(), opset)),
            weight: 20,
        });
    }
    seeds
}

/// A case's node with its constants inside and its inputs' shapes declared.
fn whole(case: &cases::Case) -> ModelProto {
    let mut file = cases::file(case);
    let values = cases::values(case);
    let graph = file.graph.mut_or_insert_default();
    graph.input.clear();
    for (i, (given, value)) in case.given.iter().zip(values).enumerate() {
        let (name, Some(host)) = (format!("x{i}"), value) else { continue };
        let shape: Vec<i64> = host.shape.iter().map(|&s| s as i64).collect();
        match given {
            cases::Given::Wave(..) => graph.input.push(tiny::port(&name, tiny::FLOAT, &shape)),
            cases::Given::Ints(list) => graph.initializer.push(tiny::ints(&name, list)),
            _ => graph.initializer.push(tiny::floats(&name, &shape, &host.values)),
        }
    }
    file
}

/// The damaged file of a number: the same number always gives the same bytes.
pub fn mutant(seeds: &[Seed], number: u64) -> (String, Vec<u8>) {
    let mut dice = ChaCha8Rng::seed_from_u64(number);
    let seed = chosen(seeds, &mut dice);
    let bytes = if dice.random_bool(0.3) {
        let mut bytes = seed.bytes.clone();
        (0..dice.random_range(1..6)).for_each(|_| damage_bytes(&mut bytes, &mut dice));
        bytes
    } else {
        let mut file = ModelProto::parse_from_bytes(&seed.bytes).expect("seeds are good files");
        (0..dice.random_range(1..5)).for_each(|_| damage_model(&mut file, &mut dice));
        tiny::bytes(&file)
    };
    (seed.name.clone(), bytes)
}

fn chosen<'a>(seeds: &'a [Seed], dice: &mut ChaCha8Rng) -> &'a Seed {
    let total: u32 = seeds.iter().map(|s| s.weight).sum();
    let mut at = dice.random_range(0..total);
    for seed in seeds {
        if at < seed.weight {
            return seed;
        }
        at -= seed.weight;
    }
    &seeds[0]
}

fn pick<'a, T>(list: &'a [T], dice: &mut ChaCha8Rng) -> Option<&'a T> {
    if list.is_empty() { None } else { list.get(dice.random_range(0..list.len())) }
}

fn pick_mut<'a, T>(list: &'a mut [T], dice: &mut ChaCha8Rng) -> Option<&'a mut T> {
    if list.is_empty() {
        None
    } else {
        let at = dice.random_range(0..list.len());
        list.get_mut(at)
    }
}

fn edge(dice: &mut ChaCha8Rng) -> i64 {
    if dice.random_bool(0.4) { dice.random_range(-8..40) } else { EDGES[dice.random_range(0..EDGES.len())] }
}

fn damage_bytes(bytes: &mut Vec<u8>, dice: &mut ChaCha8Rng) {
    if bytes.is_empty() {
        bytes.push(dice.random());
        return;
    }
    let length = bytes.len();
    // Structure lies at the ends of large files; the middle is weights.
    let at = match dice.random_range(0..3) {
        0 => dice.random_range(0..length.min(4096)),
        1 => length - 1 - dice.random_range(0..length.min(4096)),
        _ => dice.random_range(0..length),
    };
    let span = dice.random_range(1..64).min(length - at);
    match dice.random_range(0..7) {
        0 => bytes[at] ^= 1 << dice.random_range(0..8),
        1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][dice.random_range(0..5)],
        2 => drop(bytes.drain(at..at + span)),
        3 => {
            let copy = bytes[at..at + span].to_vec();
            bytes.splice(at..at, copy);
        }
        4 => bytes.truncate(at),
        5 => drop(bytes.splice(at..at, [0xff; 9])),
        _ => dice.fill_bytes(&mut bytes[at..at + span]),
    }
}

fn damage_model(file: &mut ModelProto, dice: &mut ChaCha8Rng) {
    let graph = file.graph.mut_or_insert_default();
    match dice.random_range(0..16) {
        0..=3 => damage_attribute(graph, dice),
        4 | 5 => damage_inputs(graph, dice),
        6 | 7 => damage_constant(graph, dice),
        8 | 9 => damage_shape(graph, dice),
        10 => {
            if let Some(node) = pick_mut(&mut graph.node, dice) {
                node.op_type = cases::cases()[dice.random_range(0..100)].operator.into();
            }
        }
        11 => drop_or_repeat(graph, dice),
        12 => insert_node(graph, dice),
        13 => rewire_output(graph, dice),
        14 => {
            if let Some(set) = pick_mut(&mut file.opset_import, dice) {
                set.version = if dice.random_bool(0.8) { dice.random_range(0..30) } else { edge(dice) };
            }
        }
        _ => {
            // A constant becomes an input, or the other way round.
            if let Some(tensor) = pick(&graph.initializer, dice).cloned() {
                graph.initializer.retain(|t| t.name != tensor.name);
                graph.input.push(tiny::port(&tensor.name, tensor.data_type, &tensor.dims));
            }
        }
    }
}

fn damage_attribute(graph: &mut GraphProto, dice: &mut ChaCha8Rng) {
    let Some(node) = pick_mut(&mut graph.node, dice) else { return };
    if node.attribute.is_empty() || dice.random_bool(0.3) {
        node.attribute.push(AttributeProto {
            name: ATTRIBUTES[dice.random_range(0..ATTRIBUTES.len())].into(),
            ..Default::default()
        });
    }
    let at = dice.random_range(0..node.attribute.len());
    if dice.random_bool(0.1) {
        node.attribute.remove(at);
        return;
    }
    let attribute = &mut node.attribute[at];
    match dice.random_range(0..6) {
        0 => attribute.i = edge(dice),
        1 => attribute.f = FLOAT_EDGES[dice.random_range(0..FLOAT_EDGES.len())],
        2 => attribute.s = WORDS[dice.random_range(0..WORDS.len())].as_bytes().to_vec().into(),
        3 => attribute.ints.truncate(dice.random_range(0..4)),
        4 => attribute.ints.push(edge(dice)),
        _ => {
            let value = edge(dice);
            match pick_mut(&mut attribute.ints, dice) {
                Some(entry) => *entry = value,
                None => attribute.i = value,
            }
        }
    }
}

fn damage_inputs(graph: &mut GraphProto, dice: &mut ChaCha8Rng) {
    let names: Vec<String> = graph.node.iter().flat_map(|n| n.output.iter().chain(&n.input)).cloned().collect();
    let other = pick(&names, dice).cloned().unwrap_or_default();
    let Some(node) = pick_mut(&mut graph.node, dice) else { return };
    let count = node.input.len();
    match dice.random_range(0..5) {
        0 if count > 1 => node.input.swap(0, count - 1),
        1 => drop(node.input.pop()),
        2 => node.input.push(other),
        3 => {
            if let Some(name) = pick_mut(&mut node.input, dice) {
                name.clear();
            }
        }
        _ => {
            if let Some(name) = pick_mut(&mut node.input, dice) {
                *name = other;
            }
        }
    }
}

fn damage_constant(graph: &mut GraphProto, dice: &mut ChaCha8Rng) {
    let Some(tensor) = pick_mut(&mut graph.initializer, dice) else { return };
    match dice.random_range(0..7) {
        0 => tensor.dims.reverse(),
        1 => drop(tensor.dims.pop()),
        2 => tensor.dims.push(edge(dice)),
        3 => {
            let value = edge(dice);
            if let Some(dim) = pick_mut(&mut tensor.dims, dice) {
                *dim = value;
            }
        }
        4 => tensor.data_type = dice.random_range(-1..25),
        5 => damage_values(tensor, dice),
        // One value in place of all, and the shape to go with it.
        _ => {
            let value = if dice.random_bool(0.5) { edge(dice) as f32 } else { FLOAT_EDGES[dice.random_range(0..12)] };
            let (name, dims) = (tensor.name.clone(), if dice.random_bool(0.5) { vec![1] } else { vec![] });
            *tensor = tiny::floats(&name, &dims, &[value]);
        }
    }
}

fn damage_values(tensor: &mut TensorProto, dice: &mut ChaCha8Rng) {
    let value = edge(dice);
    if let Some(entry) = pick_mut(&mut tensor.int64_data, dice) {
        *entry = value;
        return;
    }
    let mut raw = tensor.raw_data.to_vec();
    let word = match tensor.data_type {
        7 => value.to_le_bytes().to_vec(),
        _ => FLOAT_EDGES[dice.random_range(0..FLOAT_EDGES.len())].to_le_bytes().to_vec(),
    };
    if raw.len() >= word.len() {
        let at = dice.random_range(0..=(raw.len() - word.len()) / word.len()) * word.len();
        raw[at..at + word.len()].copy_from_slice(&word);
        tensor.raw_data = raw.into();
    }
}

fn damage_shape(graph: &mut GraphProto, dice: &mut ChaCha8Rng) {
    let inputs = graph.input.len();
    let ports = if dice.random_bool(0.8) && inputs > 0 { &mut graph.input } else { &mut graph.output };
    let Some(port) = pick_mut(ports, dice) else { return };
    let tensor = port.type_.mut_or_insert_default().mut_tensor_type();
    if dice.random_bool(0.1) {
        tensor.elem_type = dice.random_range(0..20);
    }
    let dims = &mut tensor.shape.mut_or_insert_default().dim;
    match dice.random_range(0..4) {
        0 => drop(dims.pop()),
        1 => dims.push(Default::default()),
        _ => {}
    }
    let value = edge(dice);
    if let Some(dim) = pick_mut(dims, dice) {
        dim.set_dim_value(value);
    }
}

fn drop_or_repeat(graph: &mut GraphProto, dice: &mut ChaCha8Rng) {
    if graph.node.is_empty() {
        return;
    }
    let at = dice.random_range(0..graph.node.len());
    if dice.random_bool(0.5) {
        graph.node.remove(at);
    } else {
        let copy = graph.node[at].clone();
        graph.node.push(copy);
    }
}

/// A node of another kind between a node and its input.
fn insert_node(graph: &mut GraphProto, dice: &mut ChaCha8Rng) {
    let all = cases::cases();
    let case = &all[dice.random_range(0..all.len())];
    let donor = whole(case);
    let mut node: NodeProto = donor.graph.node[0].clone();
    let tag = format!("extra{}", dice.random_range(0..1000));
    for constant in &donor.graph.initializer {
        graph.initializer.push(TensorProto { name: format!("{tag}{}", constant.name), ..constant.clone() });
    }
    let wave = |name: &str| donor.graph.input.iter().any(|port| port.name == name);
    let Some(target) = pick_mut(&mut graph.node, dice) else { return };
    let Some(read) = pick_mut(&mut target.input, dice) else { return };
    for name in node.input.iter_mut().filter(|name| !name.is_empty()) {
        *name = if wave(name) { read.clone() } else { format!("{tag}{name}") };
    }
    for name in &mut node.output {
        *name = format!("{tag}{name}");
    }
    if let Some(written) = node.output.first() {
        read.clone_from(written);
    }
    graph.node.push(node);
}

fn rewire_output(graph: &mut GraphProto, dice: &mut ChaCha8Rng) {
    let names: Vec<String> = graph.node.iter().flat_map(|n| n.output.clone()).collect();
    let Some(name) = pick(&names, dice).cloned() else { return };
    match pick_mut(&mut graph.output, dice) {
        Some(port) => port.name = name,
        None => graph.output.push(tiny::port(&name, tiny::FLOAT, &[])),
    }
}
