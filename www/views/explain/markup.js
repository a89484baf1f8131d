/** What the view is made of, as markup; its words are the page's, and nothing from outside goes into it. */

export const WORK = `
<div class="work">
  <section class="stage-column" id="stage-part" aria-labelledby="stage-title" tabindex="-1">
    <h2 id="stage-title" class="unseen">The picture</h2>
    <figure class="stage">
      <div class="frame" id="stage-frame">
        <canvas id="stage" role="img" aria-label="The picture, once it is loaded" width="224" height="224"></canvas>
        <p id="stage-loading" class="stage-loading"></p>
      </div>
      <figcaption>
        <p><span id="stage-caption">&nbsp;</span> <span id="stage-notes"></span></p>
        <div id="views" class="views" role="group" aria-label="What the stage shows" hidden>
          <button type="button" data-view="heat" aria-pressed="true">Heat map</button>
          <button type="button" data-view="order" aria-pressed="false" hidden>Order</button>
          <button type="button" data-view="deleted" aria-pressed="false">Deleted</button>
          <button type="button" data-view="original" aria-pressed="false">Picture</button>
        </div>
      </figcaption>
    </figure>

    <div class="run-bar">
      <button id="run" class="primary" type="button" disabled>Explain</button>
      <button id="pause" type="button" hidden aria-pressed="false">Pause</button>
      <button id="cancel" type="button" hidden>Cancel <kbd>Esc</kbd></button>
    </div>
    <div id="progress" class="progress" hidden>
      <progress id="progress-bar" max="1" value="0" aria-label="Progress of the explanation"></progress>
      <p class="numbers">
        <span id="progress-text">&nbsp;</span>
        <button id="see" type="button" class="plain" hidden>See the evidence ↓</button>
      </p>
    </div>

    <div id="curves" class="curves" hidden>
      <figure class="curve">
        <figcaption>Score of <em id="curve-label">the class</em></figcaption>
        <svg id="curve-score" role="img" aria-label="Score by iteration"></svg>
      </figure>
      <figure class="curve">
        <figcaption>Objective</figcaption>
        <svg id="curve-objective" role="img" aria-label="Objective by iteration"></svg>
      </figure>
    </div>
  </section>

  <div class="choices">
    <div id="subject" class="subject"></div>
    <details class="panel" data-part="settings">
      <summary><h2>Settings</h2> <span id="settings-summary" class="summary-note"></span></summary>
    </details>
    <details class="panel" data-part="model-view">
      <summary><h2>The model in detail</h2></summary>
    </details>
  </div>
</div>`;

export const RESULT = `
<section id="result" class="result" aria-labelledby="result-title" hidden>
  <div class="result-head">
    <h2 id="result-title" class="unseen">The evidence</h2>
    <p id="result-label" class="eyebrow"></p>
    <p id="result-sentence" class="sentence"></p>
    <p id="result-flat" class="caveat" hidden></p>
    <dl id="result-numbers" class="facts"></dl>
  </div>

  <div id="areas" class="areas" hidden>
    <label for="area">Area of the region</label>
    <input id="area" type="range" min="0" step="1" aria-describedby="area-note" />
    <output id="area-note" class="numbers" for="area"></output>
  </div>

  <div id="four" class="four" role="group" tabindex="0" aria-describedby="reading"
    aria-label="What the model saw; the arrow keys move the reading point"></div>

  <div class="below-four">
    <label class="field">Colours
      <select id="colours">
        <option value="viridis">Viridis</option>
        <option value="inferno">Inferno</option>
        <option value="grey">Grey</option>
      </select>
    </label>
    <label class="field">Opacity
      <input id="opacity" type="range" min="0" max="1" step="0.05" value="0.8" />
    </label>
    <p id="reading" class="reading numbers">Point at a picture to read the mask.</p>
  </div>

  <div class="result-more">
    <section aria-labelledby="compare-title" class="compare-part" id="side-by-side">
      <h3 id="compare-title">Side by side</h3>
    </section>

    <div class="take-away">
      <section aria-labelledby="export-title">
        <h3 id="export-title">Take it with you</h3>
        <div class="row" id="exports">
          <button id="export-report" type="button">report.json</button>
          <button type="button" data-png="heatmap">heatmap.png</button>
          <button type="button" data-png="mask">mask.png</button>
          <button type="button" data-png="deleted">deleted.png</button>
          <button type="button" data-png="preserved">preserved.png</button>
        </div>
        <p id="export-note" class="hint">
          The report holds the mask, every setting, the seed, the device and the fingerprints of model and picture.
        </p>
      </section>
      <section aria-labelledby="runs-title" data-part="runs">
        <h3 id="runs-title">Your last runs</h3>
        <ul id="runs" class="runs"></ul>
      </section>
    </div>
  </div>
</section>`;

export const ARTICLE = `
<article class="article" data-part="article" aria-labelledby="article-title">
  <h2 id="article-title">What am I seeing?</h2>
  <div class="prose">
    <p>
      A classifier looks at a picture and answers with a word and a number. It does not say where it looked. This
      page asks by experiment: it blurs a part of the picture, shows the result to the model, and learns, step by
      step, the <strong>smallest part whose blurring makes the answer vanish</strong>. That part is the evidence
      for the answer. When it is blurred and the score falls to nothing, the claim has been tested, not guessed.
    </p>
    <p>
      The <strong>mask</strong> has a value for every place: 1 keeps the pixel, 0 replaces it by the blurred one. The
      heat map is bright where the answer hangs on a place (in the preservation game, that is what the mask keeps). The <strong>deleted</strong>
      picture is what the model sees when the evidence is blurred; the <strong>preserved</strong> one keeps only
      the evidence and blurs the rest.
    </p>
    <p>
      The <strong>objective</strong> that falls during a run adds three things: the score of the class, the area
      deleted, and the roughness of the mask’s edge. The picture is shifted by a few pixels at every step, so that
      the mask cannot win by a trick that holds for one exact position. The method is the
      <em>meaningful perturbation</em> of Fong and Vedaldi (2017).
    </p>
    <h3>What it does not tell</h3>
    <ul>
      <li>
        It finds <em>one</em> small region that is enough to take the answer away. Another may be as good; another
        seed may find it. Try a few.
      </li>
      <li>
        It says what this model used, not what is true. A model that looks at the wrong thing will be shown looking at the
        wrong thing: that is the use of it.
      </li>
      <li>
        “Deleted” means blurred, and a blurred patch is itself something to see. Change the null to mean colour or noise: a
        region that matters should matter under each of them.
      </li>
      <li>
        The mask is smooth and coarse by design. Its edge is not the object’s outline, and a value of 0.4 is not a
        probability.
      </li>
      <li>
        Where the score is low at the start, or blurring everything does not lower it, there is nothing to explain, and the page
        says so instead of drawing noise.
      </li>
    </ul>
  </div>
</article>`;
