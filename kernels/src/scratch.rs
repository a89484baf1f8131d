//! Memory that a thread keeps for its next kernel, because allocating it takes as long as filling it.

use std::cell::RefCell;

/// Numbers that belong to this thread, with leftover content. A thread may have several, because while it waits for its
/// jobs it may start another one.
pub struct Scratch {
    numbers: Vec<f32>,
    length: usize,
}

thread_local! {
    static FREE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(vec![]) };
}

impl Scratch {
    pub fn take(length: usize) -> Self {
        let mut numbers = FREE.with_borrow_mut(Vec::pop).unwrap_or_default();
        numbers.resize(numbers.len().max(length), 0.0);
        Self { numbers, length }
    }

    pub fn values(&mut self) -> &mut [f32] {
        &mut self.numbers[..self.length]
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        FREE.with_borrow_mut(|free| free.push(std::mem::take(&mut self.numbers)));
    }
}
