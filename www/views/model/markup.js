/** The markup of the view. Its words are the page's; nothing from outside goes into it. */

export const MARKUP = `
<div class="model-page">
  <div class="view-head">
    <h2>Model</h2>
    <p class="hint">What is asked: the file, how a picture becomes its input, and the answers it can give.</p>
  </div>
  <div id="subject" class="subject only-model"></div>

  <section class="rule" aria-labelledby="details-title">
    <h2 id="details-title">The model in detail</h2>
    <div id="details" class="model-details"></div>
  </section>

  <section class="rule" aria-labelledby="classes-title">
    <h2 id="classes-title">What it can answer</h2>
    <p id="classes-line" class="said"></p>
    <label class="field classes-field" for="classes-search">Search
      <input id="classes-search" type="text" autocomplete="off" spellcheck="false" />
    </label>
    <p id="classes-found" class="hint" role="status"></p>
    <ul id="classes" class="class-list" aria-labelledby="classes-title"></ul>
  </section>

  <article class="article" data-part="article" aria-labelledby="model-article">
    <h2 id="model-article">What am I seeing?</h2>
    <div class="prose">
      <p>
        A classifier is a function from a picture to numbers, one a class. The file says how to compute them: as
        <strong>operators</strong>, small steps that are listed with how often each occurs, and as
        <strong>parameters</strong>, the numbers that were learned. This page reads that file, and computes every
        step and its gradient itself.
      </p>
      <p>
        Between a photo and these numbers stands the <strong>profile</strong>: which part of the photo, at which
        size, with which order of colours and which scale of values. A file seldom tells all of it. Where it was
        assumed, the page says so: a model with a wrong profile answers, but to another question.
      </p>
      <details class="equation">
        <summary>The equation</summary>
        <p class="formula" translate="no">x = (r₀ + (r₁ − r₀) · p / 255 − μ) / σ</p>
        <p class="formula" translate="no">f<sub>c</sub>(x) = exp z<sub>c</sub>(x) / Σ<sub>k</sub> exp z<sub>k</sub>(x)</p>
        <p>
          p is a pixel’s value from 0 to 255, r₀ and r₁ are the range, μ and σ the mean and the deviation of its
          channel. z are the outputs of the file; where these are probabilities already, or each class answers for
          itself, the second line is left out or becomes f<sub>c</sub> = 1 / (1 + exp −z<sub>c</sub>).
        </p>
      </details>
      <h3>What it does not tell</h3>
      <ul>
        <li>Nothing here says how good the model is, or on which pictures it was trained.</li>
        <li>A list of operators is no explanation: it says how, and not why.</li>
        <li>The score of a class is no probability of being right, unless the model was calibrated.</li>
      </ul>
    </div>
  </article>
</div>`;
