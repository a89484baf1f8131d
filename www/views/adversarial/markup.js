/** The markup of the view. Its words are the page's; nothing from outside goes into it. */

export const MARKUP = `
<div class="bench">
  <div class="view-head">
    <h2>Adversarial</h2>
    <p class="hint">
      A change that nobody sees, made to change the answer. This view studies attacks: what they do, what their
      masks look like, what tells them apart, and what brings the answer back. It protects nobody.
    </p>
  </div>
  <div id="subject" class="subject columns"></div>

  <section class="rule" aria-labelledby="attack-title">
    <h2 id="attack-title">The attack</h2>
    <div class="knobs">
      <label class="field">Attack
        <select id="attack-kind">
          <option value="least-likely">towards the least likely class</option>
          <option value="fgsm">one step (FGSM)</option>
          <option value="pgd">projected, with restarts (PGD)</option>
          <option value="pgd-l2">projected in the Euclidean ball (PGD L2)</option>
          <option value="patch">a patch</option>
        </select>
      </label>
      <label class="field" for="attack-eps">Size ε
        <input id="attack-eps" type="range" min="0" max="16" step="1" value="8" />
        <output id="attack-eps-note" class="numbers" for="attack-eps"></output>
      </label>
    </div>
    <p id="attack-sentence" class="said" hidden></p>
    <ul id="attack-pictures" class="tiles three" hidden></ul>
    <label id="attack-gain" class="field" hidden>Change shown
      <select id="gain">
        <option value="8">8 times</option>
        <option value="16" selected>16 times</option>
        <option value="32">32 times</option>
      </select>
    </label>
    <div id="attack-export" class="row" hidden>
      <button id="attacked-png" type="button">attacked.png</button>
      <button id="attacked-profile" type="button">profile.json</button>
      <button id="attack-json" type="button">attack.json</button>
      <button id="attacked-open" type="button">Open the attacked picture here</button>
    </div>
    <p id="attack-note" class="hint" hidden>
      The picture is saved as the model sees it. A model that resizes pictures first would undo most attacks: the
      profile shows it this picture as it is.
    </p>
  </section>

  <section class="rule" aria-labelledby="masks-title">
    <h2 id="masks-title">The masks</h2>
    <p class="hint">Each of the clean and of the attacked answer, learned with the same settings.</p>
    <label class="field knobs">Recipe
      <select id="recipe">
        <option value="paper">the paper’s: against a blur of 10 px, without shifts</option>
        <option value="log-odds">log-odds: against a blur of 2 px, shifted by up to 4 px</option>
      </select>
    </label>
    <p id="masks-sentence" class="said" hidden></p>
    <ul id="masks-pictures" class="tiles three" hidden></ul>
  </section>

  <section class="rule" aria-labelledby="recover-title">
    <h2 id="recover-title">Recovered?</h2>
    <p class="hint">
      What the mask deletes is blurred: does the answer of the clean picture come back? The controls have the same
      strength: what they bring back too, any blur does. What recovers an attacked picture may break a clean one.
    </p>
    <div class="knobs">
      <label class="field" for="threshold">Threshold
        <input id="threshold" type="range" min="0" max="0.9" step="0.05" value="0" />
        <output id="threshold-note" class="numbers" for="threshold"></output>
      </label>
      <label class="field" for="sigma">Blur σ
        <input id="sigma" type="range" min="0.5" max="20" step="0.5" value="10" />
        <output id="sigma-note" class="numbers" for="sigma"></output>
      </label>
    </div>
    <p id="recover-sentence" class="said" hidden></p>
    <div id="recover-table" class="scroll" tabindex="0" role="group" aria-labelledby="recover-title" hidden></div>
  </section>

  <section class="rule" aria-labelledby="detect-title">
    <h2 id="detect-title">Detected?</h2>
    <p class="hint">
      Two rules, neither of which has seen an attack. <strong>f(x) = f(T x)</strong>: light edits T hardly move the
      answer to a clean picture, and often that to an attacked one. Its score is the largest change of the
      probabilities, from 0 to 2. The <strong>wide rule</strong> asks for more, against attacks that hold under light
      edits. Each threshold is set by clean pictures, 19 at least, so that it flags a further one like them with a
      chance of at most 5 %. The wide rule’s holds nearly, as its units come from the same pictures.
    </p>
    <p id="detect-sentence" class="said" hidden></p>
    <div id="detect-rules" class="scroll" tabindex="0" role="group" aria-label="The two rules" hidden></div>
    <div id="detect-chart" hidden></div>
    <div id="detect-table" class="scroll" tabindex="0" role="group" aria-labelledby="detect-title" hidden></div>
  </section>

  <article class="article" data-part="article" aria-labelledby="bench-article">
    <h2 id="bench-article">What am I seeing?</h2>
    <div class="prose">
      <p>
        An attack climbs a loss of the answer along its gradient, in steps too small to see:
        x ← Π(x + α · sign ∇L(x)). <strong>Π</strong> keeps every value within ε/255 of the clean picture. The
        result is rounded to 8 bits, written to a file, read back, and judged anew: what is counted is a picture one
        can save.
      </p>
      <p>
        <strong>Noise</strong> of equal size is the control: it has the same changes at random places, and should
        change nothing. At ε = 0 the attack must do nothing, and a larger ε should do more.
      </p>
      <p>
        A <strong>mask</strong> of the attacked answer says where the attack acts. Fong and Vedaldi (2017) found
        such masks strange enough to be told from others, and that blurring them brought the answer back in 40 % of
        cases. On small networks that is not so: their recipe brings back few answers, and a light blur of
        everything does better. The controls of this view show it for each picture.
      </p>
      <p>
        The <strong>vote</strong> asks about fifteen light edits of the whole picture and takes the answer that most
        of them give. <strong>Forty random edits</strong>, each a mixture of storing as JPEG, shrinking, noise, shift,
        mirror and scale, undo more attacks: what they agree on is the class with the largest geometric mean of probabilities.
      </p>
      <p>
        The <strong>wide rule</strong> measures how far the answer moves under fourteen light edits in the mean, and how
        far its probability falls under the forty random ones, each in units that 5 % of the calibrating pictures exceed. Its score
        is the larger. Where it flags a picture, the answer is presumed wrong, and the best other one by all edits
        together is taken. On photographs it sees more of the attacks whose answers hold under light edits. It is
        calibrated last and on fewer pictures, since it asks eighteen times as much of each.
      </p>
      <details class="equation">
        <summary>The equation</summary>
        <p class="formula" translate="no">x ← Π(x + α · sign ∇L(x)), ‖x − x₀‖<sub>∞</sub> ≤ ε / 255</p>
        <p class="formula">score(x) = max<sub>T</sub> Σ<sub>k</sub> |f<sub>k</sub>(x) − f<sub>k</sub>(Tx)|</p>
        <p class="formula">wide score(x) = max(mean<sub>T</sub> Σ<sub>k</sub> |f<sub>k</sub>(x) − f<sub>k</sub>(Tx)| / u,
          (f<sub>c</sub>(x) − exp mean<sub>V</sub> log f<sub>c</sub>(Vx)) / v)</p>
        <p class="formula">forty edits: argmax<sub>k</sub> Σ<sub>T</sub> log f<sub>k</sub>(Tx)</p>
        <p>
          Π brings every value back to within ε/255 of the clean picture x₀. The score is that of the rule f(x) = f(T x),
          with T one of three light edits. In the score of the wide rule T runs over fourteen light edits in the mean, V
          over forty random ones, c is the answer, and u and v are what 5 % of the calibrating pictures exceed.
        </p>
      </details>
      <h3>What it does not tell</h3>
      <ul>
        <li>An attack that knows the detector evades it. A detector that catches these attacks catches
          <em>these</em>.</li>
        <li>
          Shifting the picture by a few pixels alone can undo an attack. So the paper’s mask of a suspected picture is
          learned without shifts: with them it would explain another picture.
        </li>
        <li>
          The forty edits were chosen on photographs with one model. What they bring back, and which clean answers they
          take, differs from model to model.
        </li>
      </ul>
    </div>
  </article>
</div>`;
