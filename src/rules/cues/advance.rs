//! The steps of a part: a look at a picture, some of an explanation, an intervention.

use super::descriptor::Descriptor;
use super::everywhere::Look;
use super::pictures::Pictures;
use super::search::Cues;
use super::shared::{Explained, Line, Looked, Region};
use super::work::{Explaining, Work};
use crate::error::{ErrorKind, Result};
use crate::explain::Run;
use crate::job::Job as _;
use crate::picture::Scene;
use crate::question::{Edit, Question, Subject};
use crate::rules::ask::answers;
use crate::rules::split::Print;

/// Steps of an explanation between two looks.
const AT_ONCE: usize = 8;

impl<P: Pictures> Cues<P> {
    /// Takes a step of a part. Returns its result, if there is one, and the rest of the part.
    pub(super) async fn go_on(&self, work: Work) -> Result<(Option<Line>, Option<Work>)> {
        match work {
            Work::Look(mut numbers) => {
                let Some(number) = numbers.next() else { return Ok((None, None)) };
                let looked = self.look(number).await?;
                Ok((Some(Line::Looked(number, looked)), Work::Look(numbers).rest()))
            }
            Work::Explain(explaining) => self.explain(explaining).await,
            Work::Try(mut asked) => {
                let Some(next) = asked.pop_front() else { return Ok((None, None)) };
                let flip = self.intervene(&next).await?;
                Ok((Some(Line::Tried(next.number, flip)), Work::Try(asked).rest()))
            }
        }
    }

    /// Classifies a picture, as it is and with everything deleted.
    async fn look(&self, number: usize) -> Result<Looked> {
        let picture = self.set.pixels(number)?;
        let scene = Scene::new(&picture, self.classifier.framing(), &self.settings.null_image());
        let question = Question::of_class(self.classifier.clone(), scene, 0);
        let answers = answers(&question, &[Edit::Nothing, Edit::DeleteAll]).await?;
        Ok(Looked { look: Look { answer: answers[0], deleted: answers[1] }, print: Print::of(&picture) })
    }

    /// Takes some steps of an explanation. A refusal counts as a result; a lost device ends the search.
    async fn explain(&self, mut explaining: Box<Explaining>) -> Result<(Option<Line>, Option<Work>)> {
        let explained = match self.explain_some(&mut explaining).await {
            Ok(None) => return Ok((None, Some(Work::Explain(explaining)))),
            Ok(explained) => explained,
            Err(error) if error.kind() != ErrorKind::Device => None,
            Err(error) => return Err(error),
        };
        Ok((Some(Line::Explained(explaining.number, explained)), None))
    }

    /// Begins or continues an explanation; `None` until it has ended.
    async fn explain_some(&self, explaining: &mut Explaining) -> Result<Option<Explained>> {
        let Some(run) = &mut explaining.run else {
            let picture = self.set.pixels(explaining.number)?;
            let subject = Subject { picture, target: explaining.answer, label: String::new() };
            explaining.run = Some(Run::new(self.classifier.clone(), subject, self.settings.clone()).await?);
            return Ok(None);
        };
        if !run.step(AT_ONCE).await?.done {
            return Ok(None);
        }
        let explanation = run.finish().await?;
        let evidence = explanation.evidence();
        let region = Region(evidence.cut(evidence.threshold(0.5)));
        let descriptor = Descriptor::of(self.classifier.as_ref(), &explanation).await?;
        Ok(Some(Explained { region, descriptor }))
    }
}
