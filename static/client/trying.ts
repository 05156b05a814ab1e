import { useState } from "preact/hooks";

/** One try at a time; what the hub refuses stands at the field. */
export function useTry() {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (work: () => Promise<void>) => {
    setWorking(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setWorking(false);
  };
  return { working, problem, run };
}
