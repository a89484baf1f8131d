//! How a graph's steps are launched on a graphics card. Several steps become one launch if a kernel can do them
//! together.
//!
//! A convolution's launch can add another tensor, limit the sums, and write them into a concatenation. The launch of
//! its input gradient can add to a gradient that is already there, and drop the elements that a preceding rectifier
//! would drop. A slice of channels is a view. A shuffle of channels is carried out while the channels are joined.

use burn::tensor::Device;
use burn::tensor::ops::ConvOptions;

use super::ir::{Info, Operand, Step, ValueId};
use super::op::{Binary, Op, Reduction, Saved};
use crate::array::Unary;
use crate::array::gpu::{Convolution, Part};
use crate::classifier::host::HostTensor;

/// How a step is launched.
pub(super) enum Launch {
    /// As the primitive that it is.
    Alone,
    /// A convolution, together with the following steps that are its only readers.
    Convolve(Box<Convolve>),
    /// By the launch of another step.
    Elsewhere,
    /// Channels joined side by side.
    Join,
    /// Channels in the order of a shuffle: the first channel of each of the `groups` groups, then the second of each,
    /// and so on. The groups are the values in `from`, or equal parts of its only value.
    Shuffle { groups: usize, from: Vec<ValueId> },
    /// A view of some channels.
    View { first: usize, count: usize },
    /// The mean over the pixels of maps.
    Mean,
}

/// A convolution and the steps that its launch includes.
pub(super) struct Convolve {
    pub forward: Convolution,
    pub backward: Convolution,
    /// The step that adds another tensor, and that tensor.
    pub add: Option<(usize, ValueId)>,
    /// The step that rectifies, and its limits.
    pub limit: Option<(usize, (f32, f32))>,
}

/// A place for a value: some channels of another value.
#[derive(Clone, Copy)]
pub(super) struct Home {
    pub of: ValueId,
    pub first: usize,
}

/// The launches of a graph, and where their results are written.
pub(super) struct Plan {
    /// One launch for each step.
    pub launches: Vec<Launch>,
    /// For each value, the concatenation that is its only reader and into which it is written.
    pub homes: Vec<Option<Home>>,
    /// For each value whose gradient is written into a larger one: the gradient of the maps from which it is sliced.
    /// Slices must read each channel of those maps exactly once.
    pub gradient_homes: Vec<Option<Home>>,
    /// For each value whose elements all come from rectifiers: the limits between which it passes a gradient.
    pub rectified: Vec<Option<(f32, f32)>>,
}

/// What the backward pass needs of a step.
#[derive(Default)]
pub(super) struct Kept {
    pub saved: Saved,
    /// The input of a convolution, if its elements all come from rectifiers.
    pub read: Option<Part>,
    /// The output of a convolution's rectifier.
    pub rectified: Option<Part>,
}

/// What a plan is made from.
pub(super) struct Drawn<'a> {
    pub steps: &'a [Step],
    pub infos: &'a [Info],
    pub constants: &'a [HostTensor],
    pub uses: &'a [usize],
    pub device: &'a Device,
}

impl Plan {
    pub(super) fn new(drawn: &Drawn) -> Self {
        let mut launches: Vec<Launch> = drawn.steps.iter().map(|step| drawn.by_itself(step)).collect();
        for at in 0..launches.len() {
            drawn.take_along(&mut launches, at);
            drawn.shuffle(&mut launches, at);
        }
        let rectified = drawn.rectified();
        Self { homes: drawn.homes(&launches), gradient_homes: drawn.gradient_homes(&launches), launches, rectified }
    }

    /// Returns a step's convolution, if one of this project's kernels runs it.
    pub(super) fn convolution(&self, at: usize) -> Option<&Convolve> {
        match &self.launches[at] {
            Launch::Convolve(convolve) => Some(convolve),
            _ => None,
        }
    }

    /// Returns the bytes of the weights that the launches hold.
    pub(super) fn bytes(&self) -> usize {
        let of = |launch: &Launch| match launch {
            Launch::Convolve(convolve) => convolve.forward.bytes() + convolve.backward.bytes(),
            _ => 0,
        };
        self.launches.iter().map(of).sum()
    }
}

impl Drawn<'_> {
    fn shape(&self, value: ValueId) -> &[usize] {
        &self.infos[value].shape
    }

    /// Returns whether a value is maps whose first axis grows with the number of pictures.
    fn is_maps(&self, value: ValueId) -> bool {
        self.shape(value).len() == 4 && self.infos[value].batch_axis == Some(0)
    }

    fn by_itself(&self, step: &Step) -> Launch {
        let inputs: Option<Vec<ValueId>> = step.inputs.iter().map(|&operand| dynamic(operand)).collect();
        let maps = inputs.iter().flatten().all(|&id| self.is_maps(id)) && self.is_maps(step.output);
        match (&step.op, inputs) {
            (Op::Conv(options), _) => self.convolve(step, options).unwrap_or(Launch::Alone),
            (Op::Concat(1), Some(_)) if maps => Launch::Join,
            (Op::Slice { ranges, .. }, Some(inputs)) if maps => self.view(inputs[0], ranges),
            (Op::Reduce { reduction: Reduction::Mean, first: 2, last: 3 }, Some(_)) if maps => Launch::Mean,
            _ => Launch::Alone,
        }
    }

    fn convolve(&self, step: &Step, options: &ConvOptions<2>) -> Option<Launch> {
        let [Operand::Value(x), Operand::Constant(weight), bias @ ..] = step.inputs.as_slice() else { return None };
        let weight = &self.constants[*weight];
        let shape: [usize; 4] = weight.shape.as_slice().try_into().ok()?;
        let bias = match bias.first() {
            Some(Operand::Constant(number)) => Some(self.constants[*number].values.as_slice()),
            Some(Operand::Value(_)) => return None,
            None => None,
        };
        if !self.is_maps(*x) {
            return None;
        }
        let values = (weight.values.as_slice(), shape);
        let forward = Convolution::forward(values, bias, options, self.device)?;
        let backward = Convolution::input_gradient(values, options, self.device)?;
        Some(Launch::Convolve(Box::new(Convolve { forward, backward, add: None, limit: None })))
    }

    fn view(&self, x: ValueId, ranges: &[(usize, usize, usize)]) -> Launch {
        let shape = self.shape(x);
        let whole = [0, 2, 3].into_iter().all(|axis| ranges[axis] == (0, shape[axis], 1));
        match ranges[1] {
            (first, end, 1) if whole => Launch::View { first, count: end - first },
            _ => Launch::Alone,
        }
    }

    /// Returns the step that is the only reader of a value.
    fn only_reader(&self, value: ValueId) -> Option<usize> {
        let reads = |step: &Step| step.inputs.contains(&Operand::Value(value));
        if self.uses[value] != 1 {
            return None;
        }
        self.steps.iter().position(reads)
    }

    /// Includes the steps after a convolution in its launch.
    fn take_along(&self, launches: &mut [Launch], at: usize) {
        let Launch::Convolve(convolve) = &mut launches[at] else { return };
        let mut output = self.steps[at].output;
        let mut taken = vec![];
        if let Some((next, other)) = self.only_reader(output).and_then(|next| Some((next, self.added(next, output)?))) {
            // The added tensor must have been computed by then.
            let is_there = self.steps[at..].iter().all(|step| step.output != other);
            if is_there && self.shape(other) == self.shape(output) && self.is_maps(other) {
                convolve.add = Some((next, other));
                output = self.steps[next].output;
                taken.push(next);
            }
        }
        if let Some((next, limits)) =
            self.only_reader(output).and_then(|next| Some((next, limits(&self.steps[next].op)?)))
        {
            convolve.limit = Some((next, limits));
            taken.push(next);
        }
        taken.into_iter().for_each(|step| launches[step] = Launch::Elsewhere);
    }

    /// Returns the other tensor, if a step is the sum of two.
    fn added(&self, step: usize, one: ValueId) -> Option<ValueId> {
        let step = &self.steps[step];
        match (&step.op, step.inputs.as_slice()) {
            (Op::Binary(Binary::Add), [Operand::Value(a), Operand::Value(b)]) if a != b => {
                Some(if *a == one { *b } else { *a })
            }
            _ => None,
        }
    }

    /// Lets the last of the three steps of a channel shuffle do the whole shuffle, including the concatenation before
    /// it.
    fn shuffle(&self, launches: &mut [Launch], at: usize) {
        let Some((last, groups)) = self.shuffled(at) else { return };
        let Some(Operand::Value(whole)) = self.steps[at].inputs.first().copied() else { return };
        let middle = self.only_reader(self.steps[at].output);
        let mut elsewhere: Vec<usize> = std::iter::once(at).chain(middle).collect();
        let mut from = vec![whole];
        let join = self.steps.iter().position(|step| step.output == whole);
        if let Some(join) = join.filter(|&join| matches!(launches[join], Launch::Join) && self.uses[whole] == 1) {
            let joined: Vec<ValueId> = self.steps[join].inputs.iter().filter_map(|&operand| dynamic(operand)).collect();
            let each = self.shape(whole)[1] / groups;
            if joined.len() == groups && joined.iter().all(|&id| self.shape(id)[1] == each) {
                from = joined;
                elsewhere.push(join);
            }
        }
        elsewhere.into_iter().for_each(|step| launches[step] = Launch::Elsewhere);
        launches[last] = Launch::Shuffle { groups, from };
    }

    /// Returns the last step and the number of groups, if a shuffle begins here: `[N, C, H, W]` is reshaped to
    /// `[N, g, C / g, H, W]`, the two axes are exchanged, and the shape is restored.
    fn shuffled(&self, at: usize) -> Option<(usize, usize)> {
        let Operand::Value(whole) = *self.steps[at].inputs.first()? else { return None };
        let split = self.steps[at].output;
        let (maps, parts) = (self.shape(whole), self.shape(split));
        let splits = matches!(self.steps[at].op, Op::Reshape(_))
            && self.is_maps(whole)
            && parts.len() == 5
            && parts[0] == maps[0]
            && parts[1] * parts[2] == maps[1]
            && parts[3..] == maps[2..];
        if !splits {
            return None;
        }
        let turned = self.only_reader(split).map(|next| &self.steps[next])?;
        let Op::Permute(axes) = &turned.op else { return None };
        let last = self.only_reader(turned.output)?;
        let joins = matches!(self.steps[last].op, Op::Reshape(_)) && self.shape(self.steps[last].output) == maps;
        (axes == &[0, 2, 1, 3, 4] && joins && self.is_maps(self.steps[last].output)).then_some((last, parts[1]))
    }

    /// Gives each value whose only reader is a concatenation its place in that concatenation.
    fn homes(&self, launches: &[Launch]) -> Vec<Option<Home>> {
        let mut homes = vec![None; self.infos.len()];
        for (step, _) in self.steps.iter().zip(launches).filter(|(_, launch)| matches!(launch, Launch::Join)) {
            let mut first = 0;
            for id in step.inputs.iter().filter_map(|&operand| dynamic(operand)) {
                if self.uses[id] == 1 {
                    homes[id] = Some(Home { of: step.output, first });
                }
                first += self.shape(id)[1];
            }
        }
        homes
    }

    /// Gives the gradients of slices their places side by side, if slices read all channels of a value, each once.
    fn gradient_homes(&self, launches: &[Launch]) -> Vec<Option<Home>> {
        let mut readers: Vec<Vec<(usize, usize, ValueId)>> = vec![vec![]; self.infos.len()];
        for (step, launch) in self.steps.iter().zip(launches) {
            if let (Launch::View { first, count }, Some(Operand::Value(x))) = (launch, step.inputs.first()) {
                readers[*x].push((*first, *count, step.output));
            }
        }
        let mut homes = vec![None; self.infos.len()];
        for (of, slices) in readers.iter_mut().enumerate() {
            slices.sort_unstable();
            let end = slices.iter().try_fold(0, |end, &(first, count, _)| (first == end).then_some(end + count));
            if slices.len() == self.uses[of] && !slices.is_empty() && end == self.shape(of).get(1).copied() {
                slices.iter().for_each(|&(first, _, id)| homes[id] = Some(Home { of, first }));
            }
        }
        homes
    }

    fn rectified(&self) -> Vec<Option<(f32, f32)>> {
        let mut rectified: Vec<Option<(f32, f32)>> = vec![None; self.infos.len()];
        for step in self.steps {
            let mut inputs = step.inputs.iter().map(|&operand| dynamic(operand).and_then(|id| rectified[id]));
            let first = inputs.next().flatten();
            let same = first.filter(|_| inputs.all(|other| other == first));
            let keeps = match &step.op {
                Op::Concat(_) | Op::Slice { .. } | Op::Reshape(_) | Op::Permute(_) | Op::Gather { .. } => same,
                Op::MaxPool(_) => first,
                op => limits(op),
            };
            rectified[step.output] = keeps.filter(|_| self.is_maps(step.output) || self.shape(step.output).len() == 5);
        }
        rectified
    }
}

/// Returns the limits between which a rectifier passes its input.
pub(super) fn limits(op: &Op) -> Option<(f32, f32)> {
    match op {
        Op::Unary(Unary::Relu) => Some((0.0, f32::INFINITY)),
        Op::Clamp { low, high } => Some((*low, *high)),
        _ => None,
    }
}

fn dynamic(operand: Operand) -> Option<ValueId> {
    match operand {
        Operand::Value(id) => Some(id),
        Operand::Constant(_) => None,
    }
}
