// @ts-check
import { h, replace } from "../lib/dom.js";
import { initials } from "../lib/format.js";

/**
 * A round picture, or the initials while there is none to show. A picture of Gravatar only by the person's choice, and
 * while that origin is allowed: the security policy forbids it otherwise.
 *
 * @param {import("../lib/session.js").User} user
 * @param {{ class?: string, gravatar?: boolean, own?: boolean }} options
 *   `own`: it is one's own account, which may be seen without seeing everybody's
 */
export function avatar(user, { class: extra, gravatar = false, own = false } = {}) {
  const element = h(
    "span",
    { class: ["avatar", extra], "aria-hidden": "true" },
    initials(user.display_name || user.email),
  );
  const src = pictureOf(user, { gravatar, own });
  if (src) {
    const image = h("img", { src, alt: "", referrerPolicy: "no-referrer" });
    image.addEventListener("load", () => replace(element, image));
  }
  return element;
}

/**
 * Where the person's picture lies, or null.
 *
 * @param {import("../lib/session.js").User} user
 * @param {{ gravatar: boolean, own: boolean }} options
 */
export function pictureOf(user, { gravatar, own }) {
  if (user.photo === "picture") {
    const place = own ? "me" : `users/${user.id}`;
    return `/api/v1/${place}/photo?v=${encodeURIComponent(user.photo_version ?? "")}`;
  }
  return gravatar && user.photo === "gravatar" && user.gravatar_hash
    ? `https://www.gravatar.com/avatar/${user.gravatar_hash}?s=144&d=404`
    : null;
}
