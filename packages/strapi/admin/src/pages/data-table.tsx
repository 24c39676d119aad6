import { Box } from '@strapi/design-system';
import type { ReactElement, ReactNode } from 'react';
import { styled } from 'styled-components';

import { Unseen } from '../parts/unseen.tsx';

export interface Column<Row> {
  readonly label: string;
  /** Whether its words may be of any length: tags, addresses, names that people gave. */
  readonly isFree?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  /** What it is, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Whether newer rows are on their way. */
  readonly isBusy?: boolean;
}

/** A table; where there is no room for its columns, a card for each row. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { caption, columns, rows, keyOf, isBusy = false } = props;
  return (
    <Surround background="neutral0" hasRadius shadow="tableShadow">
      {/* With roles, since cards are no table to a browser by themselves. */}
      <Table role="table" aria-busy={isBusy} $columns={columns.length}>
        <caption>
          <Unseen>{caption}</Unseen>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ label }) => (
              <th key={label} role="columnheader" scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map(({ label, isFree = false, cell }) => (
                <td key={label} role="cell" data-is-free={isFree}>
                  <Label aria-hidden>{label}</Label>
                  <Content>{cell(row)}</Content>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </Surround>
  );
}

const Surround = styled(Box)`
  container-type: inline-size;
`;

const Content = styled.div`
  min-width: 0;
`;

const Label = styled.span`
  display: none;
  color: ${({ theme }) => theme.colors.neutral600};
  font-size: ${({ theme }) => theme.fontSizes[1]};
`;

/** That a column needs, so that no word of a usual length is broken. */
const COLUMN_PX = 124;

const Table = styled.table<{ readonly $columns: number }>`
  width: 100%;
  color: ${({ theme }) => theme.colors.neutral800};
  font-size: ${({ theme }) => theme.fontSizes[3]};
  line-height: ${({ theme }) => theme.lineHeights[4]};

  ${({ theme }) => theme.breakpoints.medium} {
    font-size: ${({ theme }) => theme.fontSizes[2]};
  }

  &[aria-busy='true'] {
    opacity: 0.6;
  }

  caption {
    position: relative;
  }

  th,
  td {
    padding: ${({ theme }) => `${theme.spaces[3]} ${theme.spaces[4]}`};
    text-align: start;
    vertical-align: top;
  }

  td[data-is-free='true'] {
    min-width: 14rem;
    overflow-wrap: anywhere;
  }

  th {
    color: ${({ theme }) => theme.colors.neutral600};
    font-size: ${({ theme }) => theme.fontSizes[1]};
    font-weight: ${({ theme }) => theme.fontWeights.semiBold};
  }

  tbody tr {
    border-top: 1px solid ${({ theme }) => theme.colors.neutral150};
  }

  time {
    white-space: nowrap;
  }

  @container (max-width: ${({ $columns }) => $columns * COLUMN_PX}px) {
    &,
    tbody,
    tr {
      display: block;
    }

    thead {
      display: none;
    }

    tbody tr {
      padding: ${({ theme }) => theme.spaces[3]} 0;
    }

    tbody tr:first-child {
      border: none;
    }

    td {
      display: grid;
      grid-template-columns: minmax(8rem, 1fr) 3fr;
      gap: ${({ theme }) => theme.spaces[3]};
      align-items: baseline;
      padding: ${({ theme }) => `${theme.spaces[1]} ${theme.spaces[4]}`};
    }

    ${Label} {
      display: block;
    }
  }
`;
