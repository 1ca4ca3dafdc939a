/** Maps in order with at most `width` under way; the first failure is thrown when those under way have ended. */
export async function inParallel<In, Out>(
  items: readonly In[],
  width: number,
  each: (item: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = new Array<Out>(items.length);
  const failures: unknown[] = [];
  let at = 0;
  const worker = async (): Promise<void> => {
    while (at < items.length && failures.length === 0) {
      const index = at++;
      const item = items[index];
      if (item === undefined) continue;
      try {
        results[index] = await each(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
