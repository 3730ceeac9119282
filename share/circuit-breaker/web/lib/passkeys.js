// @ts-check
/**
 * Passkeys between the daemon and the browser: bytes are base64url in the API and buffers in the browser.
 */

/** @param {ArrayBuffer} buffer */
export function toText(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text */
export function toBytes(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** Whether this browser can make and use passkeys here: over HTTPS, and not in an old one. */
export const hasPasskeys = () => typeof PublicKeyCredential === "function" && window.isSecureContext;

/** @param {{ credential_id: string, transports: string[] }[]} known */
const descriptors = (known) =>
  known.map(({ credential_id: id, transports }) => ({
    type: /** @type {const} */ ("public-key"),
    id: toBytes(id),
    transports: /** @type {AuthenticatorTransport[]} */ (transports),
  }));

/**
 * What `navigator.credentials.create` takes, from what the daemon asks for.
 *
 * @param {any} asked
 * @returns {PublicKeyCredentialCreationOptions}
 */
export const creationOptions = (asked) => ({
  challenge: toBytes(asked.challenge),
  rp: { id: asked.site, name: "Circuit Breaker" },
  user: { id: toBytes(asked.user_handle), name: asked.user_name, displayName: asked.display_name },
  pubKeyCredParams: asked.algorithms.map((/** @type {number} */ alg) => ({ type: "public-key", alg })),
  excludeCredentials: descriptors(asked.known),
  authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
  attestation: "none",
  timeout: asked.timeout_ms,
});

/**
 * What `navigator.credentials.get` takes.
 *
 * @param {any} asked
 * @returns {PublicKeyCredentialRequestOptions}
 */
export const requestOptions = (asked) => ({
  challenge: toBytes(asked.challenge),
  rpId: asked.site,
  allowCredentials: descriptors(asked.known),
  userVerification: asked.user_verification,
  timeout: asked.timeout_ms,
});

/**
 * Makes a passkey; resolves to the body for the daemon, or to null when the person has changed their mind.
 *
 * @param {any} asked
 * @param {string} name
 */
export async function makePasskey(asked, name) {
  const made = /** @type {PublicKeyCredential | null} */ (await dismissable(() =>
    navigator.credentials.create({ publicKey: creationOptions(asked) })
  ));
  if (!made) return null;
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return {
    name,
    credential_id: toText(made.rawId),
    client_data: toText(response.clientDataJSON),
    attestation: toText(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

/**
 * Proves with a passkey; resolves to the body for the daemon, or to null when the person has changed their mind.
 *
 * @param {any} asked
 */
export async function provePasskey(asked) {
  const given = /** @type {PublicKeyCredential | null} */ (await dismissable(() =>
    navigator.credentials.get({ publicKey: requestOptions(asked) })
  ));
  if (!given) return null;
  const response = /** @type {AuthenticatorAssertionResponse} */ (given.response);
  return {
    credential_id: toText(given.rawId),
    client_data: toText(response.clientDataJSON),
    authenticator_data: toText(response.authenticatorData),
    signature: toText(response.signature),
    user_handle: response.userHandle ? toText(response.userHandle) : null,
  };
}

/**
 * The browser says NotAllowedError for "cancelled", "took too long" and "has none".
 *
 * @template T
 * @param {() => Promise<T>} ask
 */
async function dismissable(ask) {
  try {
    return await ask();
  } catch (error) {
    if (/** @type {Error} */ (error).name === "NotAllowedError") return null;
    throw error;
  }
}
