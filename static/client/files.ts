/** Files that the hub makes on demand: asked for by POST, since taking one is put on record, and handed to the browser to keep. */
import { Refusal, Unreachable } from "./door";
import { newId } from "./ids";
import { language } from "./language";
import { requestCredentials } from "./session";

const MADE_WITHIN_MS = 60_000;

/** Ask for a file and let the browser save it.
 *
 * @throws Refusal the hub said no. @throws Unreachable nobody answered.
 */
export async function takeFile(path: string, data: Record<string, unknown>): Promise<void> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(MADE_WITHIN_MS),
      headers: {
        "Content-Type": "application/json",
        "Accept-Language": language.value,
        "X-Requested-With": "salon-hub",
        ...requestCredentials(),
      },
      body: JSON.stringify({ id: newId(), ...data }),
    });
  } catch (cause) {
    throw new Unreachable({ cause });
  }
  if (!response.ok) throw new Refusal(await response.json().catch(() => ({})), response.status);
  save(await response.blob(), /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "file");
}

function save(body: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(body);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
