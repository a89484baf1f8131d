/** The markup of the view. Its words are the page's; nothing from outside goes into it. */

export const MARKUP = `
<div class="rules">
  <div class="view-head">
    <h2>Rules</h2>
    <p class="hint">An explanation is a rule about the model. Here rules are tested where they were not learned.</p>
  </div>
  <div id="subject" class="subject columns"></div>

  <section id="local" class="rule" aria-labelledby="local-title">
    <h2 id="local-title">Does the explanation hold?</h2>
    <p class="hint">
      The region of the explanation is deleted in ways that it was not learned on, from pictures that are shifted,
      mirrored and lit differently. The control is the same region, moved elsewhere.
    </p>
    <p id="local-sentence" class="said" hidden></p>
    <dl id="local-figures" class="facts" hidden></dl>
    <div id="local-table" class="scroll" tabindex="0" role="group" aria-labelledby="local-title" hidden></div>
  </section>

  <section id="changes" class="rule" aria-labelledby="changes-title">
    <h2 id="changes-title">What does the answer survive?</h2>
    <p class="hint">
      The picture is changed more and more, in ways that should not matter. Filled points keep the answer, hollow
      ones lose it; the band is how far it stays without a break.
    </p>
    <p id="changes-sentence" class="said" hidden></p>
    <div id="changes-curves" class="cards"></div>
  </section>

  <section id="concepts" class="rule" aria-labelledby="concepts-title">
    <h2 id="concepts-title">What does the model rely on?</h2>
    <p class="hint">
      On pictures of the built-in world, whose contents are known, every thing that goes with an answer is put to
      the test: it is deleted where it is shown, and pasted where it is not, each against a control.
    </p>
    <div class="knobs">
      <label class="field set-field">Pictures at most
        <input id="concepts-count" type="number" min="60" max="2000" step="1" value="600" required />
      </label>
    </div>
    <p id="concepts-sentence" class="said" hidden></p>
    <div id="concepts-table" class="scroll" tabindex="0" role="group" aria-labelledby="concepts-title" hidden></div>
  </section>

  <section id="parts" class="rule" aria-labelledby="parts-title">
    <h2 id="parts-title">Which parts carry the answer?</h2>
    <p class="hint">
      How far the score falls when a part of the animal is blurred, less how far it falls when as much is blurred
      elsewhere.
    </p>
    <p id="parts-sentence" class="said" hidden></p>
    <div id="parts-table" class="scroll" tabindex="0" role="group" aria-labelledby="parts-title" hidden></div>
  </section>

  <article class="article" data-part="article" aria-labelledby="rules-article">
    <h2 id="rules-article">What am I seeing?</h2>
    <div class="prose">
      <p>
        “The model says <em>cat</em> because of this region” is a claim about what the model would do: delete the
        region, and the answer goes. Such a claim is a <strong>rule</strong>, and a rule is as good as its
        predictions. So it is tested, on changes that played no part in finding it.
      </p>
      <p>
        <strong>Held</strong> is the share of unseen deletions in which at most a fifth of the score is left.
        <strong>Control</strong> is the same for a region of the same shape elsewhere: a region so large that any
        place would do holds too, and explains nothing. <strong>Skill</strong> puts both together:
        (held − control) / (1 − control). It is 1 where only this region does it, and 0 where any does.
      </p>
      <p>
        <strong>Invariance</strong>, f(x) = f(T x), is a rule as well: a turned, shifted or darker rabbit is a
        rabbit. The last line is its control: deleting the evidence <em>must</em> change the answer. A model that
        always says the same would pass every other test.
      </p>
      <p>
        A <strong>concept rule</strong> says “the model says c when the picture contains k”. Things that merely appear
        together go together, too: so one half of the pictures only suggests rules, and the other confirms them by
        intervening. <strong>Necessity</strong> counts the answers that fall when k is deleted,
        <strong>sufficiency</strong> those that turn to c when k is pasted in, each less its control. Of what is pasted, the pictures that lend k
        are counted, each with all that receive it: a patch may flip whatever it lands on. As many rules
        are tested at once, p is corrected for their number (Holm). “Relies on” is what intervening confirms, “goes
        with” what only the association shows.
      </p>
      <details class="equation">
        <summary>The equation</summary>
        <p class="formula">local deletion: s′ = (f<sub>c</sub>(Φ(Tx, R)) − s₀) / (s₁ − s₀) ≤ 0.2</p>
        <p class="formula">invariance: arg max f(Tx) = arg max f(x)</p>
        <p class="formula">skill = (h − h⁰) / (1 − h⁰)</p>
        <p>
          Φ deletes the region R from the changed picture Tx; s₁ is the score before and s₀ that with everything deleted.
          h is the share of deletions in which the rule holds, and h⁰ that of the region moved elsewhere. The effect of a
          concept is the share of answers that flip less the share under its control.
        </p>
      </details>
      <h3>What it does not tell</h3>
      <ul>
        <li>A rule that holds on these deletions may fail on others. The distribution is named, and is not the
          world.</li>
        <li>Deleting makes pictures that the model never saw. The families of deletions differ so that one can see
          whether the
          finding hangs on one of them.</li>
        <li>Concept rules know the concepts that somebody labelled, and no others.</li>
      </ul>
    </div>
  </article>
</div>`;
