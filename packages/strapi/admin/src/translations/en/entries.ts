/** What editors meet beside their entries, in lists, and on the home page. */
export const entries = {
  'panel.title': 'Is it live?',
  'panel.unsaved': 'Not saved yet. When it is published, you see here whether visitors get it.',
  'panel.draft': 'A draft: visitors do not see it, so there is nothing to refresh.',
  'panel.untagged':
    'Entries of this type have no tags, so nothing is refreshed when they change. Whoever runs this Strapi can change that in its configuration.',
  'panel.no-targets':
    'Nothing is refreshed: no target is configured. Whoever runs this Strapi can add one in its configuration.',
  'panel.unchanged': 'Published, and nothing is left to refresh: the history has no change of it.',
  'panel.waiting': 'Saved at {time}. The refresh begins by itself in a moment.',
  'panel.quota':
    'Waits for the quota’s next day, and goes on by itself then. Visitors may see the old content until then.',
  'panel.quota-until':
    'Waits for the quota’s next day ({time}), and goes on by itself then. Visitors may see the old content until then.',
  'panel.retrying': 'The refresh did not go through. It is tried again by itself.',
  'panel.failed':
    'The refresh failed, and is not tried again by itself: visitors may see the old content. First mend what is said here, then try again.',
  'panel.failed-link': 'Details, and try again',
  'panel.accepted': 'Alibaba Cloud has taken the refresh and is carrying it out.',
  'panel.complete': 'Since {time} the refresh is complete, as Alibaba Cloud reports.',
  'panel.settled':
    'Alibaba Cloud does not report the end; the time that a refresh takes was over at {time}.',
  'panel.settled-rebuilt':
    'The build of the site was asked for at {time}. It refreshes the edge itself when it is deployed.',
  'panel.looking': 'Now it is checked whether visitors get the new content.',
  'panel.live': 'Live since {time}: the edge was seen to serve the new content.',
  'panel.live-gone': 'No longer visible since {time}: the edge was seen not to serve it any more.',
  'panel.stale': 'The refresh is complete, and still visitors do not get the new content.',
  'panel.stale-gone': 'The refresh is complete, and still visitors get it.',
  'panel.discarded':
    'Somebody gave this refresh up, so visitors may see the old content. If they should not, refresh it now.',
  'panel.no-urls':
    'Whether visitors get it cannot be checked: freshtag knows no page of this entry (“urls” of its type).',
  'panel.no-urls-there':
    'At some targets it cannot be checked whether visitors get it: freshtag knows no page of this entry there (“urls” of its type).',
  'panel.no-verify':
    'freshtag could check whether visitors get it, if it knew where to look (“verify” of the target).',
  'panel.settings': 'See the settings',
  'panel.refresh': 'Refresh now',
  'steps.list': 'On its way to visitors',
  'steps.reached': 'reached',
  'steps.next': 'under way',
  'steps.failed': 'not reached',
  'steps.open': 'still open',
  'panel.saved': 'Saved',
  'targets.list': 'Targets',
  'urls.list': 'Pages',
  'changes.list': 'Last refreshes',
  'changes.all': 'All refreshes of this entry',
  'refresh-entry.action': 'Refresh at the edge',
  'refresh-entry.title': 'Refresh this entry at the edge?',
  'refresh-entries.title':
    '{count, plural, one {Refresh # entry at the edge?} other {Refresh # entries at the edge?}}',
  'widget.title': 'Is everything live?',
  'widget.fresh': 'Nothing waits to be refreshed.',
  'widget.behind': 'Changes wait to be refreshed, the oldest for {age}.',
  'widget.stuck':
    '{failed, plural, =100 {100 changes or more failed to be refreshed and wait for somebody.} one {# change failed to be refreshed and waits for somebody.} other {# changes failed to be refreshed and wait for somebody.}}',
  'widget.stale':
    '{stale, plural, =100 {100 refreshes or more of the last 24 hours are complete, and still visitors get the old content.} one {# refresh of the last 24 hours is complete, and still visitors get the old content.} other {# refreshes of the last 24 hours are complete, and still visitors get the old content.}}',
  'widget.idle': 'Nothing is refreshed: no target is configured.',
  'widget.failed-link': 'See what failed, and try again',
  'widget.stale-link': 'See what is stale',
  'widget.link': 'See the history',
  'widget.waiting': 'Waiting',
  'widget.failed': 'Failed',
  'widget.changes': '{count, plural, =100 {100+} other {#}}',
  'widget.calls': 'Calls today',
  'widget.quota': 'Quota left',
  'widget.quota-of': '{remaining, number} of {total, number}',
  'widget.quota-unknown': 'Not known yet',
  'chart.title': 'The last 24 hours',
  'chart.calls': '{count, plural, one {# call} other {# calls}}',
  'chart.failures': 'of these, {count, number} failed',
  'chart.hour': 'Hour',
  'chart.calls-column': 'Calls',
  'chart.failures-column': 'Of these, failed',
  'chart.none': 'No calls',
} as const;
