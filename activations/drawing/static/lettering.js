// How long the texts of a drawing are, on the page and in a saved web page.

/**
 * The SVG with the length of each text written down. Plotly has placed the texts by their lengths
 * in the page's font, which other programs rarely have: they squeeze or stretch theirs to these.
 * Texts with an index flow as they will: programs are at odds about lengths of parts of a line.
 *
 * @param {string} svg
 */
export function withLengths(svg) {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const host = offScreen();
  host.append(root);
  try {
    /** @type {NodeListOf<SVGTextContentElement>} */
    const texts = root.querySelectorAll("text, tspan.line");
    const lines = [...texts].filter((line) => !line.children.length);
    const lengths = lines.map((line) => line.getComputedTextLength());
    lines.forEach((line, index) => {
      if (!lengths[index]) return;
      line.setAttribute("textLength", lengths[index].toFixed(2));
      line.setAttribute("lengthAdjust", "spacingAndGlyphs");
    });
    // Plotly cuts a legend off where it would scroll; a wider font's texts may reach further.
    for (const part of root.querySelectorAll(".legend [clip-path]")) {
      part.removeAttribute("clip-path");
    }
    return new XMLSerializer().serializeToString(root);
  } finally {
    host.remove();
  }
}

/** A place where things can be measured and are not seen. */
export function offScreen() {
  const host = document.createElement("div");
  host.style.cssText = "position: fixed; left: 0; top: 0; visibility: hidden; pointer-events: none";
  host.setAttribute("aria-hidden", "true");
  return document.body.appendChild(host);
}
