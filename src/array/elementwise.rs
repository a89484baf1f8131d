//! Element-wise functions with broadcasting, matrix products and softmax.

use burn::backend::ops::{ActivationOps, FloatTensorOps};
use burn::backend::{Dispatch, DispatchTensor};
use burn::tensor::{Bool, Scalar, Tensor};
use vanish_kernels::elements::Arithmetic;
use vanish_kernels::rectifier;

use super::Array;
use super::host::{ON_PAGE, numbers};
use super::shape::{broadcast_shape, raise};

/// An element-wise function of one variable.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Unary {
    Abs,
    Ceil,
    Cos,
    Erf,
    Exp,
    Floor,
    Log,
    Neg,
    Reciprocal,
    Relu,
    Round,
    Sigmoid,
    Sign,
    Sin,
    Sqrt,
    Tanh,
    Trunc,
}

/// A comparison for [`Array::compare`]. The result is 1 where it holds and 0 elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

// These are not the operator traits: in chains with other methods `a.add(b)` reads better, and a by-value `+` would
// suggest arithmetic on plain numbers.
#[allow(clippy::should_implement_trait)]
impl Array {
    /// Applies a function to each element.
    #[must_use]
    pub fn unary(self, function: Unary) -> Self {
        if function == Unary::Relu && self.is_on_host() {
            return self.clamp(0.0, f32::INFINITY);
        }
        if ON_PAGE {
            return self.unary_on_page(function);
        }
        let x = self.0;
        Self(match function {
            Unary::Abs => Dispatch::float_abs(x),
            Unary::Ceil => Dispatch::float_ceil(x),
            Unary::Cos => Dispatch::float_cos(x),
            Unary::Erf => Dispatch::float_erf(x),
            Unary::Exp => Dispatch::float_exp(x),
            Unary::Floor => Dispatch::float_floor(x),
            Unary::Log => Dispatch::float_log(x),
            Unary::Neg => Dispatch::float_neg(x),
            Unary::Reciprocal => Dispatch::float_recip(x),
            // Burn's own rectifier takes two kernels.
            Unary::Relu => Dispatch::float_clamp(x, Scalar::Float(0.0), Scalar::Float(f32::MAX.into())),
            Unary::Round => Dispatch::float_round(x),
            Unary::Sigmoid => Dispatch::sigmoid(x),
            Unary::Sign => Dispatch::float_sign(x),
            Unary::Sin => Dispatch::float_sin(x),
            Unary::Sqrt => Dispatch::float_sqrt(x),
            Unary::Tanh => Dispatch::float_tanh(x),
            Unary::Trunc => Dispatch::float_trunc(x),
        })
    }

    /// Adds, with broadcasting.
    #[must_use]
    pub fn add(self, other: Self) -> Self {
        if ON_PAGE {
            return self.combine_on_page(Arithmetic::Add, other);
        }
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_add(a, b))
    }

    /// Subtracts, with broadcasting.
    #[must_use]
    pub fn sub(self, other: Self) -> Self {
        if ON_PAGE {
            return self.combine_on_page(Arithmetic::Subtract, other);
        }
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_sub(a, b))
    }

    /// Multiplies element by element, with broadcasting.
    #[must_use]
    pub fn mul(self, other: Self) -> Self {
        if ON_PAGE {
            return self.combine_on_page(Arithmetic::Multiply, other);
        }
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_mul(a, b))
    }

    /// Divides, with broadcasting.
    #[must_use]
    pub fn div(self, other: Self) -> Self {
        if ON_PAGE {
            return self.combine_on_page(Arithmetic::Divide, other);
        }
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_div(a, b))
    }

    /// Raises to a power, with broadcasting.
    #[must_use]
    pub fn pow(self, exponent: Self) -> Self {
        if ON_PAGE {
            return self.combine_on_page(Arithmetic::Power, exponent);
        }
        let (a, b) = aligned(self, exponent);
        Self(Dispatch::float_powf(a, b))
    }

    /// Returns 1 − v.
    #[must_use]
    pub fn complement(self) -> Self {
        self.mul_scalar(-1.0).add_scalar(1.0)
    }

    /// Adds a number to each element.
    #[must_use]
    pub fn add_scalar(self, value: f32) -> Self {
        if ON_PAGE {
            return self.each_on_page(|x| x + value);
        }
        Self(Dispatch::float_add_scalar(self.0, Scalar::Float(value.into())))
    }

    /// Multiplies each element by a number.
    #[must_use]
    pub fn mul_scalar(self, value: f32) -> Self {
        if ON_PAGE {
            return self.each_on_page(|x| x * value);
        }
        Self(Dispatch::float_mul_scalar(self.0, Scalar::Float(value.into())))
    }

    /// Raises each element to a power.
    #[must_use]
    pub fn pow_scalar(self, exponent: f32) -> Self {
        if ON_PAGE {
            return self.each_on_page(|x| x.powf(exponent));
        }
        Self(Dispatch::float_powf_scalar(self.0, Scalar::Float(exponent.into())))
    }

    /// Limits each element to `[low, high]`.
    #[must_use]
    pub fn clamp(self, low: f32, high: f32) -> Self {
        if self.is_on_host() {
            return Self::on_host(rectifier::limit(numbers(&self.host()), low, high), self.shape());
        }
        Self(Dispatch::float_clamp(self.0, Scalar::Float(low.into()), Scalar::Float(high.into())))
    }

    /// Returns the gradient of a rectifier: `gradient` where this (the rectifier's output) is positive, and 0
    /// elsewhere.
    #[must_use]
    pub fn relu_backward(self, gradient: Self) -> Self {
        if self.is_on_host() {
            return self.limit_gradient_on_host(0.0, f32::INFINITY, &gradient);
        }
        Self(Dispatch::relu_backward(self.0, gradient.0))
    }

    /// Returns the gradient of [`Array::clamp`]: `gradient` where this (its input) is between the limits, and 0
    /// elsewhere.
    #[must_use]
    pub fn clamp_backward(self, low: f32, high: f32, gradient: Self) -> Self {
        if self.is_on_host() {
            return self.limit_gradient_on_host(low, high, &gradient);
        }
        let above = self.clone().compare_scalar(Comparison::Greater, low);
        gradient.mul(above.mul(self.compare_scalar(Comparison::Less, high)))
    }

    /// Returns 1 where the comparison holds and 0 elsewhere, with broadcasting.
    #[must_use]
    pub fn compare(self, comparison: Comparison, other: Self) -> Self {
        let shape = broadcast_shape(&self.shape(), &other.shape()).expect("compared shapes broadcast");
        let (a, b) = (self.broadcast(&shape), other.broadcast(&shape));
        if ON_PAGE {
            return a.compare_on_page(comparison, b);
        }
        let (a, b) = (a.flat(), b.flat());
        let holds = match comparison {
            Comparison::Equal => a.equal(b),
            Comparison::Greater => a.greater(b),
            Comparison::GreaterOrEqual => a.greater_equal(b),
            Comparison::Less => a.lower(b),
            Comparison::LessOrEqual => a.lower_equal(b),
        };
        Self::from_bool(holds, &shape)
    }

    /// Returns 1 where the comparison with a number holds and 0 elsewhere.
    #[must_use]
    pub fn compare_scalar(self, comparison: Comparison, value: f32) -> Self {
        if ON_PAGE {
            let other = Self::full(&[1], value, &self.device());
            return self.compare(comparison, other);
        }
        let shape = self.shape();
        let a = self.flat();
        let holds = match comparison {
            Comparison::Equal => a.equal_elem(value),
            Comparison::Greater => a.greater_elem(value),
            Comparison::GreaterOrEqual => a.greater_equal_elem(value),
            Comparison::Less => a.lower_elem(value),
            Comparison::LessOrEqual => a.lower_equal_elem(value),
        };
        Self::from_bool(holds, &shape)
    }

    /// Takes `a` where `condition` is not zero, and `b` elsewhere. All three have the same shape.
    #[must_use]
    pub fn select_where(condition: Self, a: Self, b: Self) -> Self {
        if ON_PAGE {
            return Self::select_on_page(&condition, &a, &b);
        }
        let shape = a.shape();
        let holds = condition.flat().not_equal_elem(0.0);
        Self(b.flat().mask_where(holds, a.flat()).into_dispatch()).reshape(&shape)
    }

    /// Multiplies matrices, which lie in the last two axes. The leading axes are broadcast.
    #[must_use]
    pub fn matmul(self, other: Self) -> Self {
        #[cfg(feature = "gpu")]
        if self.is_on_card()
            && let Some(product) = self.small_product(&other)
        {
            return product;
        }
        if ON_PAGE {
            return self.matmul_on_page(other);
        }
        let (a, b) = aligned(self, other);
        Self(Dispatch::float_matmul(a, b))
    }

    /// Returns the softmax over an axis.
    #[must_use]
    pub fn softmax(self, axis: usize) -> Self {
        #[cfg(feature = "gpu")]
        if self.is_on_card() && self.rank() == 2 && axis == 1 {
            return self.softmax_of_rows();
        }
        if ON_PAGE {
            return self.softmax_on_page(axis, false);
        }
        Self(Dispatch::softmax(self.0, axis))
    }

    /// Returns the logarithm of the softmax over an axis.
    #[must_use]
    pub fn log_softmax(self, axis: usize) -> Self {
        if ON_PAGE {
            return self.softmax_on_page(axis, true);
        }
        Self(Dispatch::log_softmax(self.0, axis))
    }

    fn flat(self) -> Tensor<1> {
        let count = self.len();
        Tensor::from_dispatch(self.reshape(&[count]).0)
    }

    fn from_bool(holds: Tensor<1, Bool>, shape: &[usize]) -> Self {
        Self(holds.float().into_dispatch()).reshape(shape)
    }
}

/// Returns both tensors with the rank of the higher one.
fn aligned(a: Array, b: Array) -> (DispatchTensor, DispatchTensor) {
    let rank = a.rank().max(b.rank());
    (raise(a, rank), raise(b, rank))
}
