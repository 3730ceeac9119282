// @ts-check
/**
 * "3 changes since you last looked". What was seen is told to the daemon when the map is left, when its tab is hidden, or
 * when the banner is put away; never by a timer.
 */
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { button, iconButton } from "../../ui/button.js";
import { timeAgo } from "../../ui/time.js";
import { keepLook, readLook } from "./map.api.js";

/**
 * @param {{ store: import("./map.store.js").MapStore, signal: AbortSignal, show: (from: string) => void }} parts
 */
export function mapNews({ store, signal, show }) {
  const element = h("div", { class: "map-news map-float", role: "status", hidden: true });
  let hasBegun = false;
  /** The newest event of the first answer: the document that was read has it as well. */
  let known = 0;

  async function ask() {
    if (store.map === null) return;
    try {
      const look = await readLook(store.map, signal);
      hasBegun = true;
      known = Math.max(known, look.event_id);
      write(look);
    } catch {
      // Without the answer there is no banner, and the mark stays where it is: nothing is lost.
    }
  }

  /** @param {import("./map.api.js").Look} look */
  function write({ count, from, looked_at: lookedAt, is_whole: isWhole }) {
    element.hidden = count === 0 || from === null;
    if (element.hidden || from === null) return replace(element);
    replace(
      element,
      icon("history", { class: "small" }),
      h("span", {}, t(isWhole ? "map.time.news" : "map.time.news_cut", { n: count }), " ", h("span", { class: "quiet small" }, "(", timeAgo(lookedAt), ")")),
      button(t("map.time.show"), { small: true, kind: "primary", onclick: () => show(from) }),
      iconButton("close", t("map.time.dismiss"), {
        onclick: () => {
          element.hidden = true;
          seen();
        },
      }),
    );
  }

  function seen() {
    const event = Math.max(known, store.picture.current.graph.eventId);
    if (!hasBegun || store.map === null || event === 0) return;
    // Lost on the way, the next look only tells more than was new.
    keepLook(store.map, event).catch(() => {});
  }

  store.progress.watch(({ phase }) => {
    if (phase === "ready" && !hasBegun) void ask();
  }, signal);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") seen();
    else void ask();
  }, { signal });
  addEventListener("pagehide", seen, { signal });
  signal.addEventListener("abort", seen, { once: true });
  return { element };
}
