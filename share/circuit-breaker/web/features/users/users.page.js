// @ts-check
import { h, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { settingsList } from "../../shell/settings-list.js";
import { avatar } from "../../ui/avatar.js";
import { button, copyButton } from "../../ui/button.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { closePanel, factList, openPanel } from "../../ui/panel.js";
import { timeAgo, timeExact } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";
import { accessButtons } from "./users.access.js";
import { changeUser, createUser, listUsers, setPassword, unlockUser } from "./users.api.js";
import { isLastAdmin, readablePassword, ROLES, stateOf } from "./users.model.js";

/** @typedef {import("./users.api.js").Person} Person */

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { params, session, signal, navigate, stay } = context;
  await stylesheet(new URL("./users.css", import.meta.url));
  /** @type {Person[]} */
  let people = [];
  const manages = session.may("users.manage");
  const gravatar = session.settings.current.foreign_origins?.gravatar === true;
  const { element, table, reload } = await settingsList(context, {
    words: "users",
    icon: "users",
    load: async () => {
      people = await listUsers(signal);
      return people;
    },
    add: manages ? () => void addPanel(signal, added) : null,
    href: ({ id }) => `/settings/users/${id}`,
    onopen: ({ id }) => void navigate(`/settings/users/${id}`),
    columns: [
      {
        id: "display_name",
        label: t("account.display_name"),
        width: "minmax(130px, 1.4fr)",
        render: (one) => [
          avatar(one, { class: "small", gravatar }),
          h("span", { class: "ellipsis", title: one.display_name || one.email }, one.display_name || one.email),
        ],
      },
      {
        id: "email",
        label: t("account.email"),
        width: "minmax(140px, 1.6fr)",
        from: 560,
        render: ({ email }) => email,
      },
      {
        id: "role",
        label: t("users.role"),
        width: "minmax(80px, 124px)",
        from: 480,
        render: ({ role }) => t(`users.role_${role}`),
      },
      { id: "state", label: t("users.state"), width: "minmax(100px, 200px)", render: (one) => stateMark(one) },
      {
        id: "last",
        label: t("users.last_sign_in"),
        width: "150px",
        from: 760,
        render: ({ last_sign_in_at: at }) => timeAgo(at, t("common.never")),
      },
    ],
  });
  /** @param {Person} made */
  async function added(made) {
    await reload();
    await navigate(`/settings/users/${made.id}`);
  }
  /** @param {string | undefined} id */
  function showPerson(id) {
    const person = people.find((one) => String(one.id) === id);
    if (!person) return void closePanel(true);
    table.activate(person.id);
    void personPanel({
      person,
      people,
      manages,
      own: session.user?.id === person.id,
      signal,
      reload,
      onclose: () => {
        if (location.pathname !== "/settings/users") void navigate("/settings/users");
      },
    });
  }
  stay((next) => showPerson(next.id));
  if (params.id) queueMicrotask(() => showPerson(params.id));
  return element;
}

/** @param {Person} person */
function stateMark(person) {
  const state = stateOf(person),
    severity = { active: "ok", inactive: "info", locked: "error", must_change: "warning" }[state];
  return h(
    "span",
    { class: `severity is-${severity}` },
    h("span", { class: `user-dot is-${state}`, "aria-hidden": "true" }),
    t(`users.state_${state}`),
  );
}

/** @param {AbortSignal} signal @param {(made: Person) => Promise<void>} done */
async function addPanel(signal, done) {
  const entry = form({
    compact: true,
    submit: t("users.add"),
    cancel: () => void closePanel(),
    values: { role: "viewer", password: readablePassword(), force_password_change: true },
    fields: [
      { name: "display_name", label: t("account.display_name"), type: "text", required: true, max_length: 120 },
      { name: "email", label: t("account.email"), type: "email", required: true },
      {
        name: "role",
        label: t("users.role"),
        type: "choice",
        required: true,
        choices: ROLES.map((value) => ({ value, label: t(`users.role_${value}`) })),
        help: t("users.role_help"),
      },
      {
        name: "password",
        label: t("users.first_password"),
        type: "password",
        required: true,
        min_length: 10,
        help: t("users.first_password_help"),
      },
      { name: "force_password_change", label: t("users.must_change"), type: "boolean" },
    ],
    extra: { password: () => h("div", {}, copyButton(() => entry.values.password, t("users.copy_password"))) },
    async onsubmit(values) {
      const made = await createUser(values);
      toast(t("users.added", { name: made.display_name || made.email }));
      await closePanel(true);
      await done(made);
    },
  });
  await openPanel({
    title: t("users.add"),
    icon: "user",
    body: entry.element,
    signal,
    guard: () => (entry.values.email || entry.values.display_name ? entry.guard() ?? t("form.unsaved") : null),
  });
  entry.focus();
}

/**
 * @param {{ person: Person, people: Person[], manages: boolean, own: boolean, signal: AbortSignal,
 *   reload: () => Promise<void>, onclose: () => void }} options
 */
async function personPanel({ person, people, manages, own, signal, reload, onclose }) {
  const last = isLastAdmin(people, person), name = person.display_name || person.email;
  /** @param {() => Promise<any>} work @param {string} message */
  const act = async (work, message) => {
    try {
      const changed = await work();
      toast(message);
      await reload();
      await personPanel({ person: { ...person, ...(changed ?? {}) }, people, manages, own, signal, reload, onclose });
    } catch (error) {
      toastError(error);
    }
  };
  const edit = form({
    compact: true,
    values: person,
    fields: [
      {
        name: "display_name",
        label: t("account.display_name"),
        type: "text",
        required: true,
        max_length: 120,
        read_only: !manages,
      },
      {
        name: "role",
        label: t("users.role"),
        type: "choice",
        required: true,
        read_only: !manages || last,
        choices: ROLES.map((value) => ({ value, label: t(`users.role_${value}`) })),
        help: last ? t("users.last_admin") : t("users.role_help"),
      },
      { name: "force_password_change", label: t("users.must_change"), type: "boolean", read_only: !manages },
    ],
    async onsubmit(_values, changes) {
      if (Object.keys(changes).length > 0) await changeUser(person.id, changes);
      toast(t("common.saved"));
      await reload();
    },
  });
  const actions = manages &&
    h(
      "section",
      { class: "stack tight" },
      h("h3", {}, t("users.actions")),
      h(
        "div",
        { class: "row wrap" },
        button(t("users.set_password"), { icon: "key", onclick: () => void passwordDialog(person, reload) }),
        stateOf(person) === "locked" &&
          button(t("users.unlock"), {
            icon: "unlock",
            onclick: () => void act(() => unlockUser(person.id), t("users.unlocked", { name })),
          }),
        accessButtons(person, own),
        person.active
          ? button(t("users.deactivate"), {
            kind: "danger",
            icon: "lock",
            disabled: last || own,
            title: last ? t("users.last_admin") : own ? t("users.not_self") : "",
            onclick: async () => {
              if (
                await confirmed({
                  title: t("users.deactivate_title", { name }),
                  message: t("users.deactivate_text"),
                  verb: t("users.deactivate"),
                  danger: true,
                })
              ) await act(() => changeUser(person.id, { active: false }), t("users.deactivated", { name }));
            },
          })
          : button(t("users.activate"), {
            icon: "unlock",
            onclick: () => void act(() => changeUser(person.id, { active: true }), t("users.activated", { name })),
          }),
      ),
    );
  const facts = factList([
    [t("account.email"), h("span", { class: "pick" }, person.email)],
    [t("users.state"), stateMark(person)],
    [t("users.last_sign_in"), timeAgo(person.last_sign_in_at, t("common.never"))],
    [t("users.locked_until"), stateOf(person) === "locked" ? timeExact(person.locked_until) : null],
    [t("users.created"), timeAgo(person.created_at)],
  ]);
  await openPanel({
    title: name,
    subtitle: t(`users.role_${person.role}`),
    icon: "user",
    signal,
    onclose,
    guard: () => edit.guard(),
    body: h("div", { class: "stack" }, facts, manages ? edit.element : null, actions),
  });
}

/** @param {Person} person @param {() => Promise<void>} reload */
async function passwordDialog(person, reload) {
  const made = readablePassword();
  await openDialog({
    title: t("users.set_password_title", { name: person.display_name || person.email }),
    body: h(
      "div",
      { class: "stack" },
      h("p", {}, t("users.set_password_text")),
      h(
        "div",
        { class: "row wrap" },
        h("code", { class: "mono shown-once" }, made),
        copyButton(() => made, t("users.copy_password")),
      ),
    ),
    actions: [
      { label: t("common.cancel"), value: null },
      {
        label: t("users.set_password"),
        kind: "primary",
        run: async () => {
          await setPassword(person.id, made);
          await reload();
          toast(t("users.password_set"));
        },
      },
    ],
  });
}
