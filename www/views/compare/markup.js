/** The markup of the view. Its words are the page's; nothing from outside goes into it. */

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

  <article class="article" data-part="article" aria-labelledby="compare-article">
    <h2 id="compare-article">What am I seeing?</h2>
    <div class="prose">
      <p>
        Every map here answers the question why the model gave this answer to this picture, and every method means
        something else by it. The <strong>gradient</strong> asks which pixels would move the score if they changed a
        little. <strong>Grad-CAM</strong> asks which channels of a late layer speak for the class, and where they are
        active. <strong>Occlusion</strong> and <strong>RISE</strong> cover places and count what the score loses. The
        <strong>perturbation</strong> methods learn which region has to go for the answer to go.
      </p>
      <p>
        So that they can be compared, all are judged alike, by what happens to the score when pixels go in the order
        of the map. In the built-in world the true evidence is known, too.
      </p>
      <details class="equation">
        <summary>The equation</summary>
        <p class="formula">gradient: M = max<sub>channel</sub> |∂f<sub>c</sub> / ∂x|</p>
        <p class="formula">integrated: M = (x − x̃) · ∫₀¹ ∂f<sub>c</sub>(x̃ + t (x − x̃)) / ∂x dt</p>
        <p class="formula" translate="no">Grad-CAM: M = max(0, Σ<sub>k</sub> ⟨∂f<sub>c</sub> / ∂A<sub>k</sub>⟩ A<sub>k</sub>)</p>
        <p class="formula" translate="no">RISE: M = E<sub>m</sub>[f<sub>c</sub>(Φ(x, m)) · m]</p>
        <p class="formula">perturbation: M = 1 − arg min<sub>m</sub> λ₁ Σ |1 − m| + λ₂ Σ ‖∇m‖<sup>β</sup> + f<sub>c</sub>(Φ(x, m))</p>
        <p>
          x̃ is the blurred picture, A<sub>k</sub> are the channels of a layer, ⟨ ⟩ is the mean over its places, and Φ
          blurs where the mask m is 0.
        </p>
      </details>
      <h3>What it does not tell</h3>
      <ul>
        <li>One picture ranks no methods. The view Evaluate compares them on many, with intervals.</li>
        <li>All judges here delete by blurring, which may favour methods that learned by blurring.</li>
        <li>A map that looks tidy is not for that reason true, nor is a noisy one false.</li>
      </ul>
    </div>
  </article>
</section>`;
