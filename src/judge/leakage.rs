//! The leakage test: does the shape of a mask alone bring the answer?
//!
//! A map shaped like the object may score well because its outline alone looks like the class. So the mask of one
//! picture is applied to others: L = P(f(Φ(x_j, m_i)) = c_i) − P(f(x_j) = c_i) over pairs, where m_i keeps the evidence
//! of picture i and blurs the rest of picture j. It belongs beside insertion, and should be near 0.
//!
//! Reference: Y. Rong et al., "A Consistent and Efficient Evaluation Strategy for Attribution Methods", ICML 2022,
//! section 3, where the leak is bounded; this test is the project's.

use std::rc::Rc;

use crate::classifier::Classifier;
use crate::error::Result;
use crate::map::Map;
use crate::picture::{RgbImage, Scene};
use crate::question::{Edit, Question};

use super::verdict::common_scene;

/// Another picture, to which masks are applied.
#[derive(Clone)]
pub struct Host {
    scene: Scene,
    answer: usize,
}

impl Host {
    /// Frames a picture and asks the model for its answer.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn new(classifier: Rc<dyn Classifier>, picture: &RgbImage) -> Result<Self> {
        let scene = common_scene(picture, classifier.framing());
        let answer = most_probable(&classifier, &scene, Edit::Nothing).await?;
        Ok(Self { scene, answer })
    }
}

/// Applies the evidence `[S, S]` to each host, and returns how much more often the answer is then the class, in [−1,
/// 1]. Returns NaN without hosts.
///
/// # Errors
/// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
pub async fn measure(classifier: &Rc<dyn Classifier>, class: usize, evidence: &Map, hosts: &[Host]) -> Result<f32> {
    let mut more = 0i32;
    for host in hosts {
        let answer = most_probable(classifier, &host.scene, Edit::keep(evidence)).await?;
        more += i32::from(answer == class) - i32::from(host.answer == class);
    }
    Ok(more as f32 / hosts.len() as f32)
}

/// The most probable class of an edited picture.
pub(super) async fn most_probable(classifier: &Rc<dyn Classifier>, scene: &Scene, edit: Edit) -> Result<usize> {
    let question = Question::of_class(classifier.clone(), scene.clone(), 0);
    let all = question.probabilities(&[edit]).await?;
    let best = all[0].iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    Ok(best.map_or(0, |(class, _)| class))
}
