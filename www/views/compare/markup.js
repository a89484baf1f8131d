/** What the view is made of, as markup; its words are the page's, and nothing from outside goes into it. */

export const MARKUP = `
<section id="compare" class="compare" aria-labelledby="compare-title">
  <div class="view-head">
    <h2 id="compare-title">Compare methods</h2>
    <p class="hint">On this picture and answer, side by side, with their scores.</p>
  </div>
  <div id="subject" class="subject columns"></div>
  <div id="compare-body" class="compare-body">
    <h2 id="methods-title"><span class="step" aria-hidden="true">4</span> The methods</h2>
    <p class="hint">
      Each method runs with its own preset, on the class alone. All are judged alike, by blurring, whatever they were made
      with. Under several seeds, their mean is what can be trusted, and their deviation what cannot.
    </p>
    <div id="compare-methods" class="methods" role="group" aria-label="Methods to compare"></div>
    <div class="row">
      <button id="compare-start" type="button" class="primary">Compare</button>
      <button id="compare-stop" type="button" hidden>Stop</button>
      <button id="compare-all" type="button" class="plain">All or none</button>
      <label class="seeds">Seeds
        <input id="compare-seeds" type="number" min="1" max="9" step="1" value="1" required />
      </label>
    </div>
    <p id="compare-state" class="hint"></p>
    <div id="compare-after" class="compare-body" hidden>
      <div class="below-four" id="compare-bar">
        <label class="field">Sort by
          <select id="compare-order">
            <option value="">order of the list</option>
            <option value="seconds">time, least first</option>
            <option value="game">deletion game at 90 %, least area first</option>
            <option value="insertion">insertion AUC, largest first</option>
            <option value="deletion">deletion AUC, least first</option>
            <option value="overlap">overlap with the true evidence, largest first</option>
          </select>
        </label>
        <div class="row">
          <button id="compare-png" type="button">comparison.png</button>
          <button id="compare-json" type="button">comparison.json</button>
        </div>
      </div>
      <ul id="tiles" class="tiles"></ul>
      <p class="hint">
        <strong>90 % gone</strong>: the smallest box around the brightest part of the map that takes away 90 % of the
        score when it is blurred, in pixels of what the model sees. <strong>Insertion</strong> and
        <strong>deletion</strong>: the area under the curve of the score while pixels are shown, or taken away, in the
        map’s order. <strong>Overlap</strong>: intersection over union with the true evidence, at the best threshold.
        <strong>Time</strong>: with what a GPU prepares on a method’s first run. Fast puts its pixels in order as part of
        its time: it also learns what must be kept, and asks the model which boxes round them it can do without. Select a
        map to see its result in full.
      </p>
    </div>
  </div>
</section>`;
