//! The table of operators. An operator is supported if it is listed here.

use super::operator::Operator;
use super::{
    activation, attention, control, conv, einsum, elementwise, fused, linear, norm, pool, quantized, recurrent, reduce,
    repeat, resize, sample, shape,
};

const FAMILIES: [&[Operator]; 17] = [
    activation::OPERATORS,
    attention::OPERATORS,
    control::OPERATORS,
    conv::OPERATORS,
    einsum::OPERATORS,
    elementwise::OPERATORS,
    fused::OPERATORS,
    linear::OPERATORS,
    norm::OPERATORS,
    pool::OPERATORS,
    quantized::OPERATORS,
    recurrent::OPERATORS,
    reduce::OPERATORS,
    repeat::OPERATORS,
    resize::OPERATORS,
    sample::OPERATORS,
    shape::OPERATORS,
];

/// Returns all supported operators, family by family.
pub fn operators() -> Vec<Operator> {
    FAMILIES.concat()
}

/// Returns the operator of this name. The name of an operator outside ONNX's own domain has the domain before it.
pub(super) fn find(op: &str) -> Option<&'static Operator> {
    FAMILIES.iter().copied().flatten().find(|operator| operator.is(op))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_operator_stands_in_the_table_twice() {
        let mut names: Vec<_> = operators().iter().map(|operator| (operator.domain, operator.name)).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn an_operator_is_found_in_its_own_domain_only() {
        assert!(find("Conv").is_some_and(|operator| operator.domain.is_empty()));
        assert!(find("elsewhere.Conv").is_none());
        assert!(find("Wobble").is_none());
    }
}
