//! From the evidence of many pictures to trials: groups, candidates, and the pictures that test each candidate.

use super::cluster::Clusters;
use super::descriptor::{Descriptor, Space};
use super::pictures::Pictures;
use super::search::Cues;
use super::trials::Trials;
use super::verdict::{Candidate, Exemplar, strength};
use crate::map::Map;
use crate::rules::split::Half;

/// Most candidates that are tested on unseen pictures.
pub const MOST_CONFIRMED: usize = 10;
/// Most pictures for each effect while candidates are ranked.
const RANKED_ON: usize = 12;
/// Most pictures for each effect on the confirmation half.
const CONFIRMED_ON: usize = 40;
/// Exemplars of a cue.
const EXEMPLARS: usize = 6;

impl<P: Pictures> Cues<P> {
    /// Groups the evidence of each answer, and plans how the groups are ranked.
    pub(super) fn cluster(&mut self) {
        for class in 0..self.classifier.classes() {
            let numbers: Vec<usize> =
                self.discovery(|answer| answer == class).into_iter().filter(|&i| self.evidence(i).is_some()).collect();
            let descriptors: Vec<&Descriptor> =
                numbers.iter().filter_map(|&i| Some(&self.evidence(i)?.descriptor)).collect();
            let space = Space::of(&descriptors);
            let points: Vec<Vec<f64>> = descriptors.iter().map(|descriptor| space.place(descriptor)).collect();
            let clusters = Clusters::of(&points.iter().map(Vec::as_slice).collect::<Vec<_>>(), self.seed);
            for (number, cluster) in clusters.kept.iter().enumerate() {
                let members = cluster.members.iter().map(|&at| numbers[at]).collect();
                self.candidates.push(self.candidate(class, number, members, cluster.stability));
            }
            self.classes.insert(class, (space, clusters));
        }
        let ranking = (0..self.candidates.len()).map(|at| self.ranked_on(at)).collect();
        self.ranking = self.with_tries(ranking);
    }

    /// Plans the interventions of trials whose pictures are all chosen.
    fn with_tries(&mut self, mut all: Vec<Trials>) -> Vec<Trials> {
        all.iter_mut().for_each(|trials| self.plan_tries(trials));
        all
    }

    fn candidate(&self, class: usize, cluster: usize, members: Vec<usize>, stability: f64) -> Candidate {
        let regions: Vec<(usize, &Map)> =
            members.iter().filter_map(|&i| Some((i, &self.evidence(i)?.region.0))).collect();
        let areas: f64 = regions.iter().map(|(_, region)| f64::from(region.mean())).sum();
        let exemplar = |&(picture, region): &(usize, &Map)| Some(Exemplar { picture, place: region.tight_box(1.0)? });
        let exemplars = regions.iter().filter_map(exemplar).take(EXEMPLARS).collect();
        let outside = self.outside(&regions);
        Candidate { class, cluster, stability, area: areas / members.len() as f64, outside, exemplars, members }
    }

    /// The share of these regions that lies outside annotated objects; `None` if no objects are annotated.
    fn outside(&self, regions: &[(usize, &Map)]) -> Option<f64> {
        let framing = self.classifier.framing();
        let (mut outside, mut all) = (0.0, 0.0);
        for (number, region) in regions {
            let Some(object) = self.set.object(*number) else { continue };
            let object = framing.frame(&object).values;
            outside += region.values.iter().zip(&object).map(|(r, o)| f64::from(r * (1.0 - o))).sum::<f64>();
            all += region.values.iter().map(|&r| f64::from(r)).sum::<f64>();
        }
        (all > 0.0).then(|| outside / all)
    }

    fn ranked_on(&mut self, at: usize) -> Trials {
        let class = self.candidates[at].class;
        let others = self.discovery(|answer| answer != class);
        Trials::new(at, &self.candidates[at].members, &others, RANKED_ON, &mut self.random)
    }

    /// Chooses the strongest candidates, and the unseen pictures of their answers to be explained.
    pub(super) fn choose(&mut self) {
        let mut ranked: Vec<(f64, usize)> = self.ranking.iter().map(|t| (strength(t), t.candidate)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.truncate(MOST_CONFIRMED);
        self.ranks = ranked.iter().map(|&(rank, _)| rank).collect();
        self.trials = ranked.iter().map(|&(_, candidate)| Trials::of(candidate)).collect();
        let chosen = |class| ranked.iter().any(|&(_, candidate)| self.candidates[candidate].class == class);
        self.explain_next(self.of_half(Half::Confirmation, chosen));
    }

    /// Plans how the chosen candidates are confirmed.
    pub(super) fn plan(&mut self) {
        let mut chosen = std::mem::take(&mut self.trials);
        for trials in &mut chosen {
            let candidate = trials.candidate;
            let class = self.candidates[candidate].class;
            let (_, showing) = self.unseen(candidate);
            let others = self.of_half(Half::Confirmation, |answer| answer != class);
            *trials = Trials::new(candidate, &showing, &others, CONFIRMED_ON, &mut self.random);
        }
        self.trials = self.with_tries(chosen);
    }

    /// Returns the number of explained unseen pictures with a candidate's answer, and those of them that show the cue.
    pub(super) fn unseen(&self, candidate: usize) -> (usize, Vec<usize>) {
        let Candidate { class, cluster, .. } = self.candidates[candidate];
        let all = self.of_half(Half::Confirmation, |answer| answer == class);
        let all: Vec<(usize, &Descriptor)> =
            all.into_iter().filter_map(|i| Some((i, &self.evidence(i)?.descriptor))).collect();
        let (space, clusters) = &self.classes[&class];
        let shows = |descriptor| clusters.place(&space.place(descriptor)) == Some(cluster);
        (all.len(), all.iter().filter(|(_, descriptor)| shows(descriptor)).map(|&(number, _)| number).collect())
    }
}
