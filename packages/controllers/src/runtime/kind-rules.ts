/** How objects of a kind are merged and patched. The engines' own types are filled in by their packages. */
export interface KindRules {
  readonly namespaced: boolean;
}
