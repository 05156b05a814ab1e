import { useLayoutEffect, useState } from "preact/hooks";

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** A form over what the hub holds and that is sent as a whole: what nobody has touched here follows the hub, so that keeping it does
 *  not put back what somebody else has changed meanwhile. `changed`: something here differs from what the hub holds. */
export function useEdits<T extends object>(held: T): { draft: T; put: (change: Partial<T>) => void; changed: boolean } {
  const [touched, touch] = useState<Partial<T>>({});
  const put = (change: Partial<T>) => touch((before) => ({ ...before, ...change }));
  const own = Object.entries(touched).filter(([name, value]) => !same(value, held[name as keyof T]));
  // Once the hub holds it, it is no change of ours any more.
  useLayoutEffect(() => touch(Object.fromEntries(own) as Partial<T>), [JSON.stringify(held)]);
  return { draft: { ...held, ...touched }, put, changed: own.length > 0 };
}
