// @ts-check
import { icon } from "../../icons/icons.js";
import { h, stylesheet, svg } from "../../lib/dom.js";
import { exactTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { copyButton, linkButton } from "../../ui/button.js";
import { addressForOthers, groups, platformOf, platforms } from "./trust.model.js";

/** @param {import("../../types/page.js").PageContext} context */
export async function page({ title, signal }) {
  title(t("trust.title"));
  const [trust] = await Promise.all([read(signal), stylesheet(new URL("./trust.css", import.meta.url))]);
  return h(
    "main",
    { class: "bare trust" },
    h(
      "div",
      { class: "bare-card wide" },
      h("div", { class: "bare-head" }, icon("mark"), h("h1", { tabIndex: -1 }, t("trust.title"))),
      trust.mode === "local" && trust.roots.length > 0 ? await local(trust) : h("p", {}, t(`trust.mode_${trust.mode}`)),
      h("p", { class: "small" }, h("a", { href: "/" }, t("trust.back"))),
    ),
  );
}

/** @param {AbortSignal} signal @returns {Promise<import("./trust.model.js").Trust>} */
async function read(signal) {
  const response = await fetch("/ca.json", { signal });
  if (!response.ok) throw new Error(t("trust.unreadable"));
  return response.json();
}

/** @param {import("./trust.model.js").Trust} trust */
async function local({ roots, names }) {
  const address = addressForOthers(location, names);
  const code = address && (await qrCode(address));
  const chosen = platformOf(navigator.userAgent);
  return [
    h("p", { class: "quiet" }, t("trust.lead")),
    roots.length > 1 && h("p", { class: "trust-note" }, icon("info"), h("span", {}, t("trust.two_roots"))),
    h(
      "div",
      { class: "trust-top" },
      h("div", { class: "stack" }, roots.map((root, index) => rootCard(root, roots.length > 1 ? index : null))),
      code && h(
        "figure",
        { class: "trust-qr" },
        code,
        h("figcaption", { class: "small quiet" }, t("trust.qr"), h("span", { class: "mono trust-address" }, breakable(address))),
      ),
    ),
    h(
      "section",
      { class: "stack tight" },
      h("h2", {}, t("trust.how")),
      platforms(location.origin, roots).map((platform) => instructions(platform, platform.id === chosen)),
    ),
  ];
}

/** @param {import("./trust.model.js").Root} root @param {number | null} index  null where there is only one */
function rootCard(root, index) {
  return h(
    "section",
    { class: "stack tight" },
    h("h2", {}, root.name),
    index !== null && h("p", { class: "small quiet" }, t(index === 0 ? "trust.root_now" : "trust.root_next")),
    h("p", { class: "small quiet" }, t("trust.until", { date: exactTime(root.not_after) })),
    h("h3", { class: "small" }, t("trust.fingerprint")),
    h(
      "p",
      { class: "mono trust-fingerprint" },
      groups(root.fingerprint_sha256).map((group, at) => [at > 0 && ":", h("wbr", {}), h("span", {}, group)]),
    ),
    h(
      "div",
      { class: "row wrap" },
      copyButton(() => root.fingerprint_sha256, t("trust.copy")),
      linkButton(t("trust.pem"), root.pem, { icon: "download", small: true, kind: index ? "plain" : "primary" }),
      linkButton(t("trust.der"), root.der, { icon: "download", small: true }),
      !index && linkButton(t("trust.apple"), "/ca.mobileconfig", { icon: "download", small: true }),
    ),
  );
}

/** @param {import("./trust.model.js").Platform} platform @param {boolean} open */
function instructions({ id, steps, commands }, open) {
  return h(
    "details",
    { class: "trust-how", open },
    h("summary", {}, t(`trust.${id}.name`)),
    h("ol", {}, Array.from({ length: steps }, (_, index) => h("li", {}, t(`trust.${id}.step_${index + 1}`)))),
    commands && h("pre", { class: "mono" }, commands.map(command)),
  );
}

/** A line of its own, whose words stay whole; copied, it is the command again. @param {string} text */
function command(text) {
  return h("span", { class: "trust-command" }, text.split(" ").map((word, at) => [at > 0 && " ", h("span", {}, word)]), "\n");
}

/** Breaks behind a slash rather than in the middle of a word. @param {string} address */
function breakable(address) {
  return address.split(/(?<=[^/]\/)(?=[^/])/).map((part, at) => [at > 0 && h("wbr", {}), part]);
}

/**
 * Dark on light in every theme: that is what cameras look for.
 *
 * @param {string} text
 */
async function qrCode(text) {
  const library = await import("../../vendor/qrcode.js").catch(() => null);
  if (!library) return null;
  const code = library.default(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const quiet = 4;
  let path = "";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(row, column)) path += `M${column + quiet} ${row + quiet}h1v1h-1z`;
    }
  }
  const whole = size + quiet * 2;
  return svg(
    "svg",
    { viewBox: `0 0 ${whole} ${whole}`, role: "img", "aria-label": t("trust.qr_label", { address: text }), "shape-rendering": "crispEdges" },
    svg("rect", { width: whole, height: whole, fill: "#ffffff" }),
    svg("path", { d: path, fill: "#000000" }),
  );
}
