import { toast } from "@design";

/** Do something and say it; a refusal is said as the hub words it. True when it was done. */
export async function done(work: () => Promise<unknown>, said?: string): Promise<boolean> {
  try {
    await work();
    if (said) toast(said);
    return true;
  } catch (error) {
    toast((error as Error).message, { tone: "alert" });
    return false;
  }
}
