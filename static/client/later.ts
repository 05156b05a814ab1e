import { useEffect, useState } from "preact/hooks";

/** What comes after the first picture: undefined until it is there. `load` is called once. */
export function useLater<T>(load: () => Promise<T>): T | undefined {
  const [loaded, setLoaded] = useState<T>();
  useEffect(() => {
    void load().then((module) => setLoaded(() => module));
  }, []);
  return loaded;
}
