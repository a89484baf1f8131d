//! Einstein summation, composed from matrix products.

use super::call::Call;
use super::linear;
use super::operator::Operator;
use crate::classifier::graph::builder::Builder;
use crate::classifier::graph::ir::Value;
use crate::classifier::graph::op::Reduction;
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

/// A tensor whose axes are named by letters.
struct Term {
    value: Value,
    axes: Vec<char>,
}

pub(super) const OPERATORS: &[Operator] = &[Operator::one("Einsum", einsum)];

fn einsum(call: &Call, b: &mut Builder) -> Result<Value> {
    let equation: String = call.node.text("equation", "").chars().filter(|c| !c.is_whitespace()).collect();
    let (inputs, output) = match equation.split_once("->") {
        Some((inputs, output)) => (inputs, Some(output)),
        None => (equation.as_str(), None),
    };
    let mut terms = terms(call, b, inputs)?;
    let output = output_axes(&terms, inputs, output)?;
    let mut product = terms.remove(0);
    for (i, next) in terms.iter().enumerate() {
        let still_needed = |c: char| output.contains(&c) || terms[i + 1..].iter().any(|t| t.axes.contains(&c));
        product = contract(b, product, next, still_needed)?;
    }
    let product = drop_unneeded(b, product, |c| output.contains(&c))?;
    arrange(b, &product, &output)
}

/// Returns the operands. An ellipsis stands for axes named by digits, which are counted from the end.
fn terms(call: &Call, b: &mut Builder, inputs: &str) -> Result<Vec<Term>> {
    let names: Vec<&str> = inputs.split(',').collect();
    if names.len() != call.inputs.len() {
        return Err(misfit(format!("an Einsum of {} terms has {} inputs", names.len(), call.inputs.len())));
    }
    let term = |(i, name): (usize, &&str)| {
        let value = call.input(i)?;
        let rank = b.rank(&value);
        let letters = name.chars().filter(|c| *c != '.').count();
        let hidden = rank.checked_sub(letters).filter(|h| *h == 0 || name.contains("..."));
        let hidden = hidden.ok_or_else(|| misfit(format!("an Einsum's term {name} does not fit {rank} axes")))?;
        if hidden > 9 {
            return Err(unsupported("an Einsum with more than nine axes in its ellipsis"));
        }
        let axes = expand(name, hidden);
        if axes.len() != rank || axes.contains(&'.') {
            return Err(misfit(format!("an Einsum's term {name} does not name {rank} axes")));
        }
        diagonal(b, Term { value, axes })
    };
    names.iter().enumerate().map(term).collect()
}

fn expand(name: &str, hidden: usize) -> Vec<char> {
    let digits: String = (0..hidden).rev().filter_map(|i| char::from_digit(i as u32, 10)).collect();
    name.replace("...", &digits).chars().collect()
}

fn output_axes(terms: &[Term], inputs: &str, output: Option<&str>) -> Result<Vec<char>> {
    let most_hidden = terms.iter().map(|t| t.axes.iter().filter(|c| c.is_ascii_digit()).count()).max().unwrap_or(0);
    let axes = match output {
        Some(output) => expand(output, most_hidden),
        None => {
            // Without an arrow, the output has the letters that occur once, in alphabetical order, after the ellipsis.
            let mut once: Vec<char> =
                inputs.chars().filter(|c| c.is_alphabetic() && inputs.matches(*c).count() == 1).collect();
            once.sort_unstable();
            expand("...", most_hidden).into_iter().chain(once).collect()
        }
    };
    let known = |c: &char| terms.iter().any(|t| t.axes.contains(c));
    match axes.iter().find(|c| !known(c)) {
        Some(c) => Err(misfit(format!("an Einsum's output names the axis {c}, which no input has"))),
        None => Ok(axes),
    }
}

/// Takes the diagonal of two axes if a letter occurs twice in a term.
fn diagonal(b: &mut Builder, term: Term) -> Result<Term> {
    let twice = (0..term.axes.len())
        .find_map(|i| Some((i, i + 1 + term.axes[i + 1..].iter().position(|c| *c == term.axes[i])?)));
    let Some((first, second)) = twice else { return Ok(term) };
    let rank = term.axes.len();
    let others: Vec<usize> = (0..rank).filter(|a| *a != first && *a != second).collect();
    let order: Vec<usize> = others.iter().copied().chain([first, second]).collect();
    let turned = b.permute(term.value, &order)?;
    let shape = b.shape(&turned);
    let size = shape[rank - 1];
    if shape[rank - 2] != size {
        return Err(misfit("an Einsum takes the diagonal of a rectangle"));
    }
    let flat = b.reshape(turned, &[&shape[..rank - 2], &[size * size]].concat())?;
    let indices: Vec<usize> = (0..size).map(|i| i * (size + 1)).collect();
    let value = b.gather(flat, rank - 2, &indices)?;
    let axes = others.iter().chain([&first]).map(|&a| term.axes[a]).collect();
    diagonal(b, Term { value, axes })
}

/// Returns the product of two terms, summed over the letters that are not needed afterwards.
fn contract(b: &mut Builder, left: Term, right: &Term, needed: impl Fn(char) -> bool) -> Result<Term> {
    let left_axes = left.axes.clone();
    let left = drop_unneeded(b, left, |c| needed(c) || right.axes.contains(&c))?;
    let right = Term { value: right.value.clone(), axes: right.axes.clone() };
    let right = drop_unneeded(b, right, |c| needed(c) || left_axes.contains(&c))?;
    let shared = |c: &char| left.axes.contains(c) && right.axes.contains(c);
    let of =
        |axes: &[char], keep: &dyn Fn(&char) -> bool| axes.iter().copied().filter(|c| keep(c)).collect::<Vec<char>>();
    let batch = of(&left.axes, &|c| shared(c) && needed(*c));
    let summed = of(&left.axes, &|c| shared(c) && !needed(*c));
    let rows = of(&left.axes, &|c| !shared(c));
    let columns = of(&right.axes, &|c| !shared(c));
    let sizes = Sizes::of(b, [&left, &right])?;
    let count = |axes: &[char]| axes.iter().map(|c| sizes.of_axis(*c)).product::<usize>();
    let factor = |b: &mut Builder, term: &Term, first: &[char], second: &[char]| {
        let value = arrange(b, term, &[&batch, first, second].concat())?;
        // A shared axis may have size 1 on one side (broadcasting), and keeps that size.
        let own = b.shape(&value);
        let mut shape = own[..batch.len()].to_vec();
        shape.extend([
            count_of(&own, batch.len(), first.len()),
            count_of(&own, batch.len() + first.len(), second.len()),
        ]);
        b.reshape(value, &shape)
    };
    let a = factor(b, &left, &rows, &summed)?;
    let c = factor(b, &right, &summed, &columns)?;
    debug_assert_eq!(b.shape(&a)[batch.len()], count(&rows));
    let product = linear::matmul(b, a, c)?;
    let axes = [batch, rows, columns].concat();
    let shape: Vec<usize> = axes.iter().map(|c| sizes.of_axis(*c)).collect();
    Ok(Term { value: b.reshape(product, &shape)?, axes })
}

fn count_of(shape: &[usize], from: usize, axes: usize) -> usize {
    shape[from..from + axes].iter().product()
}

/// The size of each letter's axis.
struct Sizes(Vec<(char, usize)>);

impl Sizes {
    fn of(b: &Builder, terms: [&Term; 2]) -> Result<Self> {
        let mut sizes: Vec<(char, usize)> = vec![];
        for term in terms {
            for (&c, size) in term.axes.iter().zip(b.shape(&term.value)) {
                match sizes.iter_mut().find(|(known, _)| *known == c) {
                    Some((_, known)) if *known == 1 => *known = size,
                    Some((_, known)) if *known != size && size != 1 => {
                        return Err(misfit(format!(
                            "an Einsum's axis {c} is {known} long in one input and {size} in another"
                        )));
                    }
                    Some(_) => {}
                    None => sizes.push((c, size)),
                }
            }
        }
        Ok(Self(sizes))
    }

    fn of_axis(&self, axis: char) -> usize {
        self.0.iter().find(|(c, _)| *c == axis).map_or(1, |(_, size)| *size)
    }
}

/// Sums over the axes that are not needed afterwards.
fn drop_unneeded(b: &mut Builder, term: Term, needed: impl Fn(char) -> bool) -> Result<Term> {
    let dropped: Vec<usize> = (0..term.axes.len()).filter(|&a| !needed(term.axes[a])).collect();
    if dropped.is_empty() {
        return Ok(term);
    }
    let sum = b.reduce(Reduction::Sum, term.value, &dropped)?;
    let kept: Vec<usize> = (0..term.axes.len()).filter(|a| !dropped.contains(a)).collect();
    let shape = b.shape(&sum);
    let value = b.reshape(sum, &kept.iter().map(|&a| shape[a]).collect::<Vec<_>>())?;
    Ok(Term { value, axes: kept.iter().map(|&a| term.axes[a]).collect() })
}

/// Returns the term's values with the axes in the given order.
fn arrange(b: &mut Builder, term: &Term, order: &[char]) -> Result<Value> {
    let axes: Option<Vec<usize>> = order.iter().map(|c| term.axes.iter().position(|a| a == c)).collect();
    let axes = axes.ok_or_else(|| unsupported("an Einsum that repeats an axis of its output"))?;
    if axes.iter().copied().eq(0..axes.len()) {
        return Ok(term.value.clone());
    }
    b.permute(term.value.clone(), &axes)
}
