// @ts-check
import { icon } from "../../icons/icons.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button } from "../../ui/button.js";
import { DIFFERENCES } from "./settings.model.js";

/**
 * Lab and hardened side by side, with what differs, and the way from one to the other.
 *
 * @param {import("./settings.model.js").Settings} settings
 * @param {boolean} may
 * @param {(profile: "lab" | "hardened") => void} choose
 */
export function profileCards(settings, may, choose) {
  const profiles = /** @type {("lab" | "hardened")[]} */ (["lab", "hardened"]);
  return h(
    "div",
    { class: "profiles" },
    profiles.map((profile) => {
      const current = settings.profile === profile;
      return h(
        "section",
        { class: ["profile", current && "is-current"], "aria-label": t(`settings.profile_${profile}`) },
        h(
          "header",
          { class: "row" },
          icon(profile === "lab" ? "unlock" : "shield"),
          h("h3", { class: "grow" }, t(`settings.profile_${profile}`)),
          current && h("span", { class: "pill is-accent" }, t("settings.in_effect")),
        ),
        h("p", { class: "quiet" }, t(`settings.profile_${profile}_text`)),
        h(
          "dl",
          { class: "profile-rows" },
          DIFFERENCES.map((name) =>
            h(
              "div",
              {},
              h("dt", { class: "small quiet" }, t(`settings.differs_${name}`)),
              h("dd", {}, t(`settings.${profile}_${name}`)),
            )
          ),
        ),
        !current &&
          button(t(`settings.to_${profile}_verb`), {
            disabled: !may,
            kind: profile === "hardened" ? "primary" : "plain",
            onclick: () => choose(profile),
          }),
      );
    }),
  );
}
