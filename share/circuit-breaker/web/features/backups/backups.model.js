// @ts-check
/**
 * What the page Backups knows, without a screen.
 *
 * @typedef {{ rhythm: string, every_hours: number, hour: number, minute: number, weekdays: number[],
 *   month_day: number }} Schedule
 * @typedef {{ last: number | null, daily: number | null, weekly: number | null, monthly: number | null,
 *   within_days: number | null }} Keep
 * @typedef {{ key_id: string | null, key: { set: boolean, since: string | null, locked: boolean }, timezone: string,
 *   schedule: Schedule, next_run: string | null, keep: Keep, drill: Schedule, next_drill: string | null,
 *   revision: number }} Settings
 * @typedef {{ target_id: number, size: number, verified_at: string | null, problem: string | null }} Copy
 * @typedef {{ name: string, made_at: string, size: number, origin: string | null, key_id: string | null,
 *   verified: boolean, copies: Copy[] }} Backup
 * @typedef {{ id: number, name: string, kind: "local" | "directory" | "s3", enabled: boolean, path: string | null,
 *   endpoint: string | null, region: string | null, bucket: string | null, folder: string | null,
 *   key_id: string | null, authorities: string | null, revision: number,
 *   secret: { set: boolean, since: string | null, locked: boolean } }} Target
 * @typedef {{ phase: string, done: number, total: number | null, note: string | null }} Progress
 * @typedef {{ id: number, kind: string, origin: string, state: string, backup: string | null, started_by: string,
 *   started_at: string, finished_at: string | null, problem: string | null, report: any,
 *   progress: Progress | null }} Job
 */

/** @param {Job | null | undefined} job */
export const isRunning = (job) => job?.state === "running";

/** How severe the end of a job is. @param {Job} job */
export const severityOf = ({ state }) =>
  ({ running: "info", done: "ok", failed: "error", interrupted: "warning", cancelled: "notice" })[state] ?? "info";

/** Which of a backup's states is worth a word: the worst copy first. @param {Backup} backup */
export function stateOf({ copies, verified }) {
  if (copies.some(({ problem }) => problem)) return "damaged";
  return verified ? "verified" : "unverified";
}

/** The newest job of the list that runs. @param {Job[]} jobs */
export const runningOf = (jobs) => jobs.find(isRunning) ?? null;

/** 0…100, or null while nobody knows. @param {Progress | null} progress */
export function shareOf(progress) {
  if (!progress?.total) return null;
  return Math.max(0, Math.min(100, Math.floor((100 * progress.done) / progress.total)));
}

const pad = (/** @type {number} */ number) => String(number).padStart(2, "0");

/** "02:30". @param {Schedule} schedule */
export const timeOf = ({ hour, minute }) => `${pad(hour)}:${pad(minute)}`;

/**
 * Hour and minute of "2:30", or null.
 *
 * @param {string | null} text
 */
export function readTime(text) {
  const found = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(text ?? "");
  if (!found) return null;
  const hour = Number(found[1]), minute = Number(found[2]);
  return hour < 24 && minute < 60 ? { hour, minute } : null;
}

/**
 * The values of a form for a schedule, named with that prefix.
 *
 * @param {string} prefix
 * @param {Schedule} schedule
 */
export function scheduleValues(prefix, schedule) {
  return {
    [`${prefix}_rhythm`]: schedule.rhythm,
    [`${prefix}_time`]: timeOf(schedule),
    [`${prefix}_every`]: String(schedule.every_hours),
    [`${prefix}_weekday`]: String(schedule.weekdays[0] ?? 7),
    [`${prefix}_day`]: schedule.month_day,
  };
}

/**
 * The schedule that a form says; what its rhythm does not use stays as it was.
 *
 * @param {string} prefix
 * @param {Record<string, any>} values
 * @param {Schedule} before
 * @returns {Schedule}
 */
export function scheduleOf(prefix, values, before) {
  const time = readTime(values[`${prefix}_time`]) ?? { hour: before.hour, minute: before.minute };
  const weekday = Number(values[`${prefix}_weekday`]);
  return {
    ...before,
    ...time,
    rhythm: values[`${prefix}_rhythm`] ?? before.rhythm,
    every_hours: Number(values[`${prefix}_every`]) || before.every_hours,
    // More than one day is set by the API only, and kept as long as the first stays.
    weekdays: weekday === before.weekdays[0] ? before.weekdays : [weekday],
    month_day: values[`${prefix}_day`] ?? before.month_day,
  };
}

/** Which inputs of a schedule a rhythm needs. @param {string} rhythm */
export function inputsOf(rhythm) {
  const all = /** @type {Record<string, string[]>} */ ({
    hours: ["every"], daily: ["time"], weekly: ["time", "weekday"], monthly: ["time", "day"],
  });
  return all[rhythm] ?? [];
}

/** What a target is, in a line. @param {Target} target */
export function placeOf(target) {
  if (target.kind === "directory") return target.path ?? "";
  if (target.kind === "s3") return `${target.endpoint}/${target.bucket}/${target.folder ?? ""}`;
  return "";
}

/** Whether this is what has to be typed before everything is replaced. @param {string} typed @param {Backup} backup */
export const isConfirmed = (typed, backup) => typed.trim() === backup.name;

/** Parts of a file, as `[offset, end]`. @param {number} size @param {number} part @param {number} [from] */
export function partsOf(size, part, from = 0) {
  const parts = [];
  for (let offset = from; offset < size; offset += part) parts.push([offset, Math.min(size, offset + part)]);
  return parts;
}
