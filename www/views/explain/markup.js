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
