//! Cues without labels: on a classifier computed by hand, whose one cue is known.

mod common;

use std::rc::Rc;

use burn::tensor::Device;
use common::{bright_square, in_parts, square};
use image::{Rgb, RgbImage};
use vanish::array::Array;
use vanish::classifier::Classifier;
use vanish::job::{Divisible, Job, run_to_end};
use vanish::methods::fast;
use vanish::picture::Framing;
use vanish::rules::cues::{Cues, FEWEST_MEMBERS, Findings, Pictures};

const SIDE: usize = 64;
const COUNT: usize = 120;

/// Grainy pictures of which every third shows a bright square in the middle, where the classifier looks. A decoy in the
/// corner of every second is not looked at.
struct Board {
    /// Whether the object is said to be where the square is, or in the other half of the picture.
    square_is_object: bool,
}

impl Board {
    fn shows_square(number: usize) -> bool {
        number.is_multiple_of(3)
    }
}

/// A number below 40 that nothing of the place tells.
fn grain(at: usize) -> u8 {
    let mixed = (at as u32 ^ (at as u32 >> 15)).wrapping_mul(0x2c1b_3c6d);
    let mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    ((mixed ^ (mixed >> 15)) % 40) as u8
}

impl Pictures for Board {
    fn size(&self) -> usize {
        COUNT
    }

    fn pixels(&self, number: usize) -> vanish::Result<RgbImage> {
        Ok(RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
            let i = y as usize * SIDE + x as usize;
            let decoy = number.is_multiple_of(2) && y < 10 && x < 10;
            let bright = decoy || (Self::shows_square(number) && square(SIDE)(i));
            let grain = grain(number * SIDE * SIDE + i);
            Rgb([if bright { 210 + grain } else { 30 + grain }; 3])
        }))
    }

    fn object(&self, _number: usize) -> Option<RgbImage> {
        let middle = SIDE as u32 / 4..3 * SIDE as u32 / 4;
        Some(RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
            let inside = middle.contains(&x) && middle.contains(&y);
            Rgb([if inside == self.square_is_object { 255 } else { 0 }; 3])
        }))
    }
}

fn search(classifier: Rc<dyn Classifier>, set: Board) -> Findings {
    let mut job = Cues::new(classifier, set, fast::METHOD.preset(), 0);
    pollster::block_on(run_to_end(&mut job)).expect("the CPU computes")
}

#[test]
fn the_one_cue_is_confirmed_on_unseen_pictures_and_told_by_where_it_lies() {
    for square_is_object in [false, true] {
        let found = search(Rc::new(bright_square(SIDE)), Board { square_is_object });
        assert_eq!((found.pictures.looked, found.pictures.alike), (COUNT, 0), "{:?}", found.pictures);
        assert_eq!((found.candidates, found.confirmed().count()), (1, 1), "{}", found.sentence());
        let cue = &found.cues[0];
        assert_eq!((cue.class, cue.wrongly_learned()), (1, !square_is_object), "{cue:?}");
        assert!(cue.members >= FEWEST_MEMBERS && cue.shown * 10 >= cue.called * 8, "{cue:?}");
        assert_eq!((cue.necessity.changed, cue.necessity.control), (1.0, 0.0), "{cue:?}");
        assert!(cue.sufficiency.difference() > 0.9, "{cue:?}");
        assert_eq!(cue.fallen(), cue.necessity.n);
        assert!(cue.sentence("bright").contains(&format!("takes {} of {0} answers away", cue.necessity.n)));
        let place = cue.exemplars[0].place;
        assert!(place.holds(SIDE / 2, SIDE / 2) && place.area() < SIDE * SIDE / 4, "{place:?}");
    }
}

#[test]
fn an_exemplar_shows_the_cue_alone() {
    let mut job = begin(0);
    let found = pollster::block_on(run_to_end(&mut job)).expect("the CPU computes");
    let crop = job.crop(&found.cues[0].exemplars[0]).expect("the picture is there");
    let bright = crop.pixels().filter(|p| p.0[0] >= 200).count();
    assert!(bright * 4 > crop.pixels().len(), "{bright} of {}", crop.pixels().len());
}

#[test]
fn the_pictures_behind_an_effect_are_those_that_it_counts() {
    let mut job = begin(0);
    let findings = pollster::block_on(run_to_end(&mut job)).expect("the CPU computes");
    let cue = &findings.cues[0];
    let deleted: Vec<_> = cue.trials.iter().filter(|trial| trial.donor.is_none()).collect();
    assert_eq!((deleted.len(), cue.trials.len()), (cue.necessity.trials, deleted.len() + cue.sufficiency.trials));
    assert_eq!(deleted.iter().filter(|trial| trial.changed).count(), cue.necessity.flips);
    let middle = |control: bool| {
        let seen = job.trial(0, deleted[0].number, control).expect("it was made");
        seen.get_pixel(SIDE as u32 / 2, SIDE as u32 / 2).0[0]
    };
    assert!(middle(false) < 200 && middle(true) > 200, "the square is deleted, and stays in the control");
    assert!(job.trial(0, 1_000_000, false).is_err() && job.trial(9, 0, false).is_err());
}

#[test]
fn a_search_that_is_stopped_keeps_what_it_found() {
    let mut job = begin(0);
    let progress = pollster::block_on(job.step(7)).expect("the CPU computes");
    assert!(!progress.done && progress.iteration == 7 && progress.total == COUNT && progress.stage == "look");
    let found = pollster::block_on(job.finish()).expect("the CPU computes");
    assert_eq!((found.pictures.looked, found.candidates, found.cues.len()), (7, 0, 0));
}

fn begin(seed: u64) -> Cues<Board> {
    Cues::new(Rc::new(bright_square(SIDE)), Board { square_is_object: false }, fast::METHOD.preset(), seed)
}

fn end(mut job: Cues<Board>) -> Findings {
    pollster::block_on(run_to_end(&mut job)).expect("the CPU computes")
}

/// Parts done by several, told as JSON and heard in reverse order, give what one finds alone.
#[test]
fn cues_searched_in_parts_are_those_that_one_finds() {
    for (seed, workers) in [(0, 1), (7, 3)] {
        let shared = in_parts(begin(seed), (0..workers).map(|_| begin(seed)).collect());
        assert!(shared.stand().done && shared.stand().iteration == shared.stand().total, "{:?}", shared.stand());
        let found = end(shared);
        assert_eq!(found.confirmed().count(), 1, "{seed}, {workers}");
        assert_eq!(found, end(begin(seed)), "{seed}, {workers}");
    }
}

/// As where the worker that heard all is lost: another hears it again, in the order in which it came.
#[test]
fn a_search_that_hears_all_lines_again_goes_on_where_it_was() {
    let (mut first, mut other, mut heard) = (begin(0), begin(0), vec![]);
    while first.stand().stage != "confirm" {
        other.begin_part(first.parts().swap_remove(0));
        while !pollster::block_on(other.step(3)).expect("the CPU computes").done {}
        for line in other.take_lines() {
            heard.push(line.clone());
            first.add_line(line);
        }
        assert!(other.take_lines().is_empty(), "lines are taken once");
    }
    let mut again = begin(0);
    heard.iter().chain(&heard).for_each(|line| again.add_line(line.clone()));
    assert_eq!((again.stand(), again.parts()), (first.stand(), first.parts()));
    assert_eq!(end(again), end(begin(0)));
}

/// A classifier that goes by how bright the whole picture is: no region carries its answers.
struct Overall(Device);

impl Classifier for Overall {
    fn framing(&self) -> Framing {
        Framing::whole(SIDE)
    }

    fn classes(&self) -> usize {
        2
    }

    fn device(&self) -> &Device {
        &self.0
    }

    fn logits(&self, pictures: Array) -> vanish::Result<Array> {
        let rows = pictures.shape()[0];
        let values = pollster::block_on(pictures.read())?;
        let mean = |row: &[f32]| row.iter().sum::<f32>() / row.len() as f32;
        let logits =
            values.chunks(3 * SIDE * SIDE).flat_map(|row| [0.0, 200.0 * (mean(row) - 0.2)]).collect::<Vec<_>>();
        Ok(Array::new(logits, &[rows, 2], &self.0))
    }

    fn logits_and_gradient(
        &self,
        pictures: Array,
        _objective: &dyn Fn(Array) -> Array,
    ) -> vanish::Result<(Array, Array)> {
        Ok((self.logits(pictures.clone())?, pictures.mul_scalar(0.0)))
    }
}

#[test]
fn answers_that_no_region_carries_are_said_to_be_everywhere() {
    let found = search(Rc::new(Overall(Device::flex())), Board { square_is_object: false });
    assert_eq!((found.candidates, found.cues.len()), (0, 0), "{}", found.sentence());
    let classes: Vec<usize> = found.everywhere.iter().map(|e| e.class).collect();
    assert_eq!(classes, [0, 1], "{:?}", found.everywhere);
    assert!(found.everywhere[1].sentence("bright").contains("bright: everywhere, no region. 100 %"));
}
