// @ts-check
/** Deleting says first what else goes, and can be undone. */
import { t } from "../../lib/i18n.js";
import { lower } from "../../lib/kinds.js";
import { confirmed } from "../../ui/dialog.js";
import { toast, toastError } from "../../ui/toast.js";
import { titleOf } from "./columns.model.js";
import { deleteThing, readConsequences, restoreThing } from "./inventory.api.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */

/** @param {Kind} kind @param {Kind[]} kinds @param {Thing} thing @returns {Promise<boolean>} whether it is gone */
export async function removeThing(kind, kinds, thing) {
  const consequences = await readConsequences(kind, thing.id);
  const labels = new Map(kinds.map(({ name, label }) => [name, label]));
  const name = titleOf(thing, kind);
  const isSure = await confirmed({
    title: t("inventory.delete_title", { kind: lower(kind.label), name }),
    message: t("inventory.delete_text"),
    verb: t("common.delete"),
    danger: true,
    consequences,
    describe: (ref) => `${labels.get(ref.kind) ?? ref.kind} ${ref.name || `#${ref.id}`}`,
  });
  if (!isSure) return false;
  await deleteThing(kind, thing.id, { cascade: (consequences.deletes?.length ?? 0) > 0 });
  const undo = () =>
    void restoreThing(thing.id).then(() => toast(t("inventory.restored", { name })), (error) => toastError(error));
  toast(t("inventory.deleted", { name }), { action: { label: t("inventory.undo"), run: undo } });
  return true;
}
