/** The markup of the view. Its words are the page's; nothing from outside goes into it. */

export const MARKUP = `
<div class="sections">
  <div class="view-head">
    <h2>Cues</h2>
    <p class="hint">
      What does the model lean on? Nobody says beforehand what to look for: the evidence of many pictures is
      grouped, and each group is put to the test on pictures it was not found in.
    </p>
  </div>
  <div id="subject" class="subject only-model"></div>

  <section class="rule" aria-labelledby="cues-set-title">
    <h2 id="cues-set-title">The pictures</h2>
    <fieldset class="knobs">
      <legend class="unseen">The set</legend>
      <label><input type="radio" name="cues-set" value="critters" checked /> The built-in world</label>
      <label>
        <input type="radio" name="cues-set" value="beside" /> The built-in world, each planted kind beside its cue
      </label>
      <label><input type="radio" name="cues-set" value="own" disabled /> <span id="cues-own">A folder of your
      own</span></label>
      <button id="cues-folder-button" type="button">Choose a folder…</button>
      <input id="cues-folder" class="unseen" type="file" multiple webkitdirectory tabindex="-1"
        aria-label="Choose a folder of pictures" />
    </fieldset>
    <p class="hint">No labels are needed. A folder can be dropped on this page, too; nothing leaves this device.</p>
    <div class="knobs">
      <label class="field set-field">Pictures at most
        <input id="cues-count" type="number" min="20" max="1000" step="1" value="240" required />
      </label>
      <label class="field">Evidence by
        <select id="cues-method"></select>
      </label>
    </div>
  </section>

  <section class="rule" aria-labelledby="cues-title">
    <h2 id="cues-title">What was found</h2>
    <p id="cues-sentence" class="said" hidden></p>
    <ol id="cues-list" class="cue-list"></ol>
    <ul id="cues-everywhere" class="hint"></ul>
    <details id="cues-left" hidden></details>
    <div id="cues-export" class="row" hidden><button id="cues-json" type="button">cues.json</button></div>
  </section>

  <article class="article" data-part="article" aria-labelledby="cues-article">
    <h2 id="cues-article">What am I seeing?</h2>
    <div class="prose">
      <p>
        Half of the pictures are explained. Their evidence is described by where it lies, by what the model itself
        makes of it, and by its colours; alike evidence of one answer forms a group. A group that is found again
        when the pictures are drawn anew is a <strong>candidate</strong>.
      </p>
      <p>
        The other half decides. <strong>Necessity</strong>: the cue alone is deleted from pictures that show it, and
        the answers that fall are counted, less those that fall when as much is deleted elsewhere.
        <strong>Sufficiency</strong>: the cue is pasted into pictures of other answers, less what pasting the same
        place of another picture does. The tests are exact, and corrected for their number.
      </p>
      <p>
        A <strong>confirmed</strong> cue is one that the model relies on. Whether it <em>should</em>, no test can
        say: a face is confirmed like a bucket. Where the objects are known, a confirmed cue that lies mostly
        outside of them is
        <strong>wrongly learned</strong>.
      </p>
      <details class="equation">
        <summary>The equation</summary>
        <p class="formula">necessity = P(flip | cue deleted) − P(flip | as much deleted elsewhere)</p>
        <p class="formula">sufficiency = P(f = c | cue pasted) − P(f = c | the same place of another picture pasted)</p>
        <p>
          Both are counted on pictures that played no part in finding the cue. p is that of an exact sign test on the
          pictures that flip under one of the two alone, times 2 for the two effects, and corrected by Holm for all the
          cues that were tested. Of what is pasted, the pictures that lend the cue are counted, each with all that
          receive it: a patch may flip whatever it lands on.
        </p>
      </details>
      <h3>What it does not tell</h3>
      <ul>
        <li>A cue that is everywhere, as snow is, has no region: it is listed as a class whose answer stays.</li>
        <li>Few pictures form few groups. Nothing found is not nothing there.</li>
      </ul>
    </div>
  </article>
</div>`;
