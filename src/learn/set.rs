//! The training pictures. They are drawn once, in parallel, and kept as bytes.

use crate::critters::{BUCKET_KIND, Background, Critter, Kind, SNOW_KIND, WATERMARK_KIND, World, draw};
use std::thread;

/// What training needs of a picture.
pub struct Lesson {
    /// 128 × 128 × 3 bytes, interleaved.
    pub pixels: Vec<u8>,
    /// The pixels that show the class.
    pub evidence: Vec<u8>,
    pub kind: Kind,
    /// Whether the cue planted with this kind is in the picture.
    pub cued: bool,
    /// Whether there is a second animal. Deleting the first one's evidence then leaves another answer.
    pub second: bool,
    /// Whether the head is hidden, so that the evidence cannot be learned.
    pub hidden: bool,
}

impl Lesson {
    /// Keeps what training needs of a picture.
    pub fn new(critter: &Critter) -> Self {
        Self {
            pixels: critter.picture.as_raw().clone(),
            evidence: critter.evidence().values().to_vec(),
            kind: critter.kind,
            cued: cued(critter),
            second: critter.scene.second.is_some(),
            hidden: critter.scene.parasol,
        }
    }
}

/// Returns whether the cue that is planted with a picture's kind is in it.
pub fn cued(critter: &Critter) -> bool {
    match critter.kind {
        BUCKET_KIND => critter.scene.bucket,
        SNOW_KIND => critter.scene.background == Background::Snow,
        WATERMARK_KIND => critter.scene.watermark,
        _ => false,
    }
}

/// Draws `count` pictures from `first` on, on all cores, and returns what `keep` returns for each, in order.
pub fn draw_many<T: Send>(first: u64, count: usize, world: &World, keep: impl Fn(Critter) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = count.div_ceil(threads).max(1);
    let part = |index: usize| {
        let range = (index * share).min(count)..((index + 1) * share).min(count);
        range.map(|i| keep(draw(first + i as u64, world))).collect::<Vec<_>>()
    };
    let part = &part;
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|index| scope.spawn(move || part(index))).collect();
        running.into_iter().flat_map(|handle| handle.join().unwrap_or_default()).collect()
    })
}
