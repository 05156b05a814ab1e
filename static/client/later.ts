import { useEffect, useState } from "preact/hooks";

const AGAIN_MS = 2_000;

/** What `load` brings, asked for again until it comes: a part of the page must not stay away because the network was gone just then. */
export async function persist<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      console.warn(error);
      await new Promise((go) => setTimeout(go, AGAIN_MS));
    }
  }
}

// A style sheet that failed counts as fetched: neither the browser nor the bundler's loader asks for it again.
addEventListener(
  "error",
  ({ target }) => {
    if (target instanceof HTMLLinkElement) setTimeout(() => target.replaceWith(target.cloneNode()), AGAIN_MS);
  },
  true,
);

/** What comes after the first picture: undefined until it is there. */
export function useLater<T>(load: () => Promise<T>): T | undefined {
  const [loaded, setLoaded] = useState<T>();
  useEffect(() => {
    void persist(load).then((module) => setLoaded(() => module));
  }, []);
  return loaded;
}
