/** Passkeys in the browser: where there are any, and from the hub's JSON to what the browser takes and back. */
import { t } from "./i18n";

/** Why this page has no passkeys: plain http, an old browser, or another address than the store's. */
export type PasskeyTrouble = "insecure" | "unsupported" | "elsewhere";

/** Undefined where passkeys work: under the store's https `address`, and on the server itself. */
export function passkeyTrouble(address: string): PasskeyTrouble | undefined {
  if (!window.isSecureContext) return "insecure";
  if (typeof window.PublicKeyCredential !== "function" || !navigator.credentials) return "unsupported";
  if (location.hostname === "localhost") return undefined;
  return address !== "" && new URL(address).origin === location.origin ? undefined : "elsewhere";
}

/** The person closed the browser's own dialog, or the device has no passkey for here. */
export class PasskeyDeclined extends Error {}

type Json = Record<string, unknown>;

function bytes(text: unknown): ArrayBuffer {
  const plain = atob(String(text).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function described(known: unknown): PublicKeyCredentialDescriptor[] {
  return ((known as Json[] | undefined) ?? []).map((each) => ({ id: bytes(each["id"]), type: "public-key" }));
}

/** Make a passkey of the hub's offer. @throws PasskeyDeclined */
export async function createPasskey(options: Json): Promise<Json> {
  const user = options["user"] as Json;
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        ...(options as unknown as PublicKeyCredentialCreationOptions),
        challenge: bytes(options["challenge"]),
        user: { id: bytes(user["id"]), name: String(user["name"]), displayName: String(user["displayName"]) },
        excludeCredentials: described(options["excludeCredentials"]),
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return plain(made, { attestationObject: text(response.attestationObject) });
}

/** Sign the hub's challenge with a passkey of this device. @throws PasskeyDeclined */
export async function getPasskey(options: Json): Promise<Json> {
  const found = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        ...(options as unknown as PublicKeyCredentialRequestOptions),
        challenge: bytes(options["challenge"]),
        allowCredentials: described(options["allowCredentials"]),
      },
    }),
  );
  const response = found.response as AuthenticatorAssertionResponse;
  return plain(found, {
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    ...(response.userHandle && { userHandle: text(response.userHandle) }),
  });
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let found: Credential | null;
  try {
    found = await ask();
  } catch (error) {
    const known = (error as DOMException).name === "InvalidStateError";
    throw new PasskeyDeclined(t(known ? "passkey-known" : "passkey-declined"));
  }
  if (!found) throw new PasskeyDeclined(t("passkey-declined"));
  return found as PublicKeyCredential;
}

function plain(credential: PublicKeyCredential, response: Json): Json {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
    clientExtensionResults: {},
  };
}
