// @ts-check
/** Lays out beside the page's thread. One message in, progress and one message out. */
import { layout } from "./layout.model.js";

self.addEventListener("message", ({ data }) => {
  let last = 0;
  const places = layout(data.input, (share) => {
    if (share - last < 0.02) return;
    last = share;
    self.postMessage({ job: data.job, share });
  });
  self.postMessage({ job: data.job, places: [...places] });
});
