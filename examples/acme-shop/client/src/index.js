/** Products of a category, or all of them. */
export async function products(base, category) {
  const url = new URL('/products', base);
  if (category) url.searchParams.set('category', category);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the shop answered ${response.status}`);
  return response.json();
}
