import type { Instance } from '../instance.ts';
import { tagsOfFileUrls } from '../tags/names.ts';
import { FILE_UID } from '../tags/types.ts';
import { appendWritten } from './append-written.ts';

interface MediaFile {
  readonly [field: string]: unknown;
  readonly documentId: string;
  readonly locale?: string | null;
}

interface MediaEvent {
  readonly params: { readonly where?: object };
  readonly result?: unknown;
  state: unknown;
}

/**
 * Refreshes what shows a file of the media library when the file is changed, replaced or removed, and
 * the file’s own addresses. Strapi writes files past the document service and outside of transactions,
 * so that an error here can only be logged: the file has changed already.
 */
export function watchMedia(instance: Instance): void {
  const { strapi, names } = instance;
  if (!names.types.has(FILE_UID)) return;
  const refresh = (action: string, files: readonly MediaFile[]): Promise<void> =>
    refreshFiles(instance, action, files);
  const refreshAll = (action: string) => () =>
    appendWritten(instance, FILE_UID, { subject: FILE_UID, reason: action }, () =>
      names.tagsOfWholeType(FILE_UID),
    );
  const remember = async (event: MediaEvent): Promise<void> => {
    event.state = await strapi.db.query(FILE_UID).findOne({ where: { ...event.params.where } });
  };
  strapi.db.lifecycles.subscribe({
    models: [FILE_UID],
    afterCreate: ({ result }: MediaEvent) => refresh('media.create', filesIn(result)),
    beforeUpdate: remember,
    afterUpdate: ({ result, state }: MediaEvent) => refresh('media.update', filesIn(state, result)),
    beforeDelete: remember,
    afterDelete: ({ state }: MediaEvent) => refresh('media.delete', filesIn(state)),
    afterCreateMany: refreshAll('media.create'),
    afterUpdateMany: refreshAll('media.update'),
    afterDeleteMany: refreshAll('media.delete'),
  });
}

function filesIn(...found: readonly unknown[]): readonly MediaFile[] {
  return found.filter(
    (file): file is MediaFile => typeof file === 'object' && file !== null && 'documentId' in file,
  );
}

/** A file as it was, as it is, or both. */
async function refreshFiles(
  instance: Instance,
  reason: string,
  files: readonly MediaFile[],
): Promise<void> {
  const documentId = files.at(-1)?.documentId;
  if (documentId === undefined) return;
  const about = { subject: `${FILE_UID}:${documentId}`, reason };
  await appendWritten(instance, FILE_UID, about, () => {
    const change = instance.names.tagsOfChange(FILE_UID, {
      documentId,
      locales: files.map((file) => file.locale),
      entries: files,
    });
    return [...new Set([...change, ...files.flatMap((file) => tagsOfFileUrls(file))])];
  });
}
