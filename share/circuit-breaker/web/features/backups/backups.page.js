// @ts-check
import { api, isAbort, urlOf } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { bytes, duration, exactTime } from "../../lib/format.js";
import { t, told, tOr } from "../../lib/i18n.js";
import { settingsTabs } from "../../shell/settings-tabs.js";
import { button, iconButton, whileBusy } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { openMenu } from "../../ui/menu.js";
import { card, pageHead } from "../../ui/more.js";
import { factList } from "../../ui/panel.js";
import { skeleton } from "../../ui/progress.js";
import { severityBadge } from "../../ui/status.js";
import { timeAgo } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";
import { deleteBackup, lookInto, restoreBackup, setPassphrase, uploadBackup } from "./backups.actions.js";
import { jobCard } from "./backups.job.js";
import { isRunning, runningOf, severityOf, stateOf } from "./backups.model.js";
import { settingsCard } from "./backups.settings.js";
import { emergencySheet } from "./backups.sheet.js";
import { targetsCard } from "./backups.targets.js";

/** @typedef {import("./backups.model.js").Backup} Backup */
/** @typedef {import("./backups.model.js").Job} Job */

/** How often a job is asked for while no word of it comes, in milliseconds. */
const LOOK = 2000;
/** How long the page waits for the list before it shows the rest, in milliseconds. */
const PATIENCE = 300;

/**
 * Backups: made, checked, fetched and restored, and where and when.
 *
 * @param {import("../../types/page.js").PageContext} context
 */
export async function page({ session, signal, title, live, guard }) {
  await stylesheet(new URL("./backups.css", import.meta.url));
  title(t("backups.title"), [{ label: t("settings.title"), href: "/settings" }]);
  const places = Object.fromEntries(
    ["key", "job", "list", "settings", "targets", "history"].map((name) => [name, h("div", { class: "stack" }, skeleton(2))]),
  );
  replace(places.job);
  /** @type {{ settings: any, targets: any[], jobs: Job[], job: ReturnType<typeof jobCard> | null, form: any }} */
  const state = { settings: null, targets: [], jobs: [], job: null, form: null };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  guard(() => state.form?.guard() ?? null);

  /** @param {HTMLElement} place @param {() => Promise<any>} load @param {(answer: any) => void} draw */
  async function part(place, load, draw) {
    try {
      const answer = await load();
      if (!signal.aborted) draw(answer);
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) replace(place, errorState(error, () => void part(place, load, draw)));
    }
  }
  const loadSettings = () =>
    part(places.key, () => api.get("backups/settings", { signal }), (settings) => {
      state.settings = settings;
      drawKey();
      state.form = settingsCard(settings, session, () => void loadSettings());
      replace(places.settings, state.form.element);
    });
  const loadTargets = () =>
    part(places.targets, () => api.get("backups/targets", { signal }), ({ items }) => {
      state.targets = items;
      replace(places.targets, targetsCard(items, signal, loadTargets));
    });
  const loadList = () =>
    part(places.list, () => api.get("backups", { signal }), (listing) => {
      replace(places.list, listCard(listing));
    });
  const loadJobs = () =>
    part(places.history, () => api.get("backups/jobs", { signal, query: { limit: 12 } }), ({ items }) => {
      state.jobs = items;
      follow(runningOf(items));
      replace(places.history, historyCard(items));
    });

  /** Shows how far a job is, and reads anew what it changed when it has ended. @param {Job | null} job */
  function follow(job) {
    clearTimeout(timer);
    if (job && isRunning(job)) {
      if (state.job?.id !== job.id) {
        state.job = jobCard(job);
        replace(places.job, state.job.element);
        drawKey();
      }
      state.job.update(job);
      timer = setTimeout(() => void loadJobs(), LOOK);
      return;
    }
    const ended = state.job;
    state.job = null;
    replace(places.job);
    if (!ended) return;
    if (job?.kind === "restore" && job.state === "done") return startAnew();
    if (job) {
      if (job.state === "done") toast(t(`backups.done_${job.kind}`));
      else toastError(new Error(job.problem ?? t(`backups.state_${job.state}`)));
    }
    void Promise.all([loadSettings(), loadList(), loadJobs()]);
  }
  /** The daemon goes away and comes back with the restored state: another session, another everything. */
  function startAnew() {
    replace(places.job, card({ title: t("backups.restarting") }, h("p", { role: "status" }, t("backups.restarting_text"))));
    let wasGone = false;
    const look = async () => {
      try {
        await api.get("health", { signal, open: true });
        if (wasGone) return void location.reload();
      } catch (error) {
        if (isAbort(error)) return;
        wasGone = true;
      }
      timer = setTimeout(() => void look(), 500);
    };
    void look();
  }
  live.subscribe("status.backup", ({ payload }) => follow(payload.job), signal);

  /** @param {() => Promise<Job | null>} begin */
  const run = async (begin) => {
    try {
      const job = await begin();
      if (job) follow(job);
    } catch (error) {
      toastError(error);
    }
  };

  function drawKey() {
    const { settings } = state;
    if (!settings) return;
    const busy = state.job !== null;
    const make = button(t("backups.create"), {
      icon: "add",
      kind: "primary",
      disabled: !settings.key.set || settings.key.locked || busy,
      onclick: () => whileBusy(make, () => run(() => api.post("backups"))),
    });
    const key = button(t(settings.key.set ? "backups.change_passphrase" : "backups.set_passphrase"), {
      icon: "key",
      kind: settings.key.set ? "plain" : "primary",
      onclick: () => setPassphrase(settings).then((done) => done && loadSettings()),
    });
    replace(
      places.key,
      card(
        { title: t("backups.state"), class: "backups-state" },
        !settings.key.set && h("p", {}, t("backups.no_key")),
        settings.key.locked && h("p", { class: "form-problem" }, t("backups.key_locked")),
        settings.key.set && factList([
          [t("backups.key"), h("span", { class: "mono" }, settings.key_id)],
          [t("backups.key_since"), timeAgo(settings.key.since)],
          [t("backups.next_run"), settings.next_run ? timeAgo(settings.next_run) : t(`backups.rhythm_${settings.schedule.rhythm}`)],
          [t("backups.next_drill"), settings.next_drill ? timeAgo(settings.next_drill) : t("backups.rhythm_off")],
        ], { all: true }),
        h(
          "div",
          { class: "row wrap" },
          settings.key.set && make,
          key,
          button(t("backups.upload"), { icon: "upload", disabled: busy, onclick: () => void uploadBackup(signal).then((done) => done && loadList()) }),
          settings.key.set && button(t("backups.sheet"), { icon: "download", onclick: () => void emergencySheet(settings, state.targets) }),
        ),
      ),
    );
  }

  /** @param {{ items: Backup[], troubles: { target: string, message: string }[] }} listing */
  function listCard({ items, troubles }) {
    return card(
      {
        title: t("backups.list"),
        text: items.length > 0 ? t("backups.list_text", { n: items.length }) : null,
        actions: iconButton("refresh", t("backups.refresh"), { onclick: () => void loadList() }),
      },
      troubles.map(({ target, message }) =>
        h("p", { class: "form-problem", role: "status" }, h("strong", {}, target), ": ", message)
      ),
      items.length === 0
        ? emptyState({ icon: "storage", title: t("backups.none"), text: t("backups.none_text") })
        : h("ul", { class: "backups-rows backups-list" }, items.map(line)),
    );
  }

  /** @param {Backup} backup */
  function line(backup) {
    const names = Object.fromEntries(state.targets.map((target) => [target.id, told(target.name)]));
    const condition = stateOf(backup);
    const more = iconButton("more", t("backups.actions", { name: exactTime(backup.made_at) }), {
      onclick: () =>
        openMenu(more, [
          { label: t("backups.verify"), icon: "check", run: () => void run(() => lookInto("verify", backup, state.settings)) },
          { label: t("backups.rehearse"), icon: "history", run: () => void run(() => lookInto("rehearse", backup, state.settings)) },
          { label: t("backups.download"), icon: "download", run: () => download(backup) },
          { label: t("backups.restore"), icon: "restore", run: () => void run(() => restoreBackup(backup, state.settings)) },
          "-",
          { label: t("common.delete"), icon: "trash", danger: true, run: () => void deleteBackup(backup, names).then((done) => done && loadList()) },
        ]),
    });
    const problem = backup.copies.find((copy) => copy.problem)?.problem;
    return h(
      "li",
      {},
      h(
        "div",
        { class: "grow" },
        h("div", { class: "row wrap" }, h("strong", {}, exactTime(backup.made_at)), h("span", { class: "quiet" }, bytes(backup.size))),
        h(
          "div",
          { class: "small quiet" },
          t(`backups.origin_${backup.origin ?? "found"}`),
          " · ",
          backup.copies.map((copy) => names[copy.target_id] ?? "?").join(", "),
        ),
        h("div", { class: "small quiet mono wrap-anywhere" }, backup.name),
        backup.key_id && state.settings?.key_id && backup.key_id !== state.settings.key_id
          && h("div", { class: "small" }, t("backups.other_key", { key: backup.key_id })),
        problem && h("p", { class: "small" }, problem),
      ),
      h(
        "span",
        { class: `severity is-${{ verified: "ok", damaged: "error", unverified: "info" }[condition]}` },
        t(`backups.${condition}`),
      ),
      more,
    );
  }

  /** @param {Job[]} jobs */
  function historyCard(jobs) {
    if (jobs.length === 0) return null;
    return card(
      { title: t("backups.history"), text: t("backups.history_text") },
      h(
        "ul",
        { class: "backups-rows" },
        jobs.map((job) =>
          h(
            "li",
            {},
            h(
              "div",
              { class: "grow" },
              h("div", {}, t(`backups.kind_${job.kind}`), h("span", { class: "small quiet" }, " · ", job.started_by)),
              h("div", { class: "small quiet" }, timeAgo(job.started_at), took(job)),
              job.report?.found && h("div", { class: "small quiet" }, job.report.found.join(" ")),
              job.problem && h("p", { class: "small" }, job.problem),
            ),
            h("span", { class: "row" }, severityBadge(severityOf(job)), h("span", { class: "small" }, t(`backups.state_${job.state}`))),
          )
        ),
      ),
    );
  }

  // What stands below the list moves when it comes; a target far away may keep it longer than anybody waits.
  const listed = Promise.race([loadList(), new Promise((done) => void setTimeout(done, PATIENCE))]);
  await Promise.all([loadSettings(), loadTargets(), loadJobs(), listed]);
  return h(
    "section",
    { class: "page" },
    pageHead({ title: t("settings.title") }),
    settingsTabs("backups", session),
    h("p", { class: "quiet" }, t("backups.text")),
    h("div", { class: "stack" }, places.key, places.job, places.list, places.settings, places.targets, places.history),
  );
}

/** @param {Job} job */
function took(job) {
  if (!job.finished_at) return null;
  return ` · ${duration(new Date(job.finished_at).getTime() - new Date(job.started_at).getTime())}`;
}

/** The browser fetches it as any other file. @param {Backup} backup */
function download(backup) {
  const link = h("a", { href: urlOf(`backups/files/${backup.name}`), download: backup.name });
  document.body.append(link);
  link.click();
  link.remove();
  toast(tOr("backups.downloading", backup.name));
}
