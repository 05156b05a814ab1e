/** The hub's commands and views as types, from its OpenAPI document (`npm run types`). Loose where no document was made. */
import type { paths } from "../build/api";

type Json<T> = T extends { content: { "application/json": infer B } } ? B : never;
type Known = keyof paths & string;
type LastPart<P extends string, Prefix extends string> = P extends `${Prefix}${infer Name}` ? Name : never;

type KnownCommand = Exclude<LastPart<Known, "/api/commands/">, `{${string}`>;
type KnownScreen = Exclude<LastPart<Known, "/api/views/">, `{${string}`>;

type Operation<P extends string, M extends string> = P extends keyof paths
  ? paths[P] extends Record<M, infer O>
    ? O
    : never
  : never;
type Answered<O> = O extends { responses: { 200: infer R } } ? Json<R> : never;

export type CommandName = [KnownCommand] extends [never] ? string : KnownCommand;
export type ScreenName = [KnownScreen] extends [never] ? string : KnownScreen;

type Post<N extends string> = Operation<`/api/commands/${N}`, "post">;
export type CommandData<N extends string> = [KnownCommand] extends [never]
  ? any
  : Post<N> extends { requestBody?: infer B }
    ? Json<NonNullable<B>> extends { data: infer D }
      ? D
      : never
    : never;
export type CommandResult<N extends string> = [KnownCommand] extends [never]
  ? any
  : Answered<Post<N>> extends { result: infer R }
    ? R
    : never;

type Get<S extends string> = Operation<`/api/views/${S}`, "get">;
type InBody<S extends string> = Operation<`/api/views/${S}`, "post">;
/** The view of a screen: `ViewOf<"desk">`. */
export type ViewOf<S extends string> = [KnownScreen] extends [never]
  ? any
  : Answered<Get<S> | InBody<S>> extends { view: infer V }
    ? V
    : never;
type InAddress<O> = O extends { parameters: { query?: infer Q } }
  ? [NonNullable<Q>] extends [never]
    ? Record<string, never>
    : NonNullable<Q>
  : Record<string, never>;
/** What a screen may be asked for: `ParamsOf<"desk">`. */
export type ParamsOf<S extends string> = [KnownScreen] extends [never]
  ? Record<string, unknown>
  : [InBody<S>] extends [never]
    ? InAddress<Get<S>>
    : InBody<S> extends { requestBody: infer B }
      ? Json<B>
      : never;
