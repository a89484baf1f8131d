/** The markup of a result. Its words are the page's; nothing from outside goes into it. */

export const MARKUP = `
<section id="result" class="result" aria-labelledby="result-title" tabindex="-1" hidden>
  <div class="result-head">
    <h2 id="result-title" class="unseen">The evidence</h2>
    <p id="result-label" class="eyebrow"></p>
    <p id="result-sentence" class="sentence"></p>
    <p id="result-flat" class="caveat" hidden></p>
    <dl id="result-numbers" class="facts"></dl>
  </div>

  <div id="result-holds"></div>

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

  <dl id="result-printed" class="printed plain-facts"></dl>

  <div id="result-closer"></div>
  <div id="result-replay"></div>

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
        <div id="result-methods"></div>
      </section>
      <section aria-labelledby="runs-title" data-part="runs">
        <h3 id="runs-title">Your last runs</h3>
        <ul id="runs" class="runs"></ul>
      </section>
    </div>
  </div>
</section>`;
