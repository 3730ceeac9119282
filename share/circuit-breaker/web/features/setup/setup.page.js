// @ts-check
import { icon } from "../../icons/icons.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { errorState } from "../../ui/empty.js";
import { languagePicker } from "../../ui/language.js";
import { skeleton } from "../../ui/progress.js";
import { toastError } from "../../ui/toast.js";
import { changeMe, readSetup } from "./setup.api.js";
import { accountStep, codeStep } from "./setup.account.js";
import { firstLookStep } from "./setup.first-look.js";
import { nextStep, previousStep, stepOf, STEPS } from "./setup.model.js";
import { mailStep } from "./setup.mail.js";
import { doneStep, lookStep, regionStep } from "./setup.look.js";
import { vaultStep } from "./setup.vault.js";
import { keepStep } from "./setup.api.js";

/**
 * The first run: code, account, look, region, mail, the vault's key, first look at the network. The daemon keeps the
 * step, so leaving half-way
 * resumes where it stopped.
 *
 * @typedef {{ context: import("../../types/page.js").PageContext, code: string, setCode: (code: string) => void,
 *   lockedUntil: string | null,
 *   failed: (error: any) => Promise<void>,
 *   next: () => Promise<void>, back: (() => Promise<void>) | null, leave: () => Promise<void> }} Wizard
 */

const drawings = {
  code: codeStep,
  account: accountStep,
  look: lookStep,
  region: regionStep,
  mail: mailStep,
  vault: vaultStep,
  "first-look": firstLookStep,
  done: doneStep,
};

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { signal, navigate, title, startSession, session } = context;
  await stylesheet(new URL("./setup.css", import.meta.url));
  title(t("setup.title"));
  let setup = await readSetup(signal);
  if (!setup.needed && !session.state.current) await navigate("/sign-in?return=/setup", { replace: true });
  let code = "";
  let step = stepOf(setup, false);
  const trail = h("ol", { class: "setup-trail" }), body = h("div", { class: "setup-body" });
  const element = h(
    "main",
    { class: "bare" },
    h(
      "div",
      { class: "bare-card setup" },
      h(
        "header",
        { class: "setup-side" },
        h("div", { class: "bare-head" }, icon("mark"), h("h1", { tabIndex: -1 }, "Circuit Breaker")),
        trail,
        languagePicker((code) => {
          if (session.user) void changeMe({ language: code }).then((me) => session.change(me), () => {});
        }),
      ),
      body,
    ),
  );

  /** @param {string} to */
  async function go(to) {
    if (!["code", "account"].includes(to)) await keepStep(to);
    step = to;
    await draw();
  }
  async function leave() {
    await keepStep("done");
    await startSession();
    await navigate("/map", { replace: true, force: true });
  }
  /**
   * Whether something else comes first since somebody made this daemon stricter meanwhile; the wizard goes on after it.
   *
   * @param {any} error
   */
  async function hasDuty(error) {
    if (error?.status !== 403) return false;
    const state = await startSession().catch(() => null);
    if (!state?.must) return false;
    await navigate("/profile/security", { replace: true, force: true });
    return true;
  }
  async function draw() {
    const at = STEPS.indexOf(step), before = previousStep(step);
    replace(
      trail,
      STEPS.slice(0, -1).map((name, index) =>
        h(
          "li",
          { class: [index < at && "is-done", index === at && "is-now"], "aria-current": index === at ? "step" : null },
          h("span", { class: "setup-mark" }, index < at ? icon("check", { class: "small" }) : index + 1),
          h("span", {}, t(`setup.step_${name.replace("-", "_")}`)),
        )
      ),
    );
    replace(body, skeleton(5));
    /** @type {Wizard} */
    const wizard = {
      context,
      code,
      setCode: (text) => {
        code = text;
      },
      lockedUntil: setup.locked_until,
      leave,
      failed: async (error) => {
        if (!await hasDuty(error)) toastError(error);
      },
      next: async () => {
        if (step === "account") {
          const state = await startSession();
          // A hardened daemon wants the administrator's second factor before anything else; the wizard goes on after it.
          if (state?.must) return void (await navigate("/profile/security", { replace: true, force: true }));
          setup = await readSetup(signal);
        }
        await go(nextStep(step));
      },
      back: before ? () => go(before) : null,
    };
    try {
      replace(body, await drawings[/** @type {keyof typeof drawings} */ (step)](wizard));
      /** @type {HTMLElement | null} */ (body.querySelector("h2"))?.focus();
    } catch (error) {
      if (!await hasDuty(error)) replace(body, errorState(error, () => void draw()));
    }
  }
  await draw();
  return element;
}
