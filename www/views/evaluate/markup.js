/** The markup of the view. Its words are the page's; nothing from outside goes into it. */

export const MARKUP = `
<div class="sections">
  <div class="view-head">
    <h2>Evaluate</h2>
    <p class="hint">Methods judged on many pictures, with intervals, beside maps that ask no model at all.</p>
  </div>
  <div id="subject" class="subject only-model"></div>

  <section class="rule" aria-labelledby="set-title">
    <h2 id="set-title">The pictures</h2>
    <fieldset class="knobs">
      <legend class="unseen">The set</legend>
      <label><input type="radio" name="set" value="critters" checked /> The built-in world</label>
      <label><input type="radio" name="set" value="own" disabled /> <span id="set-own">A folder of your
      own</span></label>
      <button id="choose-folder" type="button">Choose a folder…</button>
      <input id="folder" class="unseen" type="file" multiple webkitdirectory tabindex="-1"
        aria-label="Choose a folder of pictures" />
    </fieldset>
    <p class="hint">
      Or drop a folder, or several pictures, on this page. Sub-folders that bear a class’s name say what is true.
      Pictures above one megapixel are shrunk. Nothing leaves this device.
    </p>
    <label class="field set-field">Pictures at most
      <input id="set-count" type="number" min="1" max="500" step="1" value="20" required />
    </label>
  </section>

  <section class="rule" aria-labelledby="judged-title">
    <h2 id="judged-title">What is judged, and how</h2>
    <div id="evaluate-methods" class="choices-grid" role="group" aria-label="Methods to judge"></div>
    <div id="evaluate-metrics" class="choices-grid" role="group" aria-label="What is measured"></div>
    <label><input id="evaluate-controls" type="checkbox" checked /> Controls beside them: maps that ask no
    model</label>
  </section>

  <section class="rule" aria-labelledby="table-title">
    <h2 id="table-title">The table</h2>
    <p id="evaluate-sentence" class="said" hidden></p>
    <div id="evaluate-table" class="scroll" tabindex="0" role="group" aria-labelledby="table-title" hidden></div>
    <p id="evaluate-key" class="hint" hidden>
      Each number is a mean over pictures with its interval of 95 %. The best of the methods is bold; = marks what
      cannot be told apart from it. Below 20 pictures there are no intervals, and no two methods can be. Controls, in
      grey, do not count. A number opens its pictures.
    </p>
    <details id="evaluate-left" hidden></details>
    <div id="evaluate-export" class="row" hidden>
      <button id="evaluate-csv" type="button">values.csv</button>
      <button id="evaluate-json" type="button">evaluation.json</button>
    </div>
  </section>

  <article class="article" data-part="article" aria-labelledby="evaluate-article">
    <h2 id="evaluate-article">What am I seeing?</h2>
    <div class="prose">
      <p>
        One picture proves nothing about a method. Here each explains the same pictures, and is judged alike: by
        what happens to the answer when pixels go in the map’s order, by whether its brightest place lies on the
        object, and by whether its region holds as a rule.
      </p>
      <p>
        <strong>Area</strong> is the smallest box around the evidence whose blurring takes so much of the score away.
        <strong>Insertion</strong> and <strong>deletion</strong> are areas under the curve of the score while pixels
        come, or go. <strong>Overlap</strong> needs the true evidence, which only the built-in world knows.
      </p>
      <p>
        A <strong>control</strong> asks no model: a spot in the middle, edges, noise. A method that does no better
        than the middle of the picture has learned that photographers aim.
      </p>
      <p>
        Methods are compared <strong>picture by picture</strong>: the interval is of the difference to the best, and
        p of a sign test, corrected for their number. Few pictures tell few methods apart; ties are shown as ties.
      </p>
      <details class="equation">
        <summary>The equation</summary>
        <p class="formula" translate="no">s′ = (s − s₀) / (s₁ − s₀)</p>
        <p class="formula">area(t) = min { |B| : s′(Φ(x, B)) ≤ 1 − t }</p>
        <p class="formula" translate="no">AUC = Σ<sub>i</sub> ½ (f<sub>c</sub>(x<sub>i</sub>) + f<sub>c</sub>(x<sub>i+1</sub>)) Δ</p>
        <p class="formula">overlap = max<sub>t</sub> |M<sub>t</sub> ∩ G| / |M<sub>t</sub> ∪ G|</p>
        <p>
          B are the boxes around the brightest part of a map, and t is how much of the score they take away. x<sub>i</sub>
          is the picture after i groups of pixels came or went, and Δ is a group’s share. M<sub>t</sub> is the map above
          t, and G is the true evidence.
        </p>
      </details>
      <h3>What it does not tell</h3>
      <ul>
        <li>A good score says that a map predicts what deleting does, not that a person understands it.</li>
        <li>Every judge deletes in its own way, and another way may order methods otherwise.</li>
        <li>Pictures whose answer is unsure, or stays when all is deleted, judge nothing. They are counted and
          named.</li>
      </ul>
    </div>
  </article>
</div>`;
