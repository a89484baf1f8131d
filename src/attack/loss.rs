//! The losses of attacks: functions of the logits that an attack increases.

use burn::tensor::Device;

use crate::array::{Array, Comparison};

/// Logit that excludes a class from a maximum over the others.
const OUT: f32 = -1e9;

/// A loss of logits z `[N, K]` with p their softmax; an attack makes it larger.
#[derive(Clone)]
pub struct Loss {
    form: Form,
    /// `[1, K]`: 1 for the class.
    class: Array,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Away,
    Towards,
    Margin,
}

impl Loss {
    /// Makes −log p_c, the cross-entropy of class c: the attack moves away from c.
    pub fn away(class: usize, classes: usize, device: &Device) -> Self {
        Self::new(Form::Away, class, classes, device)
    }

    /// Makes log p_c: the attack moves towards class c.
    pub fn towards(class: usize, classes: usize, device: &Device) -> Self {
        Self::new(Form::Towards, class, classes, device)
    }

    /// Makes max_{k ≠ c} z_k − z_c: the margin by which another class beats class c. It does not saturate.
    pub fn margin(class: usize, classes: usize, device: &Device) -> Self {
        Self::new(Form::Margin, class, classes, device)
    }

    fn new(form: Form, class: usize, classes: usize, device: &Device) -> Self {
        let values = (0..classes).map(|k| if k == class { 1.0 } else { 0.0 }).collect();
        Self { form, class: Array::new(values, &[1, classes], device) }
    }

    /// Returns the loss `[N, 1]` of logits `[N, K]`.
    pub fn value(&self, logits: Array) -> Array {
        let log_probability = |logits: Array| logits.log_softmax(1).mul(self.class.clone()).sum_axis(1);
        match self.form {
            Form::Away => log_probability(logits).mul_scalar(-1.0),
            Form::Towards => log_probability(logits),
            Form::Margin => {
                let own = logits.clone().mul(self.class.clone()).sum_axis(1);
                self.others(logits).max_axis(1).sub(own)
            }
        }
    }

    /// Returns its gradient with respect to the logits, `[N, K]`.
    pub fn gradient(&self, logits: Array) -> Array {
        match self.form {
            Form::Away => logits.softmax(1).sub(self.class.clone()),
            Form::Towards => self.class.clone().sub(logits.softmax(1)),
            Form::Margin => {
                let others = self.others(logits);
                let best = others.clone().max_axis(1);
                others.compare(Comparison::Equal, best).sub(self.class.clone())
            }
        }
    }

    /// Returns the logits with the class taken out.
    fn others(&self, logits: Array) -> Array {
        logits.add(self.class.clone().mul_scalar(OUT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 4] = [0.3, -1.1, 0.9, 0.2];

    fn read(array: Array) -> Vec<f32> {
        pollster::block_on(array.read()).expect("the CPU reads")
    }

    fn logits(values: &[f32]) -> Array {
        Array::new(values.to_vec(), &[1, 4], &Device::flex())
    }

    #[test]
    fn every_loss_has_the_gradient_it_claims() {
        for class in 0..4 {
            for (name, loss) in
                [("away", Loss::away as fn(_, _, &_) -> _), ("towards", Loss::towards), ("margin", Loss::margin)]
            {
                let loss: Loss = loss(class, 4, &Device::flex());
                let gradient = read(loss.gradient(logits(&LOGITS)));
                for k in 0..4 {
                    let moved = |by: f32| {
                        let mut values = LOGITS;
                        values[k] += by;
                        read(loss.value(logits(&values)))[0]
                    };
                    let numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                    assert!((numeric - gradient[k]).abs() < 2e-3, "{name} of {class}: {numeric}, not {}", gradient[k]);
                }
            }
        }
    }
}
