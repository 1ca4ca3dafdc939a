import { script } from './script.ts';
import { style } from './style.ts';

/** The page that lists the apps. It holds nothing of the cluster's: its script fills it from the stream. */
export function pageText(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Capstan</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<header><h1>Capstan</h1><span id="total" role="status"></span><span id="link">connecting</span></header>
<main>
<h2>Apps</h2>
<ul id="apps"></ul>
<h2>Sources</h2>
<ul id="sources"></ul>
</main>
<footer>Read-only. The same as <code>capstan get</code>; <code>capstan why NAME</code> tells what stands in the way.</footer>
<script nonce="${nonce}">${script}</script>
</body>
</html>
`;
}
