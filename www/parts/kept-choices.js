/** What is chosen in a view's form outlives the view: it is there again when the view is opened again. */

/** What was chosen, by the view and the control. @type {Map<string, Map<string, string | boolean>>} */
const kept = new Map();

/**
 * Notes what a person changes from now on.
 *
 * @param {HTMLElement} form which is gone when its view is left
 * @param {string} view
 * @returns {() => void} sets what was noted before, in the controls that are there by then
 */
export function keepChoices(form, view) {
  const chosen = kept.get(view) ?? new Map();
  kept.set(view, chosen);
  form.addEventListener("change", ({ target }) => {
    if (isControl(target)) chosen.set(nameOf(target), isOf(target, "checkbox") ? target.checked : target.value);
  });
  return () => {
    for (const control of form.querySelectorAll("input, select")) {
      const value = isControl(control) ? chosen.get(nameOf(control)) : undefined;
      if (value === undefined || !isControl(control)) continue;
      if (isOf(control, "checkbox")) control.checked = value === true;
      else if (isOf(control, "radio")) control.checked = control.value === value;
      else control.value = String(value);
    }
  };
}

/** @param {unknown} target @returns {target is HTMLInputElement | HTMLSelectElement} what can be set from here */
function isControl(target) {
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "file");
}

/** @param {Element} control @param {string} type @returns {control is HTMLInputElement} */
function isOf(control, type) {
  return control instanceof HTMLInputElement && control.type === type;
}

/** Radio buttons of one name are one control; ticks without a name of their own are known by what they stand for. */
function nameOf(/** @type {HTMLInputElement | HTMLSelectElement} */ control) {
  return control.id || control.name || `${control.closest("[id]")?.id} ${control.value}`;
}
