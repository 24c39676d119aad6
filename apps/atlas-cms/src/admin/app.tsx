/** The admin panel, in the languages of freshtag; it asks no other host. */
export default {
  config: {
    locales: ['de', 'fr', 'zh-Hans'],
    notifications: { releases: false },
    tutorials: false,
  },
};
