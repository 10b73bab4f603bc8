// Keeps a browser's translation off what changes while it is on the page.
//
// A translation puts elements of its own in the place of text. Where React then writes a new text
// into the old node nobody sees it, and where it moves or removes that node it fails. So what follows
// the settings is marked, all of it, and names, formulas and numbers, for which there is nothing to
// translate; what stands still is not.

const KEPT = [
  ".katex",
  ":is(.st-key-cards, .st-key-wide) h2",
  ".st-key-notice",
  ".st-key-steering",
  ".st-key-verdicts",
  "[class*=st-key-note-]",
  "[class*=st-key-follows-]",
  ".activations-chart > :not(.chart-note)",
  "[data-testid=stSliderThumbValue]",
  "[data-testid=stSliderTickBar]",
  ".stMultiSelect [data-tag]",
  "[role=listbox]",
  ".stDataFrame",
  "pre",
].join();

export function keepFromTranslation() {
  mark(document.body);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement) mark(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
}

/** @param {HTMLElement} root */
function mark(root) {
  if (root.matches(KEPT)) root.translate = false;
  for (const each of root.querySelectorAll(KEPT)) each.setAttribute("translate", "no");
}
