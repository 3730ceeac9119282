// @ts-check
/** What lies over the picture: tools that let it through between them, and the panel at its right. The view is told of both. */

export class MapCovers {
  /**
   * @param {{ view: import("./map.view.js").MapView, page: HTMLElement, tools: HTMLElement, others: HTMLElement[],
   *   signal: AbortSignal }} parts  `tools` is a row of several, `others` are one each
   */
  constructor({ view, page, tools, others, signal }) {
    this.view = view;
    this.page = page;
    this.tools = tools;
    this.others = others;
    const floats = new ResizeObserver(() => view.coversChanged());
    for (const one of this.floats()) floats.observe(one);
    signal.addEventListener("abort", () => floats.disconnect(), { once: true });
    const panel = document.getElementById("panel");
    if (!panel) return;
    const watcher = new ResizeObserver(() => this.measure(panel));
    watcher.observe(panel);
    signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  }

  floats() {
    return [...this.tools.children, ...this.others];
  }

  /** No name is written below these. */
  boxes() {
    const mine = this.view.surface.getBoundingClientRect();
    return this.floats().map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width > 0 && height > 0).map((its) => ({
      left: its.left - mine.left,
      top: its.top - mine.top,
      right: its.right - mine.left,
      bottom: its.bottom - mine.top,
    }));
  }

  /** A panel that covers nearly all of it, as on a phone, moves nothing aside. @param {HTMLElement} panel */
  measure(panel) {
    const mine = this.view.surface.getBoundingClientRect();
    const its = panel.getBoundingClientRect();
    const covered = panel.hidden || its.width === 0 ? 0 : Math.max(0, mine.right - Math.max(mine.left, its.left));
    this.view.cover(covered < mine.width * 0.7 ? covered : 0);
    this.page.style.setProperty("--covered", `${this.view.covered}px`);
  }
}
