/** The style of an element's shadow, as text: a constructed sheet needs no permission from the page's policy. */
export const STYLE = `
:host {
  --ink: var(--vanish-ink, light-dark(#1d1c1a, #ece9e3));
  --accent: var(--vanish-accent, light-dark(#0d5561, #7fcfd9));
  --paper: var(--vanish-paper, light-dark(#ffffff, #1e1e21));
  --line: var(--vanish-line, light-dark(#8a857b, #77757c));
  --round: var(--vanish-radius, 0.5rem);
  display: block;
  max-inline-size: var(--vanish-size, 24rem);
  color: var(--ink);
  font: var(--vanish-font, 0.9375rem/1.45 system-ui, sans-serif);
}
:host([hidden]), [hidden] { display: none !important; }
figure { display: grid; gap: 0.5rem; margin: 0; }
[part="stage"] { overflow: hidden; border-radius: var(--round); }
[part="poster"], [part="map"], ::slotted(*) { display: block; inline-size: 100%; block-size: auto; }
[part="blank"] { aspect-ratio: 1; background: color-mix(in srgb, var(--line) 25%, transparent); }
[part="bar"], [part="views"] { display: flex; flex-wrap: wrap; gap: 0.375rem; }
button {
  min-block-size: 2.25rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--round);
  background: var(--paper);
  color: var(--accent);
  font: inherit;
  cursor: pointer;
}
button[part~="run"], button[aria-pressed="true"] {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--paper);
}
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
progress { inline-size: 100%; accent-color: var(--accent); }
[data-refused]::before { content: "⚠ " / ""; }
`;
