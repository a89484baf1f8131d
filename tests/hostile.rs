//! Files that are broken, of another kind, or built to do harm: each is refused in a sentence that names the cause, at
//! once and without much memory.

#[path = "common/counting.rs"]
mod counting;
#[path = "common/tiny.rs"]
mod tiny;

use std::time::Instant;

use burn::tensor::Device;
use counting::Counting;
use onnx_ir::{GraphProto, ModelProto, NodeProto, TensorProto};
use tiny::{FLOAT, INT64, Set, bytes, classifier, floats, good, graph, ints, model, node, port};
use vanish::ErrorKind;
use vanish::classifier::OnnxClassifier;

#[global_allocator]
static MEMORY: Counting = Counting::new();

/// The most a refusal may allocate: what [`vanish`]'s bounds let a small file ask for.
const MOST_BYTES: usize = 700 << 20;
const MOST_SECONDS: f64 = 20.0;

struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    /// Parts of the sentence.
    says: &'static [&'static str],
}

fn case(name: &'static str, bytes: Vec<u8>, says: &'static [&'static str]) -> Case {
    Case { name, bytes, says }
}

/// A case whose file is a good one with a change.
fn changed(name: &'static str, change: impl FnOnce(&mut GraphProto), says: &'static [&'static str]) -> Case {
    let mut graph = good();
    change(&mut graph);
    case(name, bytes(&model(graph, 17)), says)
}

/// A case whose file has this head on the good body.
fn headed(
    name: &'static str,
    head: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    says: &'static [&'static str],
) -> Case {
    let mut graph = classifier(head, vec![port("scores", FLOAT, &[])]);
    graph.initializer.extend(constants);
    case(name, bytes(&model(graph, 17)), says)
}

fn whole() -> Vec<u8> {
    bytes(&model(good(), 17))
}

#[test]
fn the_file_that_the_others_are_made_from_is_good() {
    assert!(load(&whole()).is_ok());
}

#[test]
fn every_hostile_file_is_refused_in_a_sentence_that_names_the_cause() {
    let cases =
        [other_kinds(), damaged(), graphs(), tensors(), shapes(), greedy(), no_classifiers(), found_by_fuzzing()];
    let wrong: Vec<String> = cases.into_iter().flatten().filter_map(|case| check(&case).err()).collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with the way a case is refused.
fn check(case: &Case) -> Result<(), String> {
    MEMORY.start();
    let began = Instant::now();
    let name = case.name;
    let error = load(&case.bytes).err().ok_or_else(|| format!("{name}: it was let in"))?;
    let (seconds, peak) = (began.elapsed().as_secs_f64(), MEMORY.peak());
    println!("{name}: {error} [{:.1} MiB, {seconds:.2} s]", peak as f64 / f64::from(1 << 20));
    let sentence = error.to_string();
    let must = |holds: bool, what: String| if holds { Ok(()) } else { Err(format!("{name}: {what}")) };
    for part in case.says {
        must(sentence.contains(part), format!("\"{sentence}\" does not say \"{part}\""))?;
    }
    must(matches!(error.kind(), ErrorKind::Model | ErrorKind::Unsupported), format!("the kind is {:?}", error.kind()))?;
    must(!sentence.contains("not foreseen"), "a panic".into())?;
    must(sentence.len() < 700 && !sentence.contains('\n'), format!("\"{sentence}\" is too long"))?;
    must(peak < MOST_BYTES, format!("{} MiB", peak >> 20))?;
    must(seconds < MOST_SECONDS, format!("{seconds} s"))
}

fn load(bytes: &[u8]) -> vanish::Result<OnnxClassifier> {
    OnnxClassifier::from_bytes("tiny", bytes, None, None, &Device::flex())
}

fn other_kinds() -> Vec<Case> {
    let kind = |name, start: &[u8], says| case(name, [start, &[0; 600]].concat(), says);
    let tar = [vec![b'a'; 257], b"ustar\0".to_vec(), vec![0; 300]].concat();
    vec![
        case("nothing", vec![], &["the file is empty"]),
        kind("a zip", b"PK\x03\x04", &["a zip archive", "choose the .onnx file"]),
        kind("gzip", b"\x1f\x8b\x08", &["an archive", "unpack it"]),
        case("tar", tar, &["an archive", "unpack it"]),
        case("HTML", b"\n <!DOCTYPE html><html>404</html>".to_vec(), &["a text file (HTML"]),
        case("HTML after a mark", b"\xef\xbb\xbf<html>".to_vec(), &["a text file (HTML"]),
        case("JSON", b"{\"model\": 1}".to_vec(), &["a text file"]),
        case("a Git LFS pointer", b"version https://git-lfs.github.com/spec/v1\n".to_vec(), &["a Git LFS pointer"]),
        kind("HDF5", b"\x89HDF\r\n\x1a\n", &["an HDF5 file"]),
        kind("a pickle", b"\x80\x02}q\x00", &["a Python pickle"]),
        kind("TensorFlow Lite", b"\x1c\0\0\0TFL3", &["a TensorFlow Lite model"]),
        kind("onnxruntime's format", b"\x20\0\0\0ORTM", &[".ort format"]),
        kind("safetensors", b"\x08\0\0\0\0\0\0\0{\"a\":1}", &["weights only"]),
        kind("a PNG", b"\x89PNG\r\n\x1a\n", &["a picture"]),
        kind("a JPEG", b"\xff\xd8\xff\xe0", &["a picture"]),
        case("prose", b"hello, this is no model".to_vec(), &["not an ONNX file"]),
        case("zeros", vec![0; 4096], &["not an ONNX file"]),
        case("ones", vec![0xff; 4096], &["not an ONNX file"]),
        case("another protobuf", vec![0x08, 0x01, 0x12, 0x02, 0x41, 0x42], &["holds no graph"]),
    ]
}

fn damaged() -> Vec<Case> {
    let whole = whole();
    let cut = |part: usize| whole[..whole.len() * part / 100].to_vec();
    let graph_at = whole.iter().position(|&byte| byte == 0x3a).expect("the graph's tag");
    let mut garbled = whole.clone();
    // Inside the graph, a group (wire type 3), which ONNX never uses.
    garbled[graph_at + 3] = 0x0b;
    let mut magic = whole.clone();
    magic[0] = 0x4d;
    let mut endless = whole[..graph_at].to_vec();
    endless.extend([0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    let mut not_text = ModelProto::clone(&model(good(), 17));
    not_text.producer_name = "§§".into();
    let mut not_text = bytes(&not_text);
    let mark = not_text.iter().position(|&byte| byte == 0xc2).expect("the producer's name");
    not_text[mark] = 0xff;
    vec![
        case("cut at half", cut(50), &["cut short", "there"]),
        case("cut near the end", cut(99), &["cut short"]),
        case("cut at the start", cut(1), &["no ONNX file", "fetch or export"]),
        case("a wrong first byte", magic, &["not an ONNX file"]),
        case("a group in the graph", garbled, &["damaged", "graph"]),
        case("a graph of 2^63 bytes", endless, &["cut short", "its graph"]),
        case("a name that is no text", not_text, &["damaged"]),
    ]
}

fn graphs() -> Vec<Case> {
    let deep = |levels: usize| {
        let mut inner = good();
        for _ in 0..levels {
            inner = graph(
                vec![node("If", &["picture"], &["y"], &[("then_branch", Set::Graph(Box::new(inner)))])],
                vec![],
                vec![port("picture", FLOAT, &[1, 3, 16, 16])],
                vec![port("y", FLOAT, &[])],
            );
        }
        bytes(&model(inner, 17))
    };
    let relu = |input: &str, output: &str| node("Relu", &[input], &[output], &[]);
    vec![
        case("no nodes", bytes(&model(graph(vec![], vec![], vec![], vec![]), 17)), &["no nodes"]),
        headed(
            "a circle",
            vec![relu("b2", "a2"), relu("a2", "b2"), relu("b2", "scores")],
            vec![],
            &["runs in a circle", "the Relu"],
        ),
        headed("a node that reads itself", vec![relu("scores", "scores")], vec![], &["runs in a circle"]),
        changed(
            "a missing constant",
            |g| g.initializer.retain(|t| t.name != "w"),
            &["\"w\" is used but never defined", "weights included"],
        ),
        changed("no constants at all", |g| g.initializer.clear(), &["is used but never defined"]),
        changed("a constant twice", |g| g.initializer.push(floats("w", &[1], &[1.0])), &["\"w\" is defined twice"]),
        changed(
            "an input twice",
            |g| g.input.push(port("picture", FLOAT, &[1, 3, 16, 16])),
            &["two inputs are called \"picture\""],
        ),
        changed(
            "a tensor written twice",
            |g| g.node.push(relu("conv", "relu")),
            &["two nodes write the tensor \"relu\""],
        ),
        changed(
            "an input overwritten",
            |g| g.node.push(relu("conv", "picture")),
            &["writes the tensor \"picture\", which is an input"],
        ),
        changed("a constant overwritten", |g| g.node.push(relu("conv", "gamma")), &["writes the tensor \"gamma\""]),
        changed(
            "an output that nobody writes",
            |g| g.output[0].name = "gone".into(),
            &["no node writes the output \"gone\""],
        ),
        changed("no output", |g| g.output.clear(), &["not an image classifier", "no output"]),
        changed("a node without inputs", |g| g.node[0].input.clear(), &["Conv lacks its input 0"]),
        case("graphs 8 deep", deep(8), &["an If that the picture decides"]),
        case("graphs 40 deep", deep(40), &["nests its graphs"]),
        case("graphs 3000 deep", deep_by_hand(3000), &["nests its graphs"]),
        case(
            "a function that calls itself",
            bytes(&functions(&[("Loop0", "Loop0")])),
            &["call each other more than 16 deep"],
        ),
        case("functions that double forty times", bytes(&doubling(40)), &["deep"]),
        case("functions of eight calls, eight deep", bytes(&nested_calls(8, 8)), &["expand to far more"]),
        case("a function's node", bytes(&foreign()), &["the operator com.example.Secret", "\"the Secret\""]),
    ]
}

/// Functions of one node each, by name and what they call, the first of which the graph calls.
fn functions(each: &[(&str, &str)]) -> ModelProto {
    let mut file = called(each[0].0);
    for (name, calls) in each {
        tiny::function(&mut file, name, &["x"], &["y"], vec![tiny::call(calls, &["x"], &["y"])]);
    }
    file
}

fn called(name: &str) -> ModelProto {
    let mut graph = good();
    graph.node[4].input = vec!["odd".into()];
    graph.node.push(tiny::call(name, &["pooled"], &["odd"]));
    model(graph, 17)
}

/// Each function calls the next one twice.
fn doubling(levels: usize) -> ModelProto {
    nested_calls(levels, 2)
}

/// Functions that each call the next one some times.
fn nested_calls(levels: usize, times: usize) -> ModelProto {
    let mut file = called("F0");
    for level in 0..levels {
        let next = if level + 1 == levels { "Relu".to_owned() } else { format!("F{}", level + 1) };
        let body = (0..times).map(|i| {
            let (from, to) = (
                if i == 0 { "x".to_owned() } else { format!("t{i}") },
                if i + 1 == times { "y".to_owned() } else { format!("t{}", i + 1) },
            );
            if level + 1 == levels { node("Relu", &[&from], &[&to], &[]) } else { tiny::call(&next, &[&from], &[&to]) }
        });
        tiny::function(&mut file, &format!("F{level}"), &["x"], &["y"], body.collect());
    }
    file
}

/// Nested messages, written from the inside outwards: serialising them would itself overflow the stack.
fn deep_by_hand(levels: usize) -> Vec<u8> {
    let wrap = |tag: u8, inner: Vec<u8>| {
        let mut length = inner.len();
        let mut wrapped = vec![tag];
        while length >= 0x80 {
            wrapped.push(length as u8 | 0x80);
            length >>= 7;
        }
        wrapped.push(length as u8);
        wrapped.extend(inner);
        wrapped
    };
    // A graph (field 6 of an attribute), in an attribute (field 5 of a node), in a node (field 1 of a graph).
    let inner = (0..levels).fold(vec![], |inner, _| wrap(0x0a, wrap(0x2a, wrap(0x32, inner))));
    [vec![0x08, 0x0a], wrap(0x3a, inner)].concat()
}

fn foreign() -> ModelProto {
    let mut graph = good();
    let mut secret = node("Secret", &["pooled"], &["odd"], &[]);
    secret.domain = "com.example".into();
    graph.node[4].input = vec!["odd".into()];
    graph.node.push(secret);
    model(graph, 17)
}

fn tensors() -> Vec<Case> {
    let weights = |change: fn(&mut TensorProto)| {
        move |g: &mut GraphProto| change(g.initializer.iter_mut().find(|t| t.name == "w").expect("the weights"))
    };
    let nan: fn(&mut TensorProto) = |t| {
        let nan = f32::NAN.to_le_bytes();
        t.raw_data = [&t.raw_data[..40], &nan, &t.raw_data[44..]].concat().into();
    };
    vec![
        changed(
            "too few bytes",
            weights(|t| t.raw_data.truncate(100)),
            &["\"w\"", "432 bytes were expected and 100 are there"],
        ),
        changed("2^40 elements", weights(|t| t.dims = vec![1 << 40]), &["\"w\"", "asks for more than"]),
        changed("2^64 elements", weights(|t| t.dims = vec![1 << 32, 1 << 32]), &["\"w\"", "asks for more than"]),
        changed("a negative dimension", weights(|t| t.dims = vec![4, -3, 3, 3]), &["\"w\"", "a dimension is -3"]),
        changed("no values", weights(|t| t.raw_data.clear()), &["108 values were promised and 0 are there"]),
        changed(
            "external data elsewhere",
            weights(|t| external(t, "../../secret.bin")),
            &["\"w\"", "outside the model's folder"],
        ),
        changed(
            "external data by a full path",
            weights(|t| external(t, "/etc/passwd")),
            &["outside the model's folder"],
        ),
        changed(
            "external data that is missing",
            weights(|t| external(t, "w.data")),
            &["\"w\"", "\"w.data\", which is missing"],
        ),
        changed("text", weights(|t| t.data_type = 8), &["\"w\"", "its element type (STRING) is not supported"]),
        changed("half a byte", weights(|t| t.data_type = 22), &["its element type (INT4)", "export it with simpler"]),
        changed("an unknown type", weights(|t| t.data_type = 99), &["its element type (99) is not supported"]),
        changed("NaN weights", weights(nan), &["\"w\"", "NaN"]),
        changed("weights of another rank", weights(|t| t.dims = vec![108]), &["at the node \"the Conv\" (Conv)"]),
        changed(
            "weights for other channels",
            weights(|t| t.dims = vec![6, 2, 3, 3]),
            &["at the node \"the Conv\" (Conv)", "does not fit"],
        ),
        changed("sparse weights", |g| g.sparse_initializer.push(Default::default()), &["sparse weights"]),
    ]
}

fn external(tensor: &mut TensorProto, location: &str) {
    tensor.raw_data.clear();
    tensor.external_data.push(Default::default());
    tensor.external_data[0].key = "location".into();
    tensor.external_data[0].value = location.into();
}

fn shapes() -> Vec<Case> {
    let input = |shape: &'static [i64]| move |g: &mut GraphProto| g.input[0] = port("picture", FLOAT, shape);
    let conv = |name: &'static str, values: &'static [i64]| {
        move |g: &mut GraphProto| g.node[0].attribute = vec![tiny::attribute(name, &Set::Ints(values.to_vec()))]
    };
    let group =
        |value: i64| move |g: &mut GraphProto| g.node[0].attribute = vec![tiny::attribute("group", &Set::Int(value))];
    let reshape = |name, target: &[i64], says| {
        headed(name, vec![node("Reshape", &["pooled", "target"], &["scores"], &[])], vec![ints("target", target)], says)
    };
    let negative = |g: &mut GraphProto| {
        let mut info = port("picture", FLOAT, &[1, 3, 16, 16]);
        info.type_.mut_or_insert_default().mut_tensor_type().shape.mut_or_insert_default().dim[2].set_dim_value(-16);
        g.input[0] = info;
    };
    vec![
        changed("a picture of 2^40 pixels", input(&[1, 3, 1 << 40, 1 << 40]), &["\"picture\"", "more than"]),
        changed("2^40 pictures", input(&[1 << 40, 3, 16, 16]), &["\"picture\"", "more than"]),
        changed("a negative size", negative, &["\"picture\" has the dimension -16"]),
        changed("two channels", input(&[1, 2, 16, 16]), &["not an image classifier", "\"picture\" [1, 2, 16, 16]"]),
        changed(
            "a grey picture for weights of three channels",
            input(&[1, 1, 16, 16]),
            &["(Conv)", "does not fit [1, 1, 16, 16]"],
        ),
        changed("a vector", input(&[1, 12]), &["not an image classifier"]),
        changed("strides of 0", conv("strides", &[0, 1]), &["strides [0, 1]"]),
        changed("strides of 2^62", conv("strides", &[1 << 62, 1 << 62]), &["strides"]),
        changed("dilations of 2^62", conv("dilations", &[1 << 62, 3]), &["dilations"]),
        changed("pads of 2^62", conv("pads", &[1 << 62, 0, 1 << 62, 0]), &["pads"]),
        changed("negative pads", conv("pads", &[-5, 0, 0, 0]), &["pads"]),
        changed("a window larger than the picture", conv("dilations", &[100, 100]), &["too small for this model"]),
        changed("no groups", group(0), &["no groups"]),
        changed("2^63 − 1 groups", group(i64::MAX), &["does not fit"]),
        reshape("a reshape to 2^64 elements", &[1 << 32, 1 << 32], &["more than"]),
        reshape("a reshape to another count", &[1, 5], &["cannot be reshaped"]),
        reshape("a reshape to −7", &[1, -7], &["negative axis"]),
        reshape("a reshape to nothing", &[0, 0, 0, 0, 0], &["does not exist"]),
    ]
}

/// Small files that ask for much.
fn greedy() -> Vec<Case> {
    let filled = |shape: &[i64], count: usize| {
        let mut nodes: Vec<NodeProto> =
            (0..count).map(|i| node("ConstantOfShape", &["size"], &[&format!("c{i}")], &[])).collect();
        for i in 0..count {
            nodes.push(node("ReduceSum", &[&format!("c{i}")], &[&format!("s{i}")], &[]));
        }
        let sums: Vec<String> = (0..count).map(|i| format!("s{i}")).collect();
        let all: Vec<&str> = sums.iter().map(String::as_str).chain(["pooled"]).collect();
        nodes.push(node("Sum", &all, &["scores"], &[]));
        (nodes, vec![ints("size", shape)])
    };
    let chain = |op: &'static str, count: usize| {
        let name = |i: usize| if i == count { "scores".to_owned() } else { format!("t{i}") };
        // Written last to first, the worst order for a sort.
        (1..=count)
            .rev()
            .map(|i| node(op, &[if i == 1 { "pooled".into() } else { name(i - 1) }.as_str()], &[&name(i)], &[]))
            .collect::<Vec<_>>()
    };
    let (one, of_one) = filled(&[1 << 40], 1);
    let (large, of_large) = filled(&[1 << 27], 1);
    let (many, of_many) = filled(&[1 << 24], 40);
    let expand =
        |shape: &[i64]| (vec![node("Expand", &["pooled", "size"], &["scores"], &[])], vec![ints("size", shape)]);
    let (wide, of_wide) = expand(&[1 << 20, 4, 1 << 20, 1]);
    let doublings: Vec<NodeProto> = (0..60)
        .map(|i| {
            let from = if i == 0 { "pooled".into() } else { format!("d{i}") };
            let to = if i == 59 { "scores".into() } else { format!("d{}", i + 1) };
            node("Concat", &[&from, &from], &[&to], &[("axis", Set::Int(2))])
        })
        .collect();
    let products: Vec<NodeProto> = std::iter::once(node("ConstantOfShape", &["size"], &["p0"], &[]))
        .chain((0..100).map(|i| node("MatMul", &[&format!("p{i}"), &format!("p{i}")], &[&format!("p{}", i + 1)], &[])))
        .chain([node("ReduceMax", &["p100"], &["r"], &[]), node("Add", &["pooled", "r"], &["scores"], &[])])
        .collect();
    // Two bytes a node in the file, hundreds in memory.
    let mut nodes = vec![0x08, 0x0a, 0x3a];
    let count = 4 << 20;
    nodes.extend([0x80, 0x80, 0x80, ((2 * count) >> 21) as u8]);
    nodes.extend([0x0a, 0x00].repeat(count));
    vec![
        headed("a constant of 2^40 elements", one, of_one, &["more than"]),
        headed("a constant of 2^27 elements", large, of_large, &["more constants at load"]),
        headed("forty constants of 2^24 elements", many, of_many, &["more constants at load"]),
        headed("an expansion to 2^42 elements", wide, of_wide, &["more than"]),
        headed("sixty doublings", doublings, vec![], &["more than"]),
        headed(
            "a hundred products of large matrices",
            products,
            vec![ints("size", &[3000, 3000])],
            &["computes for too long"],
        ),
        headed(
            "100 000 nodes in reverse, then an unknown one",
            [chain("Relu", 100_000), vec![]].concat(),
            vec![],
            &["class"],
        )
        .with_unknown(),
        case("four million empty nodes", nodes, &["far more memory"]),
    ]
}

impl Case {
    /// The same file with an unknown operator before its head.
    fn with_unknown(mut self) -> Self {
        use onnx_ir::Message;
        let mut file = ModelProto::parse_from_bytes(&self.bytes).expect("a good file");
        let graph = file.graph.mut_or_insert_default();
        graph.node[2].op_type = "Nonsense".into();
        self.bytes = bytes(&file);
        self.says = &["the operator Nonsense", "\"the Relu\""];
        self
    }
}

fn no_classifiers() -> Vec<Case> {
    let two_gaps = vec![
        node("NonMaxSuppression", &["pooled"], &["a"], &[]),
        node("Relu", &["a"], &["c"], &[]),
        node("Loop", &["c"], &["d"], &[]),
        node("Loop", &["d"], &["e"], &[]),
        node("MaxPool", &["relu"], &["m", "indices"], &[("kernel_shape", Set::Ints(vec![2, 2]))]),
        node("Add", &["e", "m"], &["scores"], &[]),
    ];
    let upsampled = vec![node("ConvTranspose", &["relu", "w"], &["scores"], &[])];
    let mut two_inputs = good();
    two_inputs.input.push(port("temperature", FLOAT, &[1]));
    two_inputs.node.push(node("Mul", &["scores", "temperature"], &["warm"], &[]));
    two_inputs.output[0].name = "warm".into();
    let constant = vec![node("Identity", &["gamma"], &["scores"], &[])];
    let count = vec![node("Shape", &["pooled"], &["scores"], &[])];
    // What goes round is an input of the graph within.
    let round = vec![node("Relu", &["state"], &["next"], &[])];
    let body = graph(round, vec![], vec![port("state", FLOAT, &[])], vec![port("next", FLOAT, &[])]);
    let scan = vec![node("Scan", &["pooled"], &["scores"], &[("body", Set::Graph(Box::new(body)))])];
    vec![
        headed("a scan", scan, vec![], &["the operator Scan (at the node \"the Scan\") is not supported"]),
        headed(
            "an unknown operator",
            vec![node("Wobble", &["pooled"], &["scores"], &[])],
            vec![],
            &["the operator Wobble", "at the node \"the Wobble\"", "is not supported"],
        ),
        headed(
            "several unknown operators",
            two_gaps,
            vec![],
            &[
                "the operator NonMaxSuppression (at the node \"the NonMaxSuppression\")",
                "the operator Loop (at the nodes",
                "pooling that also returns its indices",
                "are not supported",
            ],
        ),
        headed(
            "a map instead of classes",
            upsampled,
            vec![],
            &["not an image classifier", "its output has the shape [1, 3, 18, 18]"],
        ),
        headed("an answer that ignores the picture", constant, vec![], &["not an image classifier"]),
        headed("an answer that counts", count, vec![], &["not an image classifier"]),
        case("a second input", bytes(&model(two_inputs, 17)), &["not an image classifier", "\"temperature\" [1]"]),
        changed("an index as picture", |g| g.input[0] = port("ids", INT64, &[1, 128]), &["used but never defined"]),
    ]
}

/// What `tests/fuzz.rs` found, each named by what went wrong.
fn found_by_fuzzing() -> Vec<Case> {
    let power = |name, exponent: f32| {
        let head = vec![node("Pow", &["pooled", "p"], &["scores"], &[])];
        headed(name, head, vec![floats("p", &[], &[exponent])], &["at the node \"the Pow\" (Pow)", "a power of"])
    };
    let lrn = node("LRN", &["pooled"], &["scores"], &[("size", Set::Int(3)), ("beta", Set::Float(1e30))]);
    vec![
        // The CPU backend takes a whole exponent for an integer, which these are not: a panic when the model ran.
        power("a power of 1e30", 1e30),
        power("a power of infinity", f32::INFINITY),
        headed("a local response to the power of −1e30", vec![lrn], vec![], &["(LRN)", "a power of"]),
    ]
}
