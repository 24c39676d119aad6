import type { ReactNode } from 'react';

/**
 * What the content manager takes of plugins, as far as this one gives it. Its own types are in a package
 * that a project need not have installed by itself.
 * https://docs.strapi.io/cms/plugins-development/content-manager-apis
 */
export interface ContentManagerApis {
  readonly addEditViewSidePanel: (panels: EditViewPanel[]) => void;
  readonly addDocumentAction: (actions: DocumentAction[]) => void;
  readonly addBulkAction: (actions: BulkAction[]) => void;
}

/** An entry as the content manager has loaded it. */
export interface LoadedDocument {
  readonly documentId: string;
  readonly locale?: string | null | undefined;
  readonly publishedAt?: string | null | undefined;
  readonly [attribute: string]: unknown;
}

interface EditViewContext {
  /** `null` for a type without drafts. */
  readonly activeTab: 'draft' | 'published' | null;
  /** `single-types` or `collection-types`. */
  readonly collectionType: string;
  /** Left out while an entry is being created. */
  readonly document?: LoadedDocument | undefined;
  readonly documentId?: string | undefined;
  /** Uid of the content type. */
  readonly model: string;
}

interface ListViewContext {
  readonly collectionType: string;
  /** Those that are selected. */
  readonly documents: readonly LoadedDocument[];
  readonly model: string;
}

/** Each is called as a component, so it may use hooks; `null` leaves it out. */
export type EditViewPanel = (
  context: EditViewContext,
) => { readonly title: string; readonly content: ReactNode } | null;

interface Dialog {
  readonly type: 'modal';
  readonly title: string;
  readonly content: (about: { readonly onClose: () => void }) => ReactNode;
}

interface Action {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
  readonly variant?: 'secondary' | 'tertiary';
  readonly dialog: Dialog;
}

type Position = 'panel' | 'header' | 'table-row';

export type DocumentAction = ((
  context: EditViewContext,
) => (Action & { readonly position?: readonly Position[] }) | null) & {
  /** Where it is called at all. */
  position?: readonly Position[];
};

export type BulkAction = (context: ListViewContext) => Action | null;
