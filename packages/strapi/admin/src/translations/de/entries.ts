import type { entries as english } from '../en/entries.ts';

export const entries: Record<keyof typeof english, string> = {
  'panel.title': 'Ist es live?',
  'panel.unsaved':
    'Noch nicht gespeichert. Nach dem Veröffentlichen sehen Sie hier, ob Besucher es bekommen.',
  'panel.draft': 'Ein Entwurf: Besucher sehen ihn nicht, also ist nichts zu aktualisieren.',
  'panel.untagged':
    'Einträge dieses Typs haben keine Tags, also wird nichts aktualisiert, wenn sie sich ändern. Wer dieses Strapi betreibt, kann das in der Konfiguration ändern.',
  'panel.no-targets':
    'Es wird nichts aktualisiert, denn es ist kein Ziel eingerichtet. Wer dieses Strapi betreibt, kann in der Konfiguration eines angeben.',
  'panel.unchanged':
    'Veröffentlicht, und nichts ist mehr zu aktualisieren: Der Verlauf kennt keine Änderung daran.',
  'panel.waiting': 'Gespeichert: {time}. Die Aktualisierung beginnt gleich von selbst.',
  'panel.quota':
    'Wartet auf den nächsten Tag des Kontingents und geht dann von selbst weiter. So lange sehen Besucher vielleicht den alten Inhalt.',
  'panel.quota-until':
    'Wartet auf den nächsten Tag des Kontingents ({time}) und geht dann von selbst weiter. So lange sehen Besucher vielleicht den alten Inhalt.',
  'panel.retrying': 'Die Aktualisierung ging nicht durch. Sie wird von selbst erneut versucht.',
  'panel.failed':
    'Die Aktualisierung ist fehlgeschlagen und wird nicht von selbst wiederholt: Besucher sehen vielleicht den alten Inhalt. Beheben Sie zuerst, was hier steht, und versuchen Sie es dann erneut.',
  'panel.failed-link': 'Einzelheiten, und erneut versuchen',
  'panel.accepted': 'Alibaba Cloud hat die Aktualisierung angenommen und führt sie aus.',
  'panel.complete': 'Alibaba Cloud meldet: Die Aktualisierung ist abgeschlossen ({time}).',
  'panel.settled':
    'Alibaba Cloud meldet das Ende nicht; die Zeit, die eine Aktualisierung braucht, ist vorbei ({time}).',
  'panel.settled-rebuilt':
    'Der Build der Website ist angestoßen ({time}). Er aktualisiert die Edge selbst, sobald er ausgeliefert ist.',
  'panel.looking': 'Jetzt wird geprüft, ob Besucher den neuen Inhalt bekommen.',
  'panel.live': 'Live seit {time}: Die Edge liefert nachweislich den neuen Inhalt.',
  'panel.live-gone':
    'Seit {time} nicht mehr sichtbar: Die Edge liefert es nachweislich nicht mehr.',
  'panel.stale':
    'Die Aktualisierung ist abgeschlossen, und doch bekommen Besucher nicht den neuen Inhalt.',
  'panel.stale-gone': 'Die Aktualisierung ist abgeschlossen, und doch bekommen Besucher es noch.',
  'panel.discarded':
    'Jemand hat diese Aktualisierung aufgegeben, also sehen Besucher vielleicht den alten Inhalt. Sollen sie das nicht, aktualisieren Sie jetzt.',
  'panel.no-urls':
    'Ob Besucher es bekommen, lässt sich nicht prüfen: freshtag kennt keine Seite dieses Eintrags (“urls” seines Typs).',
  'panel.no-urls-there':
    'An manchen Zielen lässt sich nicht prüfen, ob Besucher es bekommen: freshtag kennt dort keine Seite dieses Eintrags (“urls” seines Typs).',
  'panel.no-verify':
    'freshtag könnte prüfen, ob Besucher es bekommen, wenn es wüsste, wo (“verify” des Ziels).',
  'panel.settings': 'Zu den Einstellungen',
  'panel.refresh': 'Jetzt aktualisieren',
  'steps.list': 'Auf dem Weg zu den Besuchern',
  'steps.reached': 'erreicht',
  'steps.next': 'im Gang',
  'steps.failed': 'nicht erreicht',
  'steps.open': 'noch offen',
  'panel.saved': 'Gespeichert',
  'targets.list': 'Ziele',
  'urls.list': 'Seiten',
  'changes.list': 'Letzte Aktualisierungen',
  'changes.all': 'Alle Aktualisierungen dieses Eintrags',
  'refresh-entry.action': 'An der Edge aktualisieren',
  'refresh-entry.title': 'Diesen Eintrag an der Edge aktualisieren?',
  'refresh-entries.title':
    '{count, plural, one {# Eintrag an der Edge aktualisieren?} other {# Einträge an der Edge aktualisieren?}}',
  'widget.title': 'Ist alles live?',
  'widget.fresh': 'Nichts wartet auf eine Aktualisierung.',
  'widget.behind': 'Änderungen warten auf ihre Aktualisierung, die älteste seit {age}.',
  'widget.stuck':
    '{failed, plural, =100 {100 Änderungen oder mehr wurden nicht aktualisiert und warten auf jemanden.} one {# Änderung wurde nicht aktualisiert und wartet auf jemanden.} other {# Änderungen wurden nicht aktualisiert und warten auf jemanden.}}',
  'widget.stale':
    '{stale, plural, =100 {100 Aktualisierungen oder mehr der letzten 24 Stunden sind abgeschlossen, und doch bekommen Besucher noch den alten Inhalt.} one {# Aktualisierung der letzten 24 Stunden ist abgeschlossen, und doch bekommen Besucher noch den alten Inhalt.} other {# Aktualisierungen der letzten 24 Stunden sind abgeschlossen, und doch bekommen Besucher noch den alten Inhalt.}}',
  'widget.idle': 'Es wird nichts aktualisiert: Kein Ziel ist eingerichtet.',
  'widget.failed-link': 'Ansehen, was fehlschlug, und erneut versuchen',
  'widget.stale-link': 'Ansehen, was veraltet ist',
  'widget.link': 'Zum Verlauf',
  'widget.waiting': 'Wartend',
  'widget.failed': 'Fehlgeschlagen',
  'widget.changes': '{count, plural, =100 {100+} other {#}}',
  'widget.calls': 'Aufrufe heute',
  'widget.quota': 'Restkontingent',
  'widget.quota-of': '{remaining, number} von {total, number}',
  'widget.quota-unknown': 'Noch nicht bekannt',
  'chart.title': 'Die letzten 24 Stunden',
  'chart.calls': '{count, plural, one {# Aufruf} other {# Aufrufe}}',
  'chart.failures': 'davon {count, number} fehlgeschlagen',
  'chart.hour': 'Stunde',
  'chart.calls-column': 'Aufrufe',
  'chart.failures-column': 'Davon fehlgeschlagen',
  'chart.none': 'Keine Aufrufe',
};
