/** A site of two pages, a script and a public file. */
export const VITE_SITE: Readonly<Record<string, string>> = {
  'index.html':
    '<html><head><meta name="cache-tag" content="home"></head><body>one<script type="module" src="./app.js"></script></body></html>',
  'about.html': '<html><head></head><body>about</body></html>',
  'app.js': 'document.title = "one";',
  'public/robots.txt': 'User-agent: *',
};
