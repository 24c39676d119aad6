import type { entries as english } from '../en/entries.ts';

export const entries: Record<keyof typeof english, string> = {
  'panel.title': 'Est-ce en ligne ?',
  'panel.unsaved':
    'Pas encore enregistré. Une fois publié, vous verrez ici si les visiteurs le reçoivent.',
  'panel.draft': 'Un brouillon : les visiteurs ne le voient pas, il n’y a donc rien à actualiser.',
  'panel.untagged':
    'Les entrées de ce type n’ont pas de tags : rien n’est actualisé quand elles changent. La personne qui gère ce Strapi peut le changer dans sa configuration.',
  'panel.no-targets':
    'Rien n’est actualisé : aucune cible n’est configurée. La personne qui gère ce Strapi peut en ajouter une dans sa configuration.',
  'panel.unchanged':
    'Publié, et rien ne reste à actualiser : l’historique n’en connaît aucun changement.',
  'panel.waiting': 'Enregistré : {time}. L’actualisation commence d’elle-même dans un instant.',
  'panel.quota':
    'Attend le prochain jour du quota, puis reprend de soi-même. D’ici là, les visiteurs voient peut-être l’ancien contenu.',
  'panel.quota-until':
    'Attend le prochain jour du quota ({time}), puis reprend de soi-même. D’ici là, les visiteurs voient peut-être l’ancien contenu.',
  'panel.retrying': 'L’actualisation n’a pas abouti. Elle est retentée d’elle-même.',
  'panel.failed':
    'L’actualisation a échoué et n’est pas retentée d’elle-même : les visiteurs voient peut-être l’ancien contenu. Corrigez d’abord ce qui est dit ici, puis réessayez.',
  'panel.failed-link': 'Détails, et réessayer',
  'panel.accepted': 'Alibaba Cloud a accepté l’actualisation et l’exécute.',
  'panel.complete': 'Alibaba Cloud signale que l’actualisation est terminée ({time}).',
  'panel.settled':
    'Alibaba Cloud ne signale pas la fin ; le temps que prend une actualisation est écoulé ({time}).',
  'panel.settled-rebuilt':
    'La construction du site a été demandée ({time}). Elle actualise elle-même l’edge une fois déployée.',
  'panel.looking': 'On vérifie maintenant si les visiteurs reçoivent le nouveau contenu.',
  'panel.live': 'En ligne depuis {time} : l’edge sert le nouveau contenu, c’est vérifié.',
  'panel.live-gone': 'Invisible depuis {time} : l’edge ne le sert plus, c’est vérifié.',
  'panel.stale':
    'L’actualisation est terminée, et pourtant les visiteurs ne reçoivent pas le nouveau contenu.',
  'panel.stale-gone':
    'L’actualisation est terminée, et pourtant les visiteurs le reçoivent encore.',
  'panel.discarded':
    'Quelqu’un a abandonné cette actualisation : les visiteurs voient peut-être l’ancien contenu. Sinon, actualisez maintenant.',
  'panel.no-urls':
    'Impossible de vérifier si les visiteurs le reçoivent : freshtag ne connaît aucune page de cette entrée (“urls” de son type).',
  'panel.no-urls-there':
    'Sur certaines cibles, impossible de vérifier si les visiteurs le reçoivent : freshtag n’y connaît aucune page de cette entrée (“urls” de son type).',
  'panel.no-verify':
    'freshtag pourrait vérifier si les visiteurs le reçoivent, s’il savait où regarder (“verify” de la cible).',
  'panel.settings': 'Voir les réglages',
  'panel.refresh': 'Actualiser maintenant',
  'steps.list': 'En route vers les visiteurs',
  'steps.reached': 'atteint',
  'steps.next': 'en cours',
  'steps.failed': 'non atteint',
  'steps.open': 'en suspens',
  'panel.saved': 'Enregistré',
  'targets.list': 'Cibles',
  'urls.list': 'Pages',
  'changes.list': 'Dernières actualisations',
  'changes.all': 'Toutes les actualisations de cette entrée',
  'refresh-entry.action': 'Actualiser à l’edge',
  'refresh-entry.title': 'Actualiser cette entrée à l’edge ?',
  'refresh-entries.title':
    '{count, plural, one {Actualiser # entrée à l’edge ?} other {Actualiser # entrées à l’edge ?}}',
  'widget.title': 'Tout est-il en ligne ?',
  'widget.fresh': 'Rien n’attend d’être actualisé.',
  'widget.behind': 'Des modifications attendent d’être actualisées, la plus ancienne depuis {age}.',
  'widget.stuck':
    '{failed, plural, =100 {100 modifications ou plus n’ont pas été actualisées et attendent quelqu’un.} one {# modification n’a pas été actualisée et attend quelqu’un.} other {# modifications n’ont pas été actualisées et attendent quelqu’un.}}',
  'widget.stale':
    '{stale, plural, =100 {100 actualisations ou plus des dernières 24 heures sont terminées, et pourtant les visiteurs reçoivent encore l’ancien contenu.} one {# actualisation des dernières 24 heures est terminée, et pourtant les visiteurs reçoivent encore l’ancien contenu.} other {# actualisations des dernières 24 heures sont terminées, et pourtant les visiteurs reçoivent encore l’ancien contenu.}}',
  'widget.idle': 'Rien n’est actualisé : aucune cible n’est configurée.',
  'widget.failed-link': 'Voir ce qui a échoué, et réessayer',
  'widget.stale-link': 'Voir ce qui est périmé',
  'widget.link': 'Voir l’historique',
  'widget.waiting': 'En attente',
  'widget.failed': 'En échec',
  'widget.changes': '{count, plural, =100 {100+} other {#}}',
  'widget.calls': 'Appels aujourd’hui',
  'widget.quota': 'Quota restant',
  'widget.quota-of': '{remaining, number} sur {total, number}',
  'widget.quota-unknown': 'Pas encore connu',
  'chart.title': 'Les dernières 24 heures',
  'chart.calls': '{count, plural, one {# appel} other {# appels}}',
  'chart.failures': 'dont {count, number} en échec',
  'chart.hour': 'Heure',
  'chart.calls-column': 'Appels',
  'chart.failures-column': 'Dont en échec',
  'chart.none': 'Aucun appel',
};
