// @ts-check
import { svg } from "../lib/dom.js";

/**
 * A text as a QR code: dark on light in every theme, as cameras want it. Null where the library is not installed.
 *
 * @param {string} text
 * @param {string} label
 */
export async function qrCode(text, label) {
  const library = await import("../vendor/qrcode.js").catch(() => null);
  if (!library) return null;
  const code = library.default(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount(), quiet = 4, whole = size + 2 * quiet;
  let path = "";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(row, column)) path += `M${column + quiet} ${row + quiet}h1v1h-1z`;
    }
  }
  return svg(
    "svg",
    { viewBox: `0 0 ${whole} ${whole}`, role: "img", "aria-label": label, class: "qr", "shape-rendering": "crispEdges" },
    svg("rect", { width: whole, height: whole, fill: "#ffffff" }),
    svg("path", { d: path, fill: "#000000" }),
  );
}
