import { editPath, PATHS, widgetOf } from './pages.ts';
import { HIGH, NARROW, TALL, type OpenOptions, type Studio } from './studio.ts';
import { say } from './texts.ts';
import { CMS } from './world.ts';

const DARK = { colorScheme: 'dark' } as const;

export async function shootWidget(
  { open, take }: Studio,
  name: string,
  options: OpenOptions = {},
): Promise<void> {
  const { page } = await open('/', options);
  const widget = widgetOf(page, options.language);
  await widget
    .getByText(say('chart.title', {}, options.language))
    .first()
    .waitFor();
  const region = page.getByRole('region', {
    name: say('widget.title', {}, options.language),
  });
  await take(`widget-${name}`, page, region);
  await page.close();
}

export async function shootHistory(
  { open, take }: Studio,
  name: string,
  options: OpenOptions = {},
): Promise<void> {
  const { page } = await open(PATHS.history, options);
  await page.locator('table[aria-busy=false] tbody tr').first().waitFor();
  await take(`history${name}`, page);
  await page.close();
}

/** One refresh from its commit on. */
export async function shootChange(
  { open, take }: Studio,
  name: string,
  path: string,
  options: OpenOptions = {},
): Promise<void> {
  const { page } = await open(path, { viewport: TALL, ...options });
  await page.getByText(say('change.time-line', {}, options.language)).waitFor();
  await take(`change-${name}`, page);
  await page.close();
}

export async function pathOfNewest({ open, atlas }: Studio): Promise<string> {
  const { page } = await open(editPath(atlas.germany));
  const last = page
    .getByRole('region', { name: say('changes.list') })
    .getByRole('link')
    .first();
  const path = (await last.getAttribute('href')) ?? '';
  await page.close();
  return path.replace('/admin', '');
}

export async function shootTags({ open, take, atlas }: Studio): Promise<void> {
  const address = `http://${CMS}/api/countries/${atlas.germany}?populate=region`;
  const search = `${PATHS.tags}?search=${encodeURIComponent(address)}`;
  for (const [name, options] of [
    ['', {}],
    ['-narrow', { viewport: NARROW, ...DARK }],
  ] as const) {
    const { page } = await open(search, options);
    await page.getByRole('row').last().waitFor();
    await take(`tags${name}`, page);
    await page.close();
  }
  const { page } = await open(PATHS.tags, DARK);
  await page.getByRole('button', { name: say('refresh-all.open') }).click();
  await page
    .getByRole('dialog')
    .getByText(/at least/)
    .waitFor();
  await take('refresh-all', page);
  await page.close();
}

export async function shootSettings({ open, take }: Studio): Promise<void> {
  const { page } = await open(PATHS.settings, { viewport: TALL });
  await page.getByText(/^LTAI/).waitFor();
  await take('settings', page);
  await page.close();
  const narrow = await open(PATHS.settings, { viewport: NARROW, ...DARK });
  await narrow.page.getByText(/^LTAI/).waitFor();
  await take('settings-narrow', narrow.page);
  await narrow.page.close();
}

/** Whatever it comes to. */
export async function shootTest(
  { open, take }: Studio,
  name: string,
  options: OpenOptions = {},
): Promise<void> {
  const { page } = await open(PATHS.settings, { viewport: HIGH, ...options });
  await page.getByRole('button', { name: say('test.run') }).click();
  await page.getByText(/The test is over/).waitFor();
  await take(`test-${name}`, page, page.getByRole('region', { name: say('test.title') }));
  await page.close();
}

export async function shootMapping({ open, take, atlas }: Studio): Promise<void> {
  const { page } = await open(PATHS.settings);
  const preview = page.getByRole('region', { name: say('preview.title') });
  await preview.getByRole('combobox', { name: say('preview.type') }).click();
  await page.getByRole('option', { name: 'Country', exact: true }).click();
  await preview.getByRole('combobox', { name: say('preview.entry') }).fill('Austria');
  await page.getByRole('option', { name: /Austria/ }).click();
  await preview.getByText(`country:${atlas.austria}:en`).first().waitFor();
  await take('mapping', page, preview);
  await page.close();
}
