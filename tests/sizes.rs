//! The same scene gets the same region whatever the size of the model's input: one photo, and classifiers computed by
//! hand that look at the same square of it, at 32 to 384 pixels.

mod common;

use std::rc::Rc;

use common::{bright_square, picture_with_square};
use vanish::explain::{Explanation, Run};
use vanish::job::run_to_end;
use vanish::methods::{METHODS, Method, Settings, localisation};
use vanish::picture::Null;
use vanish::question::Subject;

const SIDES: [usize; 5] = [32, 64, 128, 224, 384];
/// The side that the prices were made for.
const REFERENCE: usize = 224;
/// How far the area may be from that at 224, as a share of it.
const TOLERANCE: f32 = 0.25;

fn explain(method: Method, side: usize) -> Explanation {
    // A blur of the photo would leave the inside of the square as bright as it is.
    explain_with(Settings { null: Null::Mean, refine: false, ..method.preset() }, side)
}

fn explain_with(settings: Settings, side: usize) -> Explanation {
    let subject = Subject { picture: picture_with_square(384), target: 1, label: "bright".into() };
    pollster::block_on(async {
        let mut run = Run::new(Rc::new(bright_square(side)), subject, settings).await.expect("explainable");
        run_to_end(&mut run).await.expect("the CPU computes")
    })
}

#[test]
fn the_region_does_not_depend_on_the_size_of_the_input() {
    // The classifier has two classes, whose sum is always 1.
    for &method in METHODS.iter().filter(|m| m.is_learned() && **m != localisation::METHOD) {
        let areas = SIDES.map(|side| explain(method, side).area_at_half());
        let reference = areas[SIDES.iter().position(|&side| side == REFERENCE).expect("listed")];
        println!("{:12} {}", method.name(), areas.map(|area| format!("{:5.1} %", 100.0 * area)).join("  "));
        for (side, area) in SIDES.into_iter().zip(areas) {
            let error = (area / reference - 1.0).abs();
            assert!(error <= TOLERANCE, "{} at {side}: {area} where it is {reference} at 224", method.name());
        }
    }
}

/// Cells finer than the pixels had no value, and a mask of none was called flat.
#[test]
fn a_cell_is_no_smaller_than_a_pixel() {
    for &method in METHODS.iter().filter(|m| m.is_learned() && **m != localisation::METHOD) {
        let settings = Settings { null: Null::Mean, cell_px: 1, smoothing_px: 0.0, iterations: 5, ..method.preset() };
        let explanation = explain_with(settings, 32);
        assert!(explanation.mask.values.iter().all(|value| value.is_finite()), "{}", method.name());
    }
}
