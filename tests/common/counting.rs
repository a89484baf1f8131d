//! An allocator that counts, and refuses to go on beyond a limit.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the bytes in use.
pub struct Counting {
    used: AtomicUsize,
    base: AtomicUsize,
    most: AtomicUsize,
    limit: AtomicUsize,
}

#[allow(dead_code)]
impl Counting {
    pub const fn new() -> Self {
        Self {
            used: AtomicUsize::new(0),
            base: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            limit: AtomicUsize::new(usize::MAX),
        }
    }

    /// Counts the peak from here on.
    pub fn start(&self) {
        let used = self.used.load(Ordering::SeqCst);
        self.base.store(used, Ordering::SeqCst);
        self.most.store(used, Ordering::SeqCst);
    }

    /// The most that was in use at once beyond what was at the start, in bytes.
    pub fn peak(&self) -> usize {
        self.most.load(Ordering::SeqCst).saturating_sub(self.base.load(Ordering::SeqCst))
    }

    /// Beyond this many bytes allocations fail, which ends the program.
    pub fn set_limit(&self, bytes: usize) {
        self.limit.store(bytes, Ordering::SeqCst);
    }

    fn take(&self, bytes: usize) -> bool {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.most.fetch_max(used, Ordering::Relaxed);
        used <= self.limit.load(Ordering::Relaxed)
    }
}

// SAFETY: every call is passed on to the system's allocator unchanged, or answered with null, as the trait allows.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !self.take(layout.size()) {
            self.used.fetch_sub(layout.size(), Ordering::Relaxed);
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promises about the layout are the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        self.used.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !self.take(layout.size()) {
            self.used.fetch_sub(layout.size(), Ordering::Relaxed);
            return std::ptr::null_mut();
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size > layout.size() && !self.take(size - layout.size()) {
            self.used.fetch_sub(size - layout.size(), Ordering::Relaxed);
            return std::ptr::null_mut();
        }
        if size < layout.size() {
            self.used.fetch_sub(layout.size() - size, Ordering::Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }
}
