// @ts-check
/**
 * What is needed when somebody asks for it is fetched then, so that the map is drawn sooner: forms of dialogs, sample labs,
 * links to share. What cannot be fetched says so, and is answered like a dialog that was closed.
 */
import { toastError } from "../../ui/toast.js";

/** @typedef {typeof import("./map.dialogs.js")} Dialogs */

/**
 * @template Module, Result
 * @param {Promise<Module>} module @param {(module: Module) => Promise<Result>} use
 * @returns {Promise<Result | null>}
 */
async function later(module, use) {
  try {
    return await use(await module);
  } catch (error) {
    toastError(error);
    return null;
  }
}

const dialogs = () => import("./map.dialogs.js");

/** @param {Parameters<Dialogs["askName"]>} about */
export const askName = (...about) => later(dialogs(), (one) => one.askName(...about));

/** @param {Parameters<Dialogs["askAlias"]>} about */
export const askAlias = (...about) => later(dialogs(), (one) => one.askAlias(...about));

/** @param {Parameters<Dialogs["askMapName"]>} about */
export const askMapName = (...about) => later(dialogs(), (one) => one.askMapName(...about));

/** @param {Parameters<Dialogs["askNode"]>} about */
export const askNode = (...about) => later(dialogs(), (one) => one.askNode(...about));

/** @param {Parameters<Dialogs["askWay"]>} about */
export const askWay = (...about) => later(dialogs(), (one) => one.askWay(...about));

/** @param {Parameters<typeof import("./map.share.js").shareMap>} about */
export const shareMap = (...about) => later(import("./map.share.js"), (one) => one.shareMap(...about));

/** @param {Parameters<typeof import("./map.samples.js").startWithSample>} about */
export const startWithSample = (...about) => later(import("./map.samples.js"), (one) => one.startWithSample(...about));

/** @param {Parameters<typeof import("./map.samples.js").withoutSample>} about */
export const withoutSample = (...about) => later(import("./map.samples.js"), (one) => one.withoutSample(...about));
