// @ts-check
import { icon } from "../icons/icons.js";
import { h, on, replace, setStyle } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { readPref, writePref } from "../lib/prefs.js";
import { openMenu } from "../ui/menu.js";
import { isCurrent, placesFor } from "./nav.js";

/**
 * The rail on the left and, on phones, the dock below.
 *
 * @param {import("../lib/session.js").Session} session
 * @param {AbortSignal} signal
 */
export function navigation(session, signal) {
  const rail = h("nav", { id: "rail", "aria-label": t("shell.main_navigation") });
  const dock = h("nav", { id: "dock", "aria-label": t("shell.main_navigation") });
  const tip = h("div", { class: "rail-tip", hidden: true, "aria-hidden": "true" });
  hints(rail, tip);
  setOpen(readPref("rail.open", false));

  /** @param {boolean} open */
  function setOpen(open) {
    document.documentElement.classList.toggle("rail-open", open);
    writePref("rail.open", open);
  }
  const isOpen = () => document.documentElement.classList.contains("rail-open");

  function draw() {
    const places = placesFor(session);
    const toggle = h(
      "button",
      {
        type: "button",
        class: "rail-link",
        "aria-expanded": String(isOpen()),
        onclick: () => {
          setOpen(!isOpen());
          draw();
        },
      },
      icon(isOpen() ? "left" : "right"),
      h("span", { class: "rail-text" }, isOpen() ? t("shell.narrow") : t("shell.widen")),
    );
    replace(
      rail,
      places.map((
        place,
      ) => [
        place.line && h("div", { class: "rail-line" }),
        h(
          "a",
          { class: "rail-link", href: place.href },
          icon(place.icon),
          h("span", { class: "rail-text" }, place.label),
        ),
      ]),
      h("div", { class: "rail-gap" }),
      toggle,
    );
    const five = places.filter(({ dock: inDock }) => inDock).slice(0, 5),
      rest = places.filter((place) => !five.includes(place));
    const more = h(
      "button",
      {
        type: "button",
        class: "dock-link",
        "aria-haspopup": "menu",
        onclick: () =>
          openMenu(more, rest.map(({ href, label, icon: mark }) => ({ href, label, icon: mark })), {
            label: t("common.more"),
          }),
      },
      icon("more"),
      h("span", {}, t("common.more")),
    );
    replace(
      dock,
      five.map((place) =>
        h("a", { class: "dock-link", href: place.href }, icon(place.icon), h("span", {}, place.label))
      ),
      rest.length > 0 && more,
    );
    mark();
  }
  function mark() {
    for (const link of [...rail.querySelectorAll("a"), ...dock.querySelectorAll("a")]) {
      if (isCurrent(link.pathname, location.pathname)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    tip.hidden = true;
  }
  session.state.watch(draw, signal);
  return { rail, dock, mark };
}

/**
 * Tooltips beside the narrow rail.
 *
 * @param {HTMLElement} rail
 * @param {HTMLElement} tip
 */
function hints(rail, tip) {
  /** @param {Event} event */
  const show = (event) => {
    const link = /** @type {Element} */ (event.target).closest(".rail-link");
    if (!link || document.documentElement.classList.contains("rail-open")) return;
    const at = link.getBoundingClientRect();
    tip.textContent = link.querySelector(".rail-text")?.textContent ?? "";
    if (!tip.isConnected) document.body.append(tip);
    tip.hidden = false;
    setStyle(tip, { left: `${at.right + 8}px`, top: `${at.top + at.height / 2 - 14}px` });
  };
  const hide = () => {
    tip.hidden = true;
  };
  on(rail, "pointerover", show);
  on(rail, "focusin", show);
  on(rail, "pointerleave", hide);
  on(rail, "focusout", hide);
}
