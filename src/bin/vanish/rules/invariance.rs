//! The rule that an answer stays the same when the picture changes without changing its subject.

use serde_json::{Value, json};
use vanish::classifier::Classifier;
use vanish::explain::{Explanation, Run};
use vanish::map::Map;
use vanish::number::minus;
use vanish::rules::invariance::{self, Equivariance, Invariance, Kind};
use vanish::study::each::Begin;
use vanish::study::{Case, Each, Explained};

use super::{Asked, Told};
use crate::options::once;
use crate::progress::drive;

impl Asked<'_> {
    fn kinds(&self) -> Vec<Kind> {
        if self.args.kinds.is_empty() { Kind::ALL.to_vec() } else { once(&self.args.kinds) }
    }

    pub(super) fn invariance(&self) -> Told {
        let (subject, truth) = self.subject()?;
        let explanation = drive(&mut self.run(&subject)?)?;
        let evidence = Some(region(&explanation));
        let mut job = Invariance::new(self.model.clone(), &subject.picture, &self.kinds(), truth, evidence);
        let found = drive(&mut job)?;
        let label = self.model.labels().short(found.class);
        let mut sentences = vec![found.sentence(&label)];
        let moved = if self.args.equivariance {
            drive(&mut Equivariance::new(self.model.clone(), subject, self.settings.clone()))?
        } else {
            vec![]
        };
        sentences.extend(moved.iter().map(|m| {
            format!(
                "map under {:?}: rank correlation {:.2} with the moved map, {:.2} with the unmoved",
                m.change,
                minus(m.correlation),
                minus(m.unmoved)
            )
        }));
        Ok((sentences, json!({ "answer": label, "invariance": found, "equivariance": moved })))
    }

    pub(super) fn invariances(&self) -> Told {
        let (model, settings, kinds) = (self.model.clone(), self.settings.clone(), self.kinds());
        let begin: Begin<Explained<Invariance>> = Box::new(move |case| {
            let (model, settings, kinds) = (model.clone(), settings.clone(), kinds.clone());
            Box::pin(async move {
                let run = Run::new(model.clone(), case.subject.clone(), settings).await?;
                Ok(Explained::new(run, move |explanation| {
                    let evidence = known_evidence(&case).unwrap_or_else(|| region(&explanation));
                    Invariance::new(model.clone(), &case.item.pixels, &kinds, case.truth, Some(evidence))
                }))
            })
        });
        let found = drive(&mut Each::new(self.model.clone(), self.set()?, self.limit(60), begin))?;
        let all: Vec<_> = found.all.iter().map(|(_, outcome)| outcome.clone()).collect();
        let pooled = invariance::Pooled::new(&all);
        let pictures: Vec<Value> =
            found.all.iter().map(|(name, o)| json!({ "picture": name, "invariance": o })).collect();
        let report =
            json!({ "pooled": pooled, "pictures": pictures, "left_out": found.left_out, "refused": found.refused });
        Ok((self.with_exclusions(pooled.sentences(), &found)?, report))
    }
}

/// Returns the pixels whose evidence exceeds one half.
fn region(explanation: &Explanation) -> Map {
    explanation.evidence().cut(0.5)
}

/// Returns the true evidence, if the model sees the whole picture at the picture's own size.
fn known_evidence(case: &Case) -> Option<Map> {
    let evidence = case.item.evidence.as_ref()?;
    let side = case.model.size();
    (evidence.len() == side * side).then(|| Map::from_fn(side, |i| if evidence[i] { 1.0 } else { 0.0 }))
}
