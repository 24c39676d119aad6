/** Of the content API. */
export const CMS_DOMAIN = 'cms.atlas.example';

/** Of the site that is rendered from it. */
export const SITE_DOMAIN = 'www.atlas.example';
