import type { CommandData, CommandName, CommandResult } from "./api";
import { sayError } from "./i18n";
import { newId } from "./ids";
import { language } from "./language";
import { requestCredentials } from "./session";

/** What the hub answered to an accepted command. */
export interface Answer<R> {
  /** Number of the last fact that the command made. */
  seq: number;
  result: R;
  /** The hub had done it already; nothing happened twice. */
  repeated: boolean;
}

/** application/problem+json (RFC 9457) as the hub writes it. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  params?: Record<string, unknown>;
}

/** The hub said no; nothing has changed. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly params: Record<string, unknown>;
  /** Seconds after which to ask again, where the hub gave them. */
  readonly retryAfter: number | undefined;

  constructor(body: Partial<ProblemBody>, status: number, retryAfter?: number) {
    super(sayError({ code: body.code ?? "unknown", params: body.params, detail: body.detail }));
    this.name = "Refusal";
    this.code = body.code ?? "unknown";
    this.status = status;
    this.params = body.params ?? {};
    this.retryAfter = retryAfter;
  }

  /** The same command may be accepted later: the hub is busy, read-only or restarting. */
  get passing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** Nobody answered. What was sent may have been done: send it again with the same id. */
export class Unreachable extends Error {
  readonly code = "unreachable";

  constructor(options?: ErrorOptions) {
    super(sayError({ code: "unreachable" }), options);
    this.name = "Unreachable";
  }
}

export type DoorError = Refusal | Unreachable;

const ANSWER_WITHIN_MS = 10_000; // longer than any commit, shorter than anybody waits
const AGAIN_AFTER_MS = [300, 1200];

/** Fetch from the hub; a problem answer throws `Refusal`, silence throws `Unreachable`. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...init,
      headers: {
        Accept: "application/json",
        "Accept-Language": language.value,
        "X-Requested-With": "salon-hub",
        ...requestCredentials(),
        ...(init.headers as Record<string, string>),
      },
    });
    text = await response.text();
  } catch (cause) {
    throw new Unreachable({ cause });
  }
  const body = parsed(text);
  if (response.ok && body !== undefined) return body as T;
  if (response.ok) throw new Unreachable(); // a stranger's page: a captive portal, not the hub
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  throw new Refusal(body ?? {}, response.status, Number.isFinite(seconds) ? seconds : undefined);
}

function parsed(text: string): Partial<ProblemBody> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Hand `body` in at a path of the hub's that is no command; once. Throws like `ask`. */
export function handIn<T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> {
  const sent = { "Content-Type": "application/json", ...headers };
  return ask<T>(path, { method: "POST", headers: sent, body: JSON.stringify(body) });
}

/** Send one command once, with the id that names it for ever. `as`: whose it is; the hub refuses it from anybody else. */
export function post<N extends CommandName>(
  name: N,
  id: string,
  data: CommandData<N>,
  as?: string,
): Promise<Answer<CommandResult<N>>> {
  return handIn(`/api/commands/${encodeURIComponent(name)}`, { id, data }, as ? { "X-Salon-As": as } : {});
}

/** Ask the hub to do `name`; where nobody answers, ask twice more with the same id.
 *
 * @throws Refusal the hub said no. @throws Unreachable nobody answered; call again with the same `id` to be sure.
 */
export async function send<N extends CommandName>(
  name: N,
  data: CommandData<N>,
  { id = newId() }: { id?: string } = {},
): Promise<Answer<CommandResult<N>>> {
  for (const pause of AGAIN_AFTER_MS) {
    try {
      return await post(name, id, data);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      await wait(pause);
    }
  }
  return post(name, id, data);
}
